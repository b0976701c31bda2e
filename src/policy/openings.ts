import type { ZoneClocks } from './facts.js';
import { dayMs, weekMs, weekOf, type WeeklyHours } from './weekly-hours.js';

export interface OpenHours {
  readonly week: WeeklyHours;
  /** For so long it must stay open: a phone rings for a while. */
  readonly marginMs: number;
}

/** No week is closed for longer, unless it never opens. */
const searchedMs = 15 * dayMs;

/** Whether it is open at `atMs` on every clock of every zone. Undefined where it is closed on none, and a zone is not known, or none is. */
export function isOpenInAll(
  zones: readonly string[],
  { week, marginMs }: OpenHours,
  atMs: number,
  clocks: ZoneClocks,
): boolean | undefined {
  const offsets = zones.map((zone) => clocks.offsetsAt(zone, atMs) ?? []);
  if (offsets.flat().some((minutes) => !week.isOpen(atMs + minutes * 60_000, marginMs))) return false;
  return offsets.length > 0 && offsets.every((known) => known.length > 0) ? true : undefined;
}

/** The first time from `fromMs` on at which it is open in all zones, in milliseconds since the epoch; undefined where none is in sight. */
export function nextOpening(
  zones: readonly string[],
  hours: OpenHours,
  fromMs: number,
  clocks: ZoneClocks,
): number | undefined {
  const openings = zones.flatMap((zone) => openingsOf(zone, hours.week, fromMs, clocks));
  return [fromMs, ...openings.sort((one, other) => one - other)].find(
    (atMs) => atMs >= fromMs && isOpenInAll(zones, hours, atMs, clocks) === true,
  );
}

/** Whenever the clocks of the zone may come to show open hours: where these begin, and where the clocks are set. */
function openingsOf(zone: string, week: WeeklyHours, fromMs: number, clocks: ZoneClocks): number[] {
  const toMs = fromMs + searchedMs;
  const settings = clocks.transitionsBetween(zone, fromMs, toMs);
  // Between two of these instants the offsets stay what they are.
  const offsets = new Set([fromMs, ...settings].flatMap((atMs) => clocks.offsetsAt(zone, atMs) ?? []));
  const begins = [...offsets].flatMap((minutes) => {
    const firstWeek = weekOf(fromMs + minutes * 60_000);
    return [0, 1, 2, 3].flatMap((weeks) =>
      week.openings.map((opening) => firstWeek + weeks * weekMs + opening - minutes * 60_000),
    );
  });
  return [...begins.filter((atMs) => atMs <= toMs), ...settings];
}
