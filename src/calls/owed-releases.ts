import type { Clock } from '../clock.js';
import type { KeyedHash } from '../keyed-hash.js';
import { callSpec, type CallRecord, type CallTransitions, type Lease } from '../ledger/call-record.js';
import type { CountStep } from '../ledger/call-count.js';
import type { DecisionEntry } from '../ledger/decision-entry.js';
import type { WindowRecord } from '../ledger/duplicate-window.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { LedgerView } from '../ledger/ledger-view.js';
import { noMeters, type Meters } from '../meters.js';
import { StoreUnavailable } from '../store-health.js';
import type { IntendedCall } from './intended-call.js';
import { NumberReservation, type NumberRules } from './number-reservation.js';
import { RetryQueue } from './retry-queue.js';

/** How many reservations are released at once. */
const concurrency = 100;
/** Beyond it the release that waits longest is left to the expiry of what it would release. */
const maxOwed = 100_000;

export interface OwedReleasesParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly rules: NumberRules;
  readonly meters?: Meters | undefined;
  readonly transitions: Pick<CallTransitions, 'release'>;
}

/** What an effort reserved: the record of a call, its number, and where it counts. */
export interface Reservation {
  readonly call: Pick<IntendedCall, 'key' | 'windowKey' | 'windowEntry' | 'allowRepeat'> & {
    /** Where it may count. */
    readonly countedIn?: readonly KeyedHash[] | undefined;
    /** The records of its not being placed. */
    readonly decisions?: readonly DecisionEntry[] | undefined;
  };
  readonly lease: Lease;
}

interface OwedRelease {
  readonly reservation: Reservation;
  /** On the monotonic clock, until when what is reserved stands at most. */
  readonly untilMs: number;
}

/** Releases what efforts reserved that ended, provably without a call, while the store was away: once it is back, or until what they reserved has expired. */
export class OwedReleases {
  readonly #queue: RetryQueue<OwedRelease>;

  constructor(private readonly parts: OwedReleasesParts) {
    const { store, clock, meters = noMeters } = parts;
    meters.watch('owedReleases', () => this.#queue.size);
    this.#queue = new RetryQueue({
      health: store.health,
      clock,
      attempt: (owed) => this.#release(owed),
      concurrency,
      maxItems: maxOwed,
      isExpired: ({ untilMs }) => untilMs < clock.monotonic(),
      onFailure: (error) => {
        if (!(error instanceof StoreUnavailable)) throw error;
      },
    });
  }

  /** What is reserved expires by itself after `forMs`. */
  add({ call, lease }: Reservation, forMs: number): void {
    const { key, windowKey, windowEntry, allowRepeat, countedIn, decisions } = call;
    const reservation = { call: { key, windowKey, windowEntry, allowRepeat, countedIn, decisions }, lease };
    this.#queue.tryNow(lease.owner, { reservation, untilMs: this.parts.clock.monotonic() + forMs });
  }

  /** The effort `owner` is about to claim again what it reserved: a release that is under way leaves alone what it claims from now on. */
  cancel(owner: string): void {
    this.#queue.drop(owner);
  }

  /** Resolves to false where it is somebody else's by now. */
  #release(owed: OwedRelease): Promise<boolean> {
    const { store, transitions, rules } = this.parts;
    const unlessCancelled: typeof transitions = {
      release: (record, lease) =>
        this.#queue.holds(lease.owner, owed) ? transitions.release(record, lease) : { record, answer: false },
    };
    return releaseReservation(new LedgerView(store), owed.reservation, unlessCancelled, rules);
  }
}

/** Frees the call and its number, unless its outcome is unknown or it is another effort's by now: then false. */
export function releaseReservation(
  view: LedgerView,
  { call, lease }: Reservation,
  transitions: Pick<CallTransitions, 'release'>,
  rules: NumberRules,
): Promise<boolean> {
  const number = new NumberReservation(call, rules);
  return view.apply<[CallRecord, WindowRecord], boolean>(
    [callSpec(call.key), number.spec],
    ([record, window], nowMs) => {
      const released = transitions.release(record, lease);
      if (!released.answer) return { next: [released, { record: window }], answer: false };
      const left = number.release(window, lease.owner, nowMs);
      return { next: [released, left], counts: releasesOf(record, call), decisions: call.decisions, answer: true };
    },
  );
}

/** The call of this record was provably not placed, and counts nowhere any more. Without a record that was so before: what counts is of another call under its key. */
export function releasesOf(
  record: CallRecord | undefined,
  { key, countedIn = [] }: Pick<Reservation['call'], 'key' | 'countedIn'>,
): readonly CountStep[] {
  if (!record) return [];
  return countedIn.map((id) => ({ id, call: record.countedAs ?? key, does: 'release' }));
}
