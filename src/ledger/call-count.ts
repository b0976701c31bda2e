import type { KeyedHash } from '../keyed-hash.js';

/** So many other calls may count within so long before this one, or the commit is not made. */
export interface CountLimit {
  readonly withinMs: number;
  readonly max: number;
}

/**
 * What becomes of one call where calls are counted, such as those of a tenant to a number. `hold`: it is about to be placed, and counts for `holdMs` unless it is
 * counted before; no later hold ends that sooner. `count`: it is dialed, and counts from now on, held or not. `release`: it was provably not placed, and does not count.
 * A call that was dialed is kept for `keptForMs`, or for longer where a step before asked for that: a shorter window, perhaps of a replica with another
 * policy, takes nothing from a longer one.
 */
export type CountStep = {
  /** What is counted: a keyed hash. */
  readonly id: KeyedHash;
  /** Names the call, which counts once, and never against itself. */
  readonly call: string;
} & (
  | {
      readonly does: 'hold';
      readonly holdMs: number;
      readonly limits: readonly CountLimit[];
      readonly keptForMs: number;
    }
  | { readonly does: 'count'; readonly limits: readonly CountLimit[]; readonly keptForMs: number }
  | { readonly does: 'release' }
);

/** How one limit stands: how many other calls count, and, where these are too many, after how long they will be fewer than `max`, as far as is known. */
export interface Counted {
  readonly calls: number;
  readonly fewerAfterMs?: number;
}

export function isFull(step: CountStep, counted: readonly Counted[]): boolean {
  return step.does !== 'release' && step.limits.some(({ max }, index) => counted[index]!.calls >= max);
}
