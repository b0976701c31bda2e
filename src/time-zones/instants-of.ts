import { localMsOf } from './local-time.js';
import type { TimeZones } from './time-zones.js';

const minuteMs = 60_000;
/** No local time is further from UTC. */
const furthestMs = 26 * 60 * minuteMs;

/**
 * The instants at which a clock of the zone comes to show `minuteOfDay` (0 to 1440, which is midnight of the next day) on the day `date` (YYYY-MM-DD),
 * ascending, of both clocks where `clocksAt` has two. As a rule one; two where clocks are set back over it; where they are set forward over it, the instant at
 * which that happens. None for an unknown zone.
 */
export function instantsOf(timeZones: TimeZones, zone: string, date: string, minuteOfDay: number): readonly number[] {
  const localMs = localMsOf(date, minuteOfDay);
  const [fromMs, toMs] = [localMs - furthestMs, localMs + furthestMs];
  const starts = [fromMs, ...timeZones.transitionsBetween(zone, fromMs, toMs)];
  const instants = [0, 1].flatMap((clock) => {
    const offsetMsAt = (atMs: number) => {
      const offsets = timeZones.offsetsAt(zone, atMs);
      return offsets && (offsets[clock] ?? offsets[0]!) * minuteMs;
    };
    const shown = starts.flatMap((startMs, index) => {
      const offsetMs = offsetMsAt(startMs);
      if (offsetMs === undefined) return [];
      const atMs = localMs - offsetMs;
      return atMs >= startMs && atMs < (starts[index + 1] ?? toMs) ? [atMs] : [];
    });
    if (shown.length > 0) return shown;
    return starts.slice(1).filter((startMs) => {
      const [before, after] = [offsetMsAt(startMs - 1), offsetMsAt(startMs)];
      return before !== undefined && after !== undefined && startMs + before <= localMs && localMs < startMs + after;
    });
  });
  return [...new Set(instants)].sort((a, b) => a - b);
}
