import type { CallFacts, CountQuestion, StoreFacts, ZoneClocks } from './facts.js';
import type { Outcome } from './outcome.js';

/** What a rule decides from. */
export interface Asked {
  readonly facts: CallFacts;
  readonly store: StoreFacts;
  readonly clocks: ZoneClocks;
  /** The check applies because of the area code: its clocks count, also where the callee's zone was verified. */
  readonly isByAreaCode: boolean;
}

/** One thing that a policy may demand of a call. It is pure: equal questions get equal answers. */
export interface Rule {
  (asked: Asked): Outcome;
  /** What it asks the store to count. */
  readonly counts?: CountQuestion;
  /** The do-not-call list that it asks the store for. */
  readonly list?: string;
}
