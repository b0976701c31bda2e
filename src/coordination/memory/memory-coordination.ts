import type { Clock } from '../../clock.js';
import { alwaysUp } from '../../store-health.js';
import type { Coordination } from '../coordination.js';
import type { TurnRules } from '../turns.js';
import { MemoryTimelines } from './memory-timelines.js';
import { MemoryTurns } from './memory-turns.js';

export interface MemoryCoordinationSettings {
  readonly clock: Clock;
  readonly turns: TurnRules;
  /** For where others may have used up the quota just now: no bucket then starts with anything in it. */
  readonly startEmpty?: boolean;
  /** Beyond it the least recently used is forgotten. */
  readonly maxTimelines?: number;
}

/** The coordination of one process alone: always up, forgotten with the process. */
export class MemoryCoordination implements Coordination {
  readonly turns: MemoryTurns;
  readonly timelines: MemoryTimelines;
  readonly health = alwaysUp;

  constructor({ clock, turns, startEmpty = false, maxTimelines = 20_000 }: MemoryCoordinationSettings) {
    this.turns = new MemoryTurns(clock, turns, { startEmpty });
    this.timelines = new MemoryTimelines(clock, maxTimelines);
  }
}
