import type { Clock } from '../clock.js';
import type { KeyedHash } from '../keyed-hash.js';
import { callSpec, type CallTransitions, type PlacedCall, type PlacedFacts } from '../ledger/call-record.js';
import type { DecisionEntry } from '../ledger/decision-entry.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { LedgerView } from '../ledger/ledger-view.js';
import { placementSpec, recordPlacement } from '../ledger/placement.js';
import { noMeters, type Meters } from '../meters.js';
import { StoreUnavailable } from '../store-health.js';
import type { IntendedCall } from './intended-call.js';
import { NumberReservation, type NumberRules } from './number-reservation.js';
import { RetryQueue } from './retry-queue.js';

export interface PlacedWritesParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly meters?: Meters | undefined;
  readonly rules: NumberRules;
  readonly transitions: Pick<CallTransitions, 'recordPlaced'>;
}

export interface RecordedCall {
  /** The contact id that the call has: the first that anybody recorded. */
  readonly contactId: string;
  /** Nobody else had recorded one before, as far as the store could be asked. */
  readonly isFirst: boolean;
}

/** No more of a call than its records need: in a long outage many wait here. */
type WrittenCall = Pick<IntendedCall, 'key' | 'windowKey' | 'windowEntry' | 'allowRepeat' | 'log'> & {
  /** The record of its being placed, where dialing rules allowed it. */
  readonly decisions?: readonly DecisionEntry[] | undefined;
};

interface Entry {
  readonly call: WrittenCall;
  readonly placed: PlacedCall;
}

/** Records calls that were placed: at once, or, while the store is away, from a write-behind queue once it is back. */
export class PlacedWrites {
  /** The write-behind queue. */
  readonly #queue: RetryQueue<Entry>;
  /** What is in it, by the id of the call's record and by contact id: the placement of a second contact is recorded as well. */
  readonly #queued = new Map<KeyedHash, Map<string, PlacedCall>>();

  constructor(private readonly parts: PlacedWritesParts) {
    const { store, clock, meters = noMeters } = parts;
    meters.watch('owedWrites', () => this.#queue.size);
    this.#queue = new RetryQueue({
      health: store.health,
      clock,
      attempt: (entry) => this.#writeQueued(entry),
      onFailure: (error, entry) => {
        this.#tellOwed(error, entry);
      },
    });
  }

  /** A placed call that the store may not know of yet, by the id of its record. */
  queued(callId: KeyedHash): PlacedCall | undefined {
    const [first] = this.#queued.get(callId)?.values() ?? [];
    return first;
  }

  /** What is recorded of the call from now on. Never throws for an outage. */
  async record(
    { key, windowKey, windowEntry, allowRepeat, log, decisions }: WrittenCall,
    placed: PlacedCall,
    view: LedgerView,
  ): Promise<RecordedCall> {
    const entry = { call: { key, windowKey, windowEntry, allowRepeat, log, decisions }, placed };
    if (view.store !== this.parts.store) this.#writeLater(entry);
    try {
      return await this.#write(entry, view);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#writeLater(entry);
      // Where this process ends before the store is back, nothing else says which contact the call is.
      this.#tellOwed(error, entry);
      return { contactId: placed.contactId, isFirst: true };
    }
  }

  async #write({ call, placed }: Entry, view: LedgerView): Promise<RecordedCall> {
    const { rules, transitions, meters = noMeters } = this.parts;
    const number = new NumberReservation(call, rules);
    const recorded = await view.apply(
      [callSpec(call.key), placementSpec(placed.contactId), number.spec],
      ([record, , window], nowMs) => {
        const kept = transitions.recordPlaced(record, placed);
        const closed = number.closePlaced(window, kept.answer, nowMs);
        const isSecond =
          record?.facts && record.requestHash === placed.requestHash && !isWrittenFrom(record.facts, placed);
        return {
          next: [kept, recordPlacement(placed), closed],
          decisions: call.decisions,
          answer: { contactId: kept.answer, isFirst: !isSecond },
        };
      },
    );
    if (recorded.contactId !== placed.contactId) {
      call.log.error({ contactIds: [recorded.contactId, placed.contactId] }, 'ALARM: one call was placed twice');
      meters.alarmRaised('placed_twice');
    }
    return recorded;
  }

  #writeLater(entry: Entry): void {
    const { call, placed } = entry;
    const ofCall = this.#queued.get(call.key) ?? new Map<string, PlacedCall>();
    this.#queued.set(call.key, ofCall.set(placed.contactId, placed));
    this.#queue.tryLater(`${call.key} ${placed.contactId}`, entry);
  }

  #tellOwed(err: unknown, { call, placed }: Entry): void {
    call.log.warn(
      { err, contactId: placed.contactId, waiting: this.#queue.size },
      'a placed call could not be recorded yet',
    );
  }

  async #writeQueued(entry: Entry): Promise<void> {
    const { call, placed } = entry;
    await this.#write(entry, new LedgerView(this.parts.store));
    const ofCall = this.#queued.get(call.key);
    ofCall?.delete(placed.contactId);
    if (ofCall?.size === 0) this.#queued.delete(call.key);
  }
}

/** Where records are changed one after another, or an answer was lost, an own write is met again. */
function isWrittenFrom({ contactId, placedAtMs }: PlacedFacts, placed: PlacedCall): boolean {
  return contactId === placed.contactId && placedAtMs === placed.placedAtMs;
}
