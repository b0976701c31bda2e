const shape = /^[A-Z]\w+(?:\/[A-Za-z][\w+-]*)+$/;

/** Whether Node knows a time zone of the tz database by exactly this name. Its data is as old as Node: who has newer data, asks that. */
export function isIntlZone(name: string): boolean {
  if (!shape.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // It takes every case, and a file of the tz database has one.
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
