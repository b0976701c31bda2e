const form = /^\d{4}[a-z]+$/;

/** Whether `text` names a release of the tz database, such as 2026f. Builds between releases, such as 2026f-3-gabc, are none. */
export function isTzVersion(text: string): boolean {
  return form.test(text);
}

/**
 * Whether release `version` of the tz database is `minimum` or newer. After 2026z comes 2026za, so a longer name of the same year is the newer one. False
 * where either is not the name of a release.
 */
export function isAtLeast(version: string, minimum: string): boolean {
  if (!isTzVersion(version) || !isTzVersion(minimum)) return false;
  const [year, leastYear] = [version.slice(0, 4), minimum.slice(0, 4)];
  if (year !== leastYear) return year > leastYear;
  if (version.length !== minimum.length) return version.length > minimum.length;
  return version >= minimum;
}
