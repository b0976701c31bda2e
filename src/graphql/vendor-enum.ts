/** `value` where this gateway knows it, else `UNKNOWN`: Connect adds values at any time, and a new one must not fail to serialise. */
export function knownOr<T extends { readonly UNKNOWN: 'UNKNOWN' }>(
  known: T,
  value: string | null | undefined,
): T[keyof T] | null {
  if (value === undefined || value === null) return null;
  return Object.hasOwn(known, value) ? known[value as keyof T] : (known.UNKNOWN as T[keyof T]);
}

/** The description of `UNKNOWN` among the values of an enum. */
export const newerValue = { description: 'A value newer than this gateway.' };
