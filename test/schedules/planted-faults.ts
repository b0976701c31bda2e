import type { PermitRequest, RateLimiter } from '../../src/coordination/rate-limiter.js';
import { callTransitions, type CallRecord, type CallTransitions, type Lease } from '../../src/ledger/call-record.js';
import type { Committed, LedgerStore, Write } from '../../src/ledger/ledger.js';
import type { Planted } from './schedule.js';
import { TooFewCopies } from './shared-store.js';

type Call = CallRecord | undefined;

const { claim, markSending, endLease, release, recordPlaced } = callTransitions;

const planted = (changed: Partial<CallTransitions>): Planted => ({ transitions: { ...callTransitions, ...changed } });

/** The store with some of its methods changed. */
const withLedger = (change: (store: LedgerStore) => Partial<LedgerStore>): Planted => ({
  ledger: (store) => ({
    health: store.health,
    hasOwnClock: store.hasOwnClock,
    nowMs: () => store.nowMs(),
    read: (keys) => store.read(keys),
    commit: (...args) => store.commit(...args),
    decisions: (call) => store.decisions(call),
    changed: (id, listener) => store.changed(id, listener),
    ...change(store),
  }),
});

/** What was committed, or found, though too few replicas have it. */
function copiedOr(error: unknown, isDone: boolean): Committed {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof TooFewCopies && cause.committed.done === isDone) return cause.committed;
  throw error;
}

/** Gives a permit to everybody at once. */
function permitsForAll(limiter: RateLimiter): RateLimiter {
  const listeners: ((waiterId: string) => boolean)[] = [];
  return {
    onGranted: (listener) => {
      listeners.push(listener);
    },
    enqueue: ({ waiterId }: PermitRequest) => {
      for (const listener of listeners) listener(waiterId);
      return Promise.resolve({ refused: false, waitMs: 0, nextPermitInMs: undefined });
    },
    check: (operation, waiterIds) => limiter.check(operation, waiterIds),
    abandon: (operation, waiterId) => limiter.abandon(operation, waiterId),
    throttled: (operation, attemptGroup) => limiter.throttled(operation, attemptGroup),
    capacity: (operation, requester) => limiter.capacity(operation, requester),
  };
}

/** Each takes one guard away, by what is passed in; all of them must be found. */
export const plantedFaults: Readonly<Record<string, Planted>> = {
  'a call is not marked before it is sent': planted({
    markSending: (record, lease, nowMs) => ({ record, answer: markSending(record, lease, nowMs).answer }),
  }),
  'an effort sends though its lease is over': planted({
    markSending: (record, lease, nowMs) => {
      const marked = markSending(record, lease, nowMs);
      return marked.answer ? marked : { record, answer: true };
    },
  }),
  'a claim takes what another effort holds': planted({
    claim: (record, asked, nowMs) => {
      const claimed = claim(record, asked, nowMs);
      return claimed.answer.is === 'leased' && record ? claim({ ...record, leaseUntilMs: 0 }, asked, nowMs) : claimed;
    },
  }),
  'an unknown outcome is forgotten by whoever takes the call over': planted({
    claim: (record, asked, nowMs) => {
      const claimed = claim(record, asked, nowMs);
      const { answer } = claimed;
      return answer.is === 'mine' && answer.unknownForMs !== undefined
        ? claim(undefined, { ...asked, unknown: undefined }, nowMs)
        : claimed;
    },
  }),
  'a later contact id takes the place of the first': planted({
    recordPlaced: (record, placed) => {
      if (!record?.facts || record.requestHash !== placed.requestHash) return recordPlaced(record, placed);
      return recordPlaced(undefined, placed);
    },
  }),
  'a call is released though it may have been placed': planted({
    endLease: (record: Call, lease: Lease) =>
      endLease(record, lease).answer ? { record: undefined, answer: true, notifies: true } : endLease(record, lease),
  }),
  'a call is released though its outcome is unknown': planted({
    release: (record, lease) => release(record && { ...record, isOutcomeUnknown: false }, lease),
  }),
  'a refused call is not released': planted({
    release: (record, lease) => ({ record, answer: release(record, lease).answer }),
  }),
  'the window of a number is not kept': withLedger((store) => ({
    commit: (writes, ...rest) =>
      store.commit(
        writes.map(({ key, version, ...write }): Write =>
          key.kind === 'window' ? { key, version } : { key, version, ...write },
        ),
        ...rest,
      ),
  })),
  'versions are not compared': withLedger((store) => ({
    commit: async (writes, nowMs, ids, extras) => {
      const committed = await store.commit(writes, nowMs, ids, extras);
      if (committed.done) return committed;
      const { fresh } = committed;
      return store.commit(
        writes.map((write, index) => ({ ...write, version: fresh.records[index]?.version })),
        fresh.nowMs,
        ids,
        extras,
      );
    },
  })),
  'what no replica has counts as made': withLedger((store) => ({
    commit: (...args) => store.commit(...args).catch((error: unknown) => copiedOr(error, true)),
  })),
  'what others changed is answered though no replica has it': withLedger((store) => ({
    commit: (...args) => store.commit(...args).catch((error: unknown) => copiedOr(error, false)),
  })),
  'a lost answer is waited for without end': withLedger((store) => ({
    commit: (...args) => store.commit(...args).catch(() => new Promise(() => undefined)),
  })),
  'whoever waits for a call never stops to listen': withLedger((store) => ({
    changed: (id, listener) => {
      store.changed(id, listener);
      return () => undefined;
    },
  })),
  'a permit is given to everybody': { rateLimiter: permitsForAll },
};
