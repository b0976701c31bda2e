import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import {
  maxFenceEntries,
  repeatsPerMs,
  type FenceClosing,
  type FenceEntered,
  type FenceEntry,
  type FenceEntryPhase,
  type FenceRelease,
  type Fences,
} from './fences.js';
import type { KeyedHash } from './keys.js';

interface Entry {
  readonly call: KeyedHash;
  /** Undefined where none entered. */
  readonly owner: string | undefined;
  readonly is: FenceEntryPhase;
  readonly untilMs: number;
  readonly contactId: string | undefined;
  /** Until when it counts as a repeat; 0 where it is none. */
  readonly countsUntilMs: number;
}

/** The duplicate-call windows of one process, by the same rules as scripts/fences.lua. */
export class MemoryFences implements Fences {
  readonly #entries: LRUCache<KeyedHash, readonly Entry[]>;

  constructor(
    private readonly clock: Clock,
    maxKeys: number,
  ) {
    this.#entries = new LRUCache({ max: maxKeys });
  }

  enter(key: KeyedHash, { call, owner, holdMs, allowRepeat, maxRepeats }: FenceEntry): Promise<FenceEntered> {
    const nowMs = this.clock.monotonic();
    const entries = this.#needed(key);
    const own = entries.find((entry) => entry.call === call);
    const countsUntilMs = own && own.countsUntilMs > nowMs ? own.countsUntilMs : 0;
    const refusal = allowRepeat
      ? countsUntilMs === 0 && tooManyRepeats(entries, own, maxRepeats, nowMs)
      : standing(entries, call, nowMs);
    if (refusal) return Promise.resolve(refusal);
    this.#put(key, {
      call,
      owner,
      is: own?.is ?? 'entered',
      untilMs: Math.max(nowMs + holdMs, own?.untilMs ?? 0),
      contactId: own?.contactId,
      countsUntilMs: allowRepeat && countsUntilMs === 0 ? nowMs + repeatsPerMs : countsUntilMs,
    });
    return Promise.resolve({ entered: true });
  }

  close(key: KeyedHash, { call, windowMs, contactId }: FenceClosing): Promise<void> {
    const own = this.#needed(key).find((entry) => entry.call === call);
    const untilMs = this.clock.monotonic() + windowMs;
    const isPlaced = contactId !== undefined || own?.is === 'placed';
    const isSettled = isPlaced && own?.is !== 'placed';
    this.#put(key, {
      call,
      owner: own?.owner,
      is: isPlaced ? 'placed' : 'in doubt',
      untilMs: isSettled ? untilMs : Math.max(untilMs, own?.untilMs ?? 0),
      contactId: contactId ?? own?.contactId,
      countsUntilMs: own?.countsUntilMs ?? 0,
    });
    return Promise.resolve();
  }

  release(key: KeyedHash, { call, owner }: FenceRelease): Promise<void> {
    const entries = this.#needed(key);
    this.#keep(
      key,
      entries.filter((entry) => entry.call !== call || entry.owner !== owner || entry.is !== 'entered'),
    );
    return Promise.resolve();
  }

  #needed(key: KeyedHash): readonly Entry[] {
    const nowMs = this.clock.monotonic();
    return (this.#entries.get(key) ?? []).filter((entry) => neededUntilMs(entry) > nowMs);
  }

  #put(key: KeyedHash, put: Entry): void {
    const entries = [...this.#needed(key)];
    const index = entries.findIndex(({ call }) => call === put.call);
    entries.splice(index < 0 ? entries.length : index, 1, put);
    while (entries.length > maxFenceEntries) entries.splice(entries.indexOf(firstToEnd(entries)), 1);
    this.#keep(key, entries);
  }

  #keep(key: KeyedHash, entries: readonly Entry[]): void {
    if (entries.length === 0) this.#entries.delete(key);
    else this.#entries.set(key, entries);
  }
}

function neededUntilMs({ untilMs, countsUntilMs }: Entry): number {
  return Math.max(untilMs, countsUntilMs);
}

function firstToEnd(entries: readonly Entry[]): Entry {
  return entries.reduce((first, entry) => (neededUntilMs(entry) < neededUntilMs(first) ? entry : first));
}

/** The refusal for the live entry of another call that ends last. */
function standing(entries: readonly Entry[], call: KeyedHash, nowMs: number): FenceEntered | undefined {
  let last: Entry | undefined;
  for (const entry of entries) {
    if (entry.call !== call && entry.untilMs > nowMs && entry.untilMs > (last?.untilMs ?? 0)) last = entry;
  }
  return last && { entered: false, because: last.is, retryAfterMs: last.untilMs - nowMs, contactId: last.contactId };
}

function tooManyRepeats(
  entries: readonly Entry[],
  own: Entry | undefined,
  maxRepeats: number,
  nowMs: number,
): FenceEntered | undefined {
  const refusal = (untilMs: number): FenceEntered => ({
    entered: false,
    because: 'too many repeats',
    retryAfterMs: untilMs - nowMs,
  });
  const counted = entries
    .map(({ countsUntilMs }) => countsUntilMs)
    .filter((untilMs) => untilMs > nowMs)
    .sort((a, b) => a - b);
  if (counted.length >= maxRepeats) return refusal(counted[counted.length - maxRepeats] ?? nowMs + repeatsPerMs);
  if (!own && entries.length >= maxFenceEntries) return refusal(neededUntilMs(firstToEnd(entries)));
  return undefined;
}
