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
  readonly call: KeyedHash;
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

/** A call where it is counted: held until, or dialed at. */
export interface CountEntry {
  readonly isHeld: boolean;
  readonly atMs: number;
}

/** By the name of the call. */
export type CountRecord = ReadonlyMap<KeyedHash, CountEntry>;

/** How the limits of a step stand. */
export function countedFor(record: CountRecord, step: CountStep, nowMs: number): readonly Counted[] {
  if (step.does === 'release') return [];
  const others = [...record].filter(([call]) => call !== step.call).map(([, entry]) => entry);
  return step.limits.map(({ withinMs, max }) => {
    const endsMs = others
      .map(({ isHeld, atMs }) => (isHeld ? atMs : atMs + withinMs) - nowMs)
      .filter((leftMs) => leftMs > 0)
      .sort((one, other) => one - other);
    const calls = endsMs.length;
    return calls < max || max === 0 ? { calls } : { calls, fewerAfterMs: endsMs[calls - max]! };
  });
}

export function isFull(step: CountStep, counted: readonly Counted[]): boolean {
  return step.does !== 'release' && step.limits.some(({ max }, index) => counted[index]!.calls >= max);
}

/** What the step makes of a record of entries that count. Where a call is held that was dialed, it stays so. */
export function afterStep(record: CountRecord, step: CountStep, nowMs: number): CountRecord {
  const next = new Map(record);
  if (step.does === 'release') next.delete(step.call);
  else if (step.does === 'count') next.set(step.call, { isHeld: false, atMs: nowMs });
  else {
    const { isHeld = true, atMs = 0 } = record.get(step.call) ?? {};
    if (isHeld) next.set(step.call, { isHeld, atMs: Math.max(nowMs + step.holdMs, atMs) });
  }
  return next;
}

/** The entries that count somewhere. */
export function stillCounting(record: CountRecord, keptForMs: number, nowMs: number): CountRecord {
  return new Map([...record].filter(([, { isHeld, atMs }]) => atMs > (isHeld ? nowMs : nowMs - keptForMs)));
}
