import type { Counted, CountStep } from '../../src/ledger/call-count.js';

/** A call where it is counted: held until, or dialed at. */
export interface CountEntry {
  readonly isHeld: boolean;
  readonly atMs: number;
}

/** By the name of the call. */
export type CountRecord = ReadonlyMap<string, CountEntry>;

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
