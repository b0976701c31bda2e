import type { PlacedCall } from '../../src/simulator/control.js';
import { arrivalsOf } from '../../src/simulator/event-fate.js';
import { settingsWith, type SettingChanges } from '../../src/simulator/settings.js';
import type { Phases } from './phases.js';

/** An event of a call that took its course, and when its copies came to the queue. */
export interface SentEvent {
  readonly contactId: string;
  readonly type: string;
  readonly atMs: number;
  /** None where it was lost. */
  readonly arrivedAtMs: readonly number[];
  readonly fate: 'on time' | 'late' | 'lost';
}

/** Every event of `calls`, from what the simulator itself goes by: the calls before them only count. */
export function sentEvents(
  calls: readonly PlacedCall[],
  before: number,
  { eventsAtMs }: Phases,
  changes: SettingChanges,
): readonly SentEvent[] {
  const settings = settingsWith(changes);
  return calls.flatMap(({ contactId, atMs: placedAtMs }, index) =>
    index < before
      ? []
      : Object.entries(eventsAtMs).map(([type, afterMs]) => {
          const delaysMs = arrivalsOf(`${index + 1} ${type} 1`, settings);
          const atMs = placedAtMs + afterMs;
          const fate = delaysMs.length === 0 ? 'lost' : delaysMs[0]! > settings.eventDelayMs ? 'late' : 'on time';
          return { contactId, type, atMs, fate, arrivedAtMs: delaysMs.map((delayMs) => atMs + delayMs) };
        }),
  );
}
