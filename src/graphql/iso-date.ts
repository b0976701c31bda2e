const isoDate = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|([+-])(\d\d):(\d\d)))?$/;

/**
 * Seconds since 1970-01-01T00:00:00Z of an ISO 8601 date (its midnight in UTC) or date-time with an offset from UTC; fractions of a second are
 * dropped. Undefined for anything else: a time without an offset, and a day or an hour that does not exist.
 */
export function epochSecondsFromIsoDate(text: string): number | undefined {
  const match = isoDate.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, , offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((part) => (part ? Number(part) : undefined));
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const local = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second);
  // A day that does not exist, such as 30 February, has become one of another month.
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined;
  const offsetSeconds = (offsetHour * 60 + offsetMinute) * 60 * (match[7] === '-' ? -1 : 1);
  return local.getTime() / 1_000 - offsetSeconds;
}
