import type { Clock } from '../clock.js';
import type { KeyedHash } from '../keyed-hash.js';
import { callSpec, type CallTransitions, type PlacedCall, type PlacedFacts } from '../ledger/call-record.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { LedgerView } from '../ledger/ledger-view.js';
import { placementSpec, recordPlacement } from '../ledger/placement.js';
import type { Log } from '../log.js';
import { StoreUnavailable } from '../store-health.js';
import type { IntendedCall } from './intended-call.js';
import { NumberReservation, type NumberRules } from './number-reservation.js';

const retryMs = 1_000;

export interface PlacedWritesParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly log: Log;
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
type WrittenCall = Pick<IntendedCall, 'key' | 'windowKey' | 'windowEntry' | 'allowRepeat'>;

interface Entry {
  readonly call: WrittenCall;
  readonly placed: PlacedCall;
}

/** Records calls that were placed: at once, or, while the store is away, from a write-behind queue once it is back. */
export class PlacedWrites {
  /** The write-behind queue, by the id of the call's record and by contact id: the placement of a second contact is recorded as well. */
  readonly #queue = new Map<KeyedHash, Map<string, Entry>>();
  #isRetryPlanned = false;
  #isWriting = false;

  constructor(private readonly parts: PlacedWritesParts) {
    parts.store.health.onUp(() => void this.#writeQueued());
  }

  /** A placed call that the store may not know of yet, by the id of its record. */
  queued(callId: KeyedHash): PlacedCall | undefined {
    const [first] = this.#queue.get(callId)?.values() ?? [];
    return first?.placed;
  }

  /** What is recorded of the call from now on. Never throws for an outage. */
  async record(
    { key, windowKey, windowEntry, allowRepeat }: WrittenCall,
    placed: PlacedCall,
    view: LedgerView,
  ): Promise<RecordedCall> {
    const entry = { call: { key, windowKey, windowEntry, allowRepeat }, placed };
    if (view.store !== this.parts.store) this.#writeLater(entry);
    try {
      return await this.#write(entry, view);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#writeLater(entry);
      return { contactId: placed.contactId, isFirst: true };
    }
  }

  async #write({ call, placed }: Entry, view: LedgerView): Promise<RecordedCall> {
    const { rules, transitions, log } = this.parts;
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
          answer: { contactId: kept.answer, isFirst: !isSecond },
        };
      },
    );
    if (recorded.contactId !== placed.contactId) {
      log.error({ contactIds: [recorded.contactId, placed.contactId] }, 'ALARM: one call was placed twice');
    }
    return recorded;
  }

  #writeLater(entry: Entry): void {
    const ofCall = this.#queue.get(entry.call.key) ?? new Map<string, Entry>();
    this.#queue.set(entry.call.key, ofCall.set(entry.placed.contactId, entry));
    this.#planRetry();
  }

  /** Also where no connection was lost, only an answer. */
  #planRetry(): void {
    if (this.#isRetryPlanned) return;
    this.#isRetryPlanned = true;
    this.parts.clock.after(retryMs, () => {
      this.#isRetryPlanned = false;
      void this.#writeQueued();
    });
  }

  /** One round at a time: rounds that pile up would weigh most on a store that is weak already. */
  async #writeQueued(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    const failure = await this.#writeRound().finally(() => {
      this.#isWriting = false;
    });
    if (!failure) return;
    this.parts.log.warn(failure, 'a placed call could not be recorded yet');
    this.#planRetry();
  }

  /** What could not be written last, if anything. */
  async #writeRound(): Promise<{ readonly err: unknown } | undefined> {
    let failure: { readonly err: unknown } | undefined;
    for (const [callId, ofCall] of this.#queue) {
      for (const [contactId, entry] of ofCall) {
        try {
          await this.#write(entry, new LedgerView(this.parts.store));
          ofCall.delete(contactId);
        } catch (err) {
          failure = { err };
        }
      }
      if (ofCall.size === 0) this.#queue.delete(callId);
      // Where the store is up, it may be the records of this one call that cannot be changed.
      if (failure && !this.parts.store.health.isUp) break;
    }
    return failure;
  }
}

/** Where records are changed one after another, or an answer was lost, an own write is met again. */
function isWrittenFrom({ contactId, placedAtMs }: PlacedFacts, placed: PlacedCall): boolean {
  return contactId === placed.contactId && placedAtMs === placed.placedAtMs;
}
