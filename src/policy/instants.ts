const hourMs = 3_600_000;
const day = /^\d{4}-\d{2}-\d{2}$/;
const dayLength = 10;

const dayPattern = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const ofDayPattern = 'T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,3})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})';

/** A time with its offset, such as `2027-01-31T08:00:00Z`. */
export const timePattern = `^${dayPattern}${ofDayPattern}$`;
/** A day, such as `2027-01-31`, or a time. */
export const instantPattern = `^${dayPattern}(?:${ofDayPattern})?$`;

/** When `text` begins, in milliseconds since the epoch: of a day, where it begins first on earth. NaN where there is no such day or time. */
export function earliestMs(text: string): number {
  return day.test(text) ? midnightMs(text) - 14 * hourMs : timeMs(text);
}

/** When `text` is over: of a day, where it ends last on earth. NaN where there is no such day or time. */
export function latestMs(text: string): number {
  return day.test(text) ? midnightMs(text) + (24 + 12) * hourMs : timeMs(text);
}

/** When `text` is over: of a day, where it ends first on earth. NaN where there is no such day or time. */
export function earliestEndMs(text: string): number {
  return day.test(text) ? midnightMs(text) + (24 - 14) * hourMs : timeMs(text);
}

function timeMs(text: string): number {
  return Number.isNaN(midnightMs(text.slice(0, dayLength))) ? Number.NaN : Date.parse(text);
}

/** NaN for a day that the calendar has not, which `Date` would take for one of the next month. */
function midnightMs(text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : Number.NaN;
}
