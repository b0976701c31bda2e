import type { Clock } from '../clock.js';
import { callSpec, type CallRecord, type CallTransitions, type Lease } from '../ledger/call-record.js';
import type { WindowRecord } from '../ledger/duplicate-window.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { LedgerView } from '../ledger/ledger-view.js';
import type { IntendedCall } from './intended-call.js';
import { NumberReservation, type NumberRules } from './number-reservation.js';
import { bestEffort } from './retry-until-available.js';

const retryMs = 1_000;
/** So many are written at once. */
const roundSize = 100;
/** Beyond it the release that waits longest is left to the expiry of what it would release. */
const maxOwed = 100_000;

export interface OwedReleasesParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly rules: NumberRules;
  readonly transitions: Pick<CallTransitions, 'release'>;
}

/** What an effort reserved: the record of a call, and its number. */
export interface Reservation {
  readonly call: Pick<IntendedCall, 'key' | 'windowKey' | 'windowEntry' | 'allowRepeat'>;
  readonly lease: Lease;
}

/** Releases what efforts reserved that ended, provably without a call, while the store was away: once it is back, or until what they reserved has expired. */
export class OwedReleases {
  /** By owner, and until when, on the monotonic clock, what it reserved stands at most. */
  readonly #owed = new Map<string, { readonly reservation: Reservation; readonly untilMs: number }>();
  #isRetryPlanned = false;
  #isReleasing = false;

  constructor(private readonly parts: OwedReleasesParts) {
    parts.store.health.onUp(() => void this.#releaseAll());
  }

  /** What is reserved expires by itself after `forMs`. */
  add({ call, lease }: Reservation, forMs: number): void {
    const { key, windowKey, windowEntry, allowRepeat } = call;
    const reservation = { call: { key, windowKey, windowEntry, allowRepeat }, lease };
    this.#owed.set(lease.owner, { reservation, untilMs: this.parts.clock.monotonic() + forMs });
    const [longestOwed] = this.#owed.keys();
    if (this.#owed.size > maxOwed && longestOwed !== undefined) this.#owed.delete(longestOwed);
    void this.#releaseAll();
  }

  /** The effort `owner` is about to claim again what it reserved: a release that is under way leaves alone what it claims from now on. */
  cancel(owner: string): void {
    this.#owed.delete(owner);
  }

  async #releaseAll(): Promise<void> {
    if (this.#isReleasing) return;
    this.#isReleasing = true;
    const owners = [...this.#owed.keys()];
    while (owners.length > 0) {
      const round = owners.splice(0, roundSize);
      const released = await Promise.all(round.map((owner) => this.#release(owner)));
      if (!released.includes(true) && !this.parts.store.health.isUp) break;
    }
    this.#isReleasing = false;
    this.#planRetry();
  }

  async #release(owner: string): Promise<boolean> {
    const { store, transitions, rules } = this.parts;
    const owed = this.#owed.get(owner);
    if (!owed) return true;
    const unlessCancelled: typeof transitions = {
      release: (record, lease) =>
        this.#owed.get(owner) === owed ? transitions.release(record, lease) : { record, answer: false },
    };
    const isReleased = await bestEffort(() =>
      releaseReservation(new LedgerView(store), owed.reservation, unlessCancelled, rules),
    );
    // False where it is somebody else's by now.
    if (isReleased === undefined) return false;
    if (this.#owed.get(owner) === owed) this.#owed.delete(owner);
    return true;
  }

  #planRetry(): void {
    const nowMs = this.parts.clock.monotonic();
    for (const [owner, { untilMs }] of this.#owed) if (untilMs < nowMs) this.#owed.delete(owner);
    if (this.#isRetryPlanned || this.#owed.size === 0) return;
    this.#isRetryPlanned = true;
    this.parts.clock.after(retryMs, () => {
      this.#isRetryPlanned = false;
      void this.#releaseAll();
    });
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
      const left = released.answer ? number.release(window, lease.owner, nowMs) : { record: window };
      return { next: [released, left], answer: released.answer };
    },
  );
}
