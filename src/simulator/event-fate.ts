import { seededChances } from './seeded-chance.js';
import type { SimulatorSettings } from './settings.js';

/** When the copies of an event arrive, in milliseconds after it: none if it is lost, two if it is doubled. The same for the same key. */
export function arrivalsOf(key: string, settings: SimulatorSettings): readonly number[] {
  const { eventDelayMs, eventReorderMs, eventSeed } = settings;
  const [loss, doubling, reordering, lateness, gap] = seededChances(eventSeed, key) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (loss < settings.eventsLost) return [];
  const lateMs = reordering < settings.eventsReordered ? Math.ceil(eventReorderMs * (0.5 + lateness / 2)) : 0;
  const arrivesMs = eventDelayMs + lateMs;
  return doubling < settings.eventsDoubled ? [arrivesMs, arrivesMs + Math.ceil(eventReorderMs * gap)] : [arrivesMs];
}
