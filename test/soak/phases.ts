import type { CallTimings } from '../../src/simulator/settings.js';

/** When everything happens, in steps: every `stepMs` after it was placed a call takes its next step. */
export interface Phases {
  readonly stepMs: number;
  /** Calls are placed at even distances for so long: then two steps of a call are under way at any time. */
  readonly placingMs: number;
  readonly timings: Partial<CallTimings>;
  /** From the placing of a call to each of its events. */
  readonly eventsAtMs: Readonly<Record<string, number>>;
  /** From the beginning of the placing to the last event. */
  readonly lastsMs: number;
}

/** Of a soak of so many minutes. */
export function phasesOf(minutes: number): Phases {
  const lastsMs = minutes * 60_000;
  const stepMs = Math.round(lastsMs / 7);
  return {
    stepMs,
    placingMs: 2 * stepMs,
    timings: {
      ringsAtMs: Math.round(stepMs / 2),
      answeredAtMs: stepMs,
      queuedAtMs: 2 * stepMs,
      withAgentAtMs: 3 * stepMs,
      endsAtMs: 4 * stepMs,
      afterContactWorkMs: stepMs,
    },
    eventsAtMs: {
      INITIATED: 0,
      CONNECTED_TO_SYSTEM: stepMs,
      QUEUED: 2 * stepMs,
      CONNECTED_TO_AGENT: 3 * stepMs,
      DISCONNECTED: 4 * stepMs,
      COMPLETED: 5 * stepMs,
    },
    lastsMs,
  };
}
