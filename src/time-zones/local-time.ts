/** What a clock on the wall and the calendar beside it show. */
export interface LocalTime {
  /** Minutes east of UTC. Whole since 1972; before that some zones had seconds, too. */
  readonly offsetMinutes: number;
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekday: number;
  /** 0 to 1439. */
  readonly minuteOfDay: number;
  /** YYYY-MM-DD, in the years 0 to 9999. */
  readonly date: string;
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

export function localTimeAt(atMs: number, offsetMs: number): LocalTime {
  const localMs = atMs + offsetMs;
  const local = new Date(localMs);
  return {
    offsetMinutes: offsetMs / minuteMs,
    weekday: local.getUTCDay(),
    minuteOfDay: Math.floor((((localMs % dayMs) + dayMs) % dayMs) / minuteMs),
    date: local.toISOString().slice(0, 10),
  };
}
