import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../store-health.js';
import type { Counted, CountStep } from './call-count.js';
import type { DecisionEntry } from './decision-entry.js';
import { OneAtATime } from './one-at-a-time.js';
import type { LedgerStore, RecordKey, Stored, Write } from './ledger.js';

/** One record of a transition: its key, and how long it is kept from a change on. */
export interface RecordSpec<R> {
  readonly key: RecordKey;
  readonly keptForMs: (record: R, nowMs: number) => number;
}

/** What a transition makes of one record. */
export interface Next<R> {
  /** The very object that the transition was given where nothing changes; undefined where the record is to go. */
  readonly record: R | undefined;
  /** Whoever waits for a change of this record is notified. */
  readonly notifies?: boolean;
}

export interface Transition<Records extends readonly unknown[], Answer> {
  readonly next: { readonly [I in keyof Records]: Next<Records[I]> };
  /** Where calls are counted with the change: nothing is changed where a limit of them is reached. */
  readonly counts?: readonly CountStep[] | undefined;
  /** Appended with the change. Their ids are made outside of the transition, which may be computed again. */
  readonly decisions?: readonly DecisionEntry[] | undefined;
  readonly answer: Answer;
}

/** What a transition looks at besides the records that it may change. */
export interface Beside {
  /** Records that stay as they are, in the order of their keys; undefined where none is there. The change is made only where they are still so. */
  readonly read: readonly unknown[];
  /** How limits stood when a commit was last refused; undefined as long as none was, so that there may be room in all of them. */
  readonly counted: CountedSteps | undefined;
}

/** How the limits stood of the steps of a commit, in the order of these steps: for another call they may stand otherwise. */
export interface CountedSteps {
  readonly steps: readonly CountStep[];
  readonly standings: readonly (readonly Counted[])[];
}

/** What is made of the records as they were seen. */
export type Compute<Records extends readonly unknown[], Answer> = (
  records: Seen<Records>,
  nowMs: number,
  beside: Beside,
) => Transition<Records, Answer>;

interface Work<Records extends readonly unknown[], Answer> {
  readonly specs: Specs<Records>;
  readonly transition: Compute<Records, Answer>;
  readonly reads: readonly RecordKey[];
}

/** The answer; or, where the change was not made, the record that somebody else changed, if one of those did that were to be changed here. */
type Tried<Answer> =
  { readonly answer: Answer } | { readonly contended: string | undefined; readonly counted: Beside['counted'] };

type Specs<Records extends readonly unknown[]> = { readonly [I in keyof Records]: RecordSpec<Records[I]> };
type Seen<Records extends readonly unknown[]> = { readonly [I in keyof Records]: Records[I] | undefined };

/** So often in a row somebody else was first: no honest crowd does that to one effort. */
const mostConflicts = 100;

/**
 * Efforts of this process that were not the first at a record go one after another from there on: all at once, each would be undone by the one that
 * comes first, and a crowd at one number would ask the store as often as it has members, squared.
 */
const queues = new WeakMap<LedgerStore, OneAtATime>();

function queuesOf(store: LedgerStore): OneAtATime {
  const known = queues.get(store) ?? new OneAtATime();
  queues.set(store, known);
  return known;
}

/**
 * The records of a ledger as one effort last saw them. A transition is computed from these, at first from none, and committed only where they are still so: an
 * effort that nobody disturbs needs one round trip for each transition.
 */
export class LedgerView {
  readonly #seen = new Map<string, Stored>();

  constructor(readonly store: LedgerStore) {}

  /**
   * Commits what `transition` makes of the records and answers what it answers. The transition must be pure: it is computed again where somebody else was
   * first or a limit was reached, and repeated by the caller where the store did not answer. `nowMs` is the time of the store and never behind a record's last
   * change. Throws StoreUnavailable.
   */
  async apply<Records extends readonly unknown[], Answer>(
    specs: Specs<Records>,
    transition: Compute<Records, Answer>,
    reads: readonly RecordKey[] = [],
  ): Promise<Answer> {
    const work = { specs, transition, reads };
    const first = await this.#once(work, undefined);
    if ('answer' in first) return first.answer;
    let { counted } = first;
    const again = async () => {
      for (let conflicts = 1; conflicts < mostConflicts; conflicts += 1) {
        const next = await this.#once(work, counted);
        if ('answer' in next) return next.answer;
        ({ counted } = next);
      }
      throw new StoreUnavailable(new Error('others changed the records each time'));
    };
    // Those who only read a record do not wait for each other.
    return first.contended === undefined ? again() : queuesOf(this.store).run(first.contended, again);
  }

  async #once<Records extends readonly unknown[], Answer>(
    work: Work<Records, Answer>,
    counted: Beside['counted'],
  ): Promise<Tried<Answer>> {
    const { storeNowMs, writes, notifiedIds, counts, decisions, answer } = this.#compute(work, counted);
    const committed = await this.store.commit(writes, storeNowMs, notifiedIds, { counts, decisions });
    if (committed.done) {
      for (const { key, next } of writes) if (next !== undefined) this.#see(key, next);
      return { answer };
    }
    const { records, counted: standings } = committed.fresh;
    const countedNow = standings ? { steps: counts, standings } : counted;
    for (const [index, { key }] of writes.entries()) this.#see(key, records[index]);
    const again = this.#compute(work, countedNow);
    // What was just answered needs no second look.
    if (again.changesNothing) return { answer: again.answer };
    const changed = writes
      .slice(0, work.specs.length)
      .filter(({ version }, index) => records[index]?.version !== version)
      .at(-1);
    return { counted: countedNow, contended: changed && nameOf(changed.key) };
  }

  #compute<Records extends readonly unknown[], Answer>(
    { specs, transition, reads }: Work<Records, Answer>,
    counted: Beside['counted'],
  ) {
    const storeNowMs = this.store.nowMs();
    const seenOf = (key: RecordKey) => this.#seen.get(nameOf(key));
    const seen = specs.map(({ key }) => seenOf(key));
    // After a failover the clock of a store may be behind of what its predecessor wrote.
    const nowMs = Math.max(storeNowMs, ...seen.map((stored) => stored?.changedAtMs ?? 0));
    const beside = { read: reads.map((key) => seenOf(key)?.value), counted };
    const {
      next,
      counts = [],
      decisions = [],
      answer,
    } = transition(seen.map((stored) => stored?.value) as never, nowMs, beside);
    const writes: readonly Write[] = [
      ...specs.map((spec, index) => writeOf(spec, seen[index], next[index]!, nowMs)),
      ...reads.map((key) => ({ key, version: seenOf(key)?.version })),
    ];
    const notifiedIds = specs.filter((_spec, index) => next[index]!.notifies).map(({ key }) => key.id);
    const isStill = notifiedIds.length === 0 && counts.length === 0 && decisions.length === 0;
    const changesNothing = isStill && writes.every((write) => write.next === undefined);
    return { storeNowMs, writes, notifiedIds, counts, decisions, answer, changesNothing };
  }

  #see(key: RecordKey, stored: Stored | null | undefined): void {
    if (stored) this.#seen.set(nameOf(key), stored);
    else this.#seen.delete(nameOf(key));
  }
}

/**
 * Two versions of one record are never the same: of 2^48 there are enough for the few that an effort can have seen. Those are the first digits of a random
 * UUID, for which Node draws random bytes in advance; to ask the system for six takes it longer than all else that a transition does.
 */
function newVersion(): string {
  return Buffer.from(randomUUID().slice(0, 13).replace('-', ''), 'hex').toString('base64url');
}

function writeOf<R>(
  { key, keptForMs }: RecordSpec<R>,
  seen: Stored | undefined,
  { record }: Next<R>,
  nowMs: number,
): Write {
  const version = seen?.version;
  if (record === seen?.value) return { key, version };
  if (record === undefined) return { key, version, next: null };
  const next = { version: newVersion(), changedAtMs: nowMs, value: record };
  return { key, version, next, keptForMs: keptForMs(record, nowMs) };
}

/** One name for each record, in whatever store. */
export function nameOf({ kind, id }: RecordKey): string {
  return `${kind}:{${id}}`;
}
