import { keyedHash } from '../keyed-hash.js';
import { phoneKeyOf } from '../numbers/phone-key.js';
import { keptForeverMs } from './ledger.js';
import type { Next, RecordSpec } from './ledger-view.js';

/** The entry of a number in a do-not-call list. */
export interface DoNotCallEntry {
  readonly reason?: string | undefined;
  /** The subject who added or last changed it. */
  readonly by: string;
  /** On the clock of the store. */
  readonly addedAtMs: number;
  /** On the clock of the store; left out, the entry stands until it is removed. */
  readonly expiresAtMs?: number | undefined;
}

/** The first is the current one, which entries are written with; the others were, and their entries still count. */
export type DoNotCallKeys = readonly [string, ...string[]];

/** A record that an entry may stand in. */
export interface DoNotCallSpec extends RecordSpec<DoNotCallEntry> {
  /** Whether a new entry is written there. */
  readonly isCurrent: boolean;
}

export interface DoNotCallStep<Answer> {
  readonly next: readonly Next<DoNotCallEntry>[];
  readonly answer: Answer;
}

type Entries = readonly (DoNotCallEntry | undefined)[];

/** Expiry only collects garbage, a while after the entry stopped to count: clocks that count the time differ a little. */
const garbageForMs = 60_000;

/**
 * The records to ask for a possible E.164 number, those of the current key first. All numbers that ring one phone are one entry. It stands under the number itself too where that is not
 * what names its phone: numbering tables change, and an entry must not be lost by an update of them.
 */
export function doNotCallSpecs(
  keys: DoNotCallKeys,
  list: string,
  number: string,
  phoneKey = phoneKeyOf(number),
): readonly [DoNotCallSpec, ...DoNotCallSpec[]] {
  const names = [...new Set([phoneKey, number])];
  const specs = keys.flatMap((secret, index) =>
    names.map((name) => ({
      key: { kind: 'doNotCall' as const, id: keyedHash(secret, ['doNotCall', list, name]) },
      keptForMs,
      isCurrent: index === 0,
    })),
  );
  return specs as [DoNotCallSpec, ...DoNotCallSpec[]];
}

function keptForMs({ expiresAtMs }: DoNotCallEntry, nowMs: number): number {
  return expiresAtMs === undefined ? keptForeverMs : expiresAtMs - nowMs + garbageForMs;
}

/** The entry that keeps the number from being called; undefined where the records hold none, or only such as have expired. */
export function entryIn(records: Entries, nowMs: number): DoNotCallEntry | undefined {
  return records.find((entry) => counts(entry, nowMs));
}

/** Puts the number on the list. Where it is there, the entry keeps when it was added, and takes over the rest; the answer is then false. */
export function addEntry(
  specs: readonly DoNotCallSpec[],
  records: Entries,
  asked: Omit<DoNotCallEntry, 'addedAtMs'>,
  nowMs: number,
): DoNotCallStep<boolean> {
  const known = records.filter((entry) => entry !== undefined && counts(entry, nowMs));
  const addedAtMs = Math.min(nowMs, ...known.map((entry) => entry!.addedAtMs));
  const entry: DoNotCallEntry = { ...asked, addedAtMs };
  const next = specs.map(({ isCurrent }, index) => {
    const record = records[index];
    // A replica that has another current key, while keys are changed, may ask for an entry of a former key alone.
    if (!isCurrent && !record) return { record };
    return { record: record && isSame(record, entry) ? record : entry };
  });
  return { next, answer: known.length === 0 };
}

/** Takes the number off the list; the answer is whether it was there. */
export function removeEntry(records: Entries, nowMs: number): DoNotCallStep<boolean> {
  return { next: records.map(() => ({ record: undefined })), answer: entryIn(records, nowMs) !== undefined };
}

function counts(entry: DoNotCallEntry | undefined, nowMs: number): boolean {
  return entry !== undefined && (entry.expiresAtMs === undefined || entry.expiresAtMs > nowMs);
}

/** Who asked for the same does not change an entry. */
function isSame(one: DoNotCallEntry, other: DoNotCallEntry): boolean {
  return one.reason === other.reason && one.expiresAtMs === other.expiresAtMs && one.addedAtMs === other.addedAtMs;
}
