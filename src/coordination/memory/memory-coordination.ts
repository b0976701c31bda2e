import type { Clock } from '../../clock.js';
import { alwaysUp } from '../../store-health.js';
import type { Coordination } from '../coordination.js';
import type { RateLimiterRules } from '../rate-limiter.js';
import { MemoryTimelines } from './memory-timelines.js';
import { MemoryRateLimiter } from './memory-rate-limiter.js';

export interface MemoryCoordinationSettings {
  readonly clock: Clock;
  readonly rateLimiter: RateLimiterRules;
  /** For where others may have used up the quota just now: no bucket then starts with anything in it. */
  readonly startEmpty?: boolean;
  /** Beyond it the least recently used is forgotten. */
  readonly maxTimelines?: number;
}

/** The coordination of one process alone: always up, forgotten with the process. */
export class MemoryCoordination implements Coordination {
  readonly rateLimiter: MemoryRateLimiter;
  readonly timelines: MemoryTimelines;
  readonly health = alwaysUp;

  constructor({ clock, rateLimiter, startEmpty = false, maxTimelines = 20_000 }: MemoryCoordinationSettings) {
    this.rateLimiter = new MemoryRateLimiter(clock, rateLimiter, { startEmpty });
    this.timelines = new MemoryTimelines(clock, maxTimelines);
  }
}
