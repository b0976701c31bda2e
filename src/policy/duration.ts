const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const;

/** How a policy writes how long something is, such as `90s`, `10m`, `24h`, `30d` or `2y`. A year has 365 days. */
export const durationPattern = '^[1-9][0-9]{0,5}[smhdy]$|^0s$';

/** The same for times within which calls are counted: more than no time, and less than a store can reckon with. */
export const someDurationPattern = '^[1-9][0-9]{0,5}[smh]$|^[1-9][0-9]{0,3}d$|^[1-9]y$';

/** In milliseconds. `text` matches `durationPattern`. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs];
}
