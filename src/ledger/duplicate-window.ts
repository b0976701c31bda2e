import type { KeyedHash } from '../keyed-hash.js';
import type { Next, RecordSpec } from './ledger-view.js';

/** What is known of a call by its entry: it waits for its permit or is being sent; may have been placed; was placed. */
export type WindowPhase = 'pending' | 'outcome unknown' | 'placed';

/** The entry of one call in the window of its number. */
export interface WindowEntry {
  readonly call: KeyedHash;
  /** The effort that entered last; undefined where none did. */
  readonly owner?: string | undefined;
  readonly is: WindowPhase;
  /** Until then no other call may have the number, unless it is to repeat one. */
  readonly untilMs: number;
  readonly contactId?: string | undefined;
  /** Until when the call counts as a repeat; 0 where it is none. */
  readonly countsUntilMs: number;
}

/** The duplicate-call window of one number of one tenant: an entry for each call to it. No transition changes or ends the entry of another call. */
export type WindowRecord = readonly WindowEntry[];

export type WindowEntered =
  | { readonly entered: true }
  /** Another call's entry stands; this is the one that stands longest. Its contact id, once known. */
  | {
      readonly entered: false;
      readonly because: WindowPhase;
      readonly retryAfterMs: number;
      readonly contactId: string | undefined;
    }
  | { readonly entered: false; readonly because: 'too many repeats'; readonly retryAfterMs: number };

export interface WindowEntering {
  /** Names the call, whose entry is its own alone. */
  readonly call: KeyedHash;
  /** Names this one effort to place it: of several, the one that entered last may leave. */
  readonly owner: string;
  readonly holdMs: number;
  readonly allowRepeat: boolean;
  /** How many calls with `allowRepeat` are admitted within `repeatsPerMs`. */
  readonly maxRepeats: number;
}

/** How long the entry of a call that is about to be sent stands at least. */
export type WindowProlonging = Pick<WindowEntering, 'call' | 'owner' | 'holdMs'>;

export interface WindowClosing {
  readonly call: KeyedHash;
  readonly windowMs: number;
  /** Left out where the call may have been placed, and nobody knows. */
  readonly contactId?: string | undefined;
}

export type WindowLeaving = Pick<WindowEntering, 'call' | 'owner'>;

export interface WindowStep<Answer> extends Next<WindowRecord> {
  readonly answer: Answer;
}

type Window = WindowRecord | undefined;

/** Over how long repeats are counted. */
export const repeatsPerMs = 3_600_000;
/** One number has no more entries: a repeat is refused beyond it, and of calls that were placed all the same the entry that ends first is forgotten. */
export const maxWindowEntries = 256;

/** Expiry only collects garbage, a while after the last entry stopped to count: clocks that count the time differ a little. */
const garbageForMs = 60_000;

/** The record of the window that `id` names: a keyed hash of tenant and number. */
export function windowSpec(id: KeyedHash): RecordSpec<WindowRecord> {
  return {
    key: { kind: 'window', id },
    keptForMs: (entries, nowMs) => Math.max(...entries.map(neededUntilMs)) - nowMs + garbageForMs,
  };
}

/**
 * The call's entry stands for `holdMs` at least, so that a crash blocks no number for ever. Refused, with nothing changed, while an entry of another call
 * stands; with `allowRepeat` only where too many repeats were admitted. The same call may enter again, which counts once.
 */
export function enterWindow(record: Window, asked: WindowEntering, nowMs: number): WindowStep<WindowEntered> {
  const { call, owner, holdMs, allowRepeat, maxRepeats } = asked;
  const entries = neededIn(record, nowMs);
  const own = entries.find((entry) => entry.call === call);
  const countsUntilMs = own && own.countsUntilMs > nowMs ? own.countsUntilMs : 0;
  const refusal = allowRepeat
    ? countsUntilMs === 0 && tooManyRepeats(entries, own, maxRepeats, nowMs)
    : standing(entries, call, nowMs);
  if (refusal) return { record, answer: refusal };
  const entry: WindowEntry = {
    call,
    owner,
    is: own?.is ?? 'pending',
    untilMs: Math.max(nowMs + holdMs, own?.untilMs ?? 0),
    contactId: own?.contactId,
    countsUntilMs: allowRepeat && countsUntilMs === 0 ? nowMs + repeatsPerMs : countsUntilMs,
  };
  return { record: withEntry(entries, entry, nowMs), answer: { entered: true } };
}

/**
 * The call was, or may have been, placed, whether or not its entry is still there: it stands for `windowMs` from now on. Only that the call was placed ends a
 * longer time.
 */
export function closeWindow(record: Window, asked: WindowClosing, nowMs: number): WindowStep<void> {
  const { call, windowMs, contactId } = asked;
  const entries = neededIn(record, nowMs);
  const own = entries.find((entry) => entry.call === call);
  const untilMs = nowMs + windowMs;
  const isPlaced = contactId !== undefined || own?.is === 'placed';
  const isSettled = isPlaced && own?.is !== 'placed';
  const entry: WindowEntry = {
    call,
    owner: own?.owner,
    is: isPlaced ? 'placed' : 'outcome unknown',
    untilMs: isSettled ? untilMs : Math.max(untilMs, own?.untilMs ?? 0),
    contactId: contactId ?? own?.contactId,
    countsUntilMs: own?.countsUntilMs ?? 0,
  };
  return { record: withEntry(entries, entry, nowMs), answer: undefined };
}

/** The call is about to be sent, whether or not its entry is still there: it stands for `holdMs` at least. */
export function prolongEntry(record: Window, asked: WindowProlonging, nowMs: number): WindowStep<void> {
  const { call, owner, holdMs } = asked;
  const entries = neededIn(record, nowMs);
  const own = entries.find((entry) => entry.call === call);
  const untilMs = nowMs + holdMs;
  if (own && own.untilMs >= untilMs) return { record, answer: undefined };
  const entry: WindowEntry = own ? { ...own, untilMs } : { call, owner, is: 'pending', untilMs, countsUntilMs: 0 };
  return { record: withEntry(entries, entry, nowMs), answer: undefined };
}

/**
 * The effort provably did not place the call, which does not count as a repeat. The entry of one that was closed stays, and of one for which another effort
 * entered since: that one may be placing it by now.
 */
export function leaveWindow(record: Window, { call, owner }: WindowLeaving, nowMs: number): WindowStep<void> {
  const entries = neededIn(record, nowMs);
  const left = entries.filter((entry) => entry.call !== call || entry.owner !== owner || entry.is !== 'pending');
  return { record: left.length === entries.length ? record : orNone(left), answer: undefined };
}

function withEntry(entries: readonly WindowEntry[], put: WindowEntry, nowMs: number): Window {
  const isNew = entries.every(({ call }) => call !== put.call);
  const all = isNew ? [...entries, put] : entries.map((entry) => (entry.call === put.call ? put : entry));
  while (all.length > maxWindowEntries) all.splice(all.indexOf(firstToEnd(all)), 1);
  return orNone(all.filter((entry) => neededUntilMs(entry) > nowMs));
}

function orNone(entries: readonly WindowEntry[]): Window {
  return entries.length === 0 ? undefined : entries;
}

function neededIn(record: Window, nowMs: number): readonly WindowEntry[] {
  return (record ?? []).filter((entry) => neededUntilMs(entry) > nowMs);
}

function neededUntilMs({ untilMs, countsUntilMs }: WindowEntry): number {
  return Math.max(untilMs, countsUntilMs);
}

function firstToEnd(entries: readonly WindowEntry[]): WindowEntry {
  return entries.reduce((first, entry) => (neededUntilMs(entry) < neededUntilMs(first) ? entry : first));
}

/** The refusal for the entry of another call that stands longest. */
function standing(entries: readonly WindowEntry[], call: KeyedHash, nowMs: number): WindowEntered | undefined {
  const others = entries.filter((entry) => entry.call !== call && entry.untilMs > nowMs);
  if (others.length === 0) return undefined;
  const last = others.reduce((longest, entry) => (entry.untilMs > longest.untilMs ? entry : longest));
  return { entered: false, because: last.is, retryAfterMs: last.untilMs - nowMs, contactId: last.contactId };
}

function tooManyRepeats(
  entries: readonly WindowEntry[],
  own: WindowEntry | undefined,
  maxRepeats: number,
  nowMs: number,
): WindowEntered | undefined {
  const refusal = (untilMs: number): WindowEntered => ({
    entered: false,
    because: 'too many repeats',
    retryAfterMs: untilMs - nowMs,
  });
  const counted = entries
    .map(({ countsUntilMs }) => countsUntilMs)
    .filter((untilMs) => untilMs > nowMs)
    .sort((a, b) => a - b);
  if (counted.length >= maxRepeats) return refusal(counted[counted.length - maxRepeats] ?? nowMs + repeatsPerMs);
  if (!own && entries.length >= maxWindowEntries) return refusal(neededUntilMs(firstToEnd(entries)));
  return undefined;
}
