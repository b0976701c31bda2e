import type { Clock } from '../clock.js';
import { MemoryCalls } from './memory-calls.js';
import { MemoryFences } from './memory-fences.js';
import { MemoryPlacements } from './memory-placements.js';
import { MemoryTimelines } from './memory-timelines.js';
import { MemoryTurns } from './memory-turns.js';
import type { SharedState, StateHealth } from './state.js';
import type { TurnRules } from './turns.js';

export interface MemoryStateSettings {
  readonly clock: Clock;
  readonly turns: TurnRules;
  /** For where others may have used up the quota just now: no bucket then starts with anything in it. */
  readonly startEmpty?: boolean;
  /** Of each kind, of timelines a tenth, for they are large; beyond it the least recently used is forgotten. */
  readonly maxEntries?: number;
}

/** State of one process alone: always up, forgotten with the process. */
export class MemoryState implements SharedState {
  readonly calls: MemoryCalls;
  readonly fences: MemoryFences;
  readonly placements: MemoryPlacements;
  readonly timelines: MemoryTimelines;
  readonly turns: MemoryTurns;
  readonly health: StateHealth = { isUp: true, onUp: () => () => undefined };

  constructor({ clock, turns, startEmpty = false, maxEntries = 200_000 }: MemoryStateSettings) {
    this.calls = new MemoryCalls(clock, maxEntries);
    this.fences = new MemoryFences(clock, maxEntries);
    this.placements = new MemoryPlacements(clock, maxEntries);
    this.timelines = new MemoryTimelines(clock, Math.ceil(maxEntries / 10));
    this.turns = new MemoryTurns(clock, turns, { startEmpty });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
