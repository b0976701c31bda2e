import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { KeyedHash } from '../state/keys.js';
import { StateUnavailable, type CallTaken, type PlacedCall, type SharedState } from '../state/state.js';

const retryMs = 1_000;

export interface PlacedEntry {
  readonly key: KeyedHash;
  readonly fenceKey: KeyedHash;
  readonly fenceCall: KeyedHash;
  readonly placed: PlacedCall;
}

/** Writes down what was placed; while shared state is away it remembers, and writes when it is back. */
export class RecordKeeper {
  readonly #owed = new Map<string, PlacedEntry>();
  #isPlanned = false;

  constructor(
    private readonly shared: SharedState,
    private readonly duplicateWindowMs: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    shared.health.onUp(() => void this.#payUp());
  }

  /** The contact id that the call has from now on: the first that anybody recorded in `state`. Never throws for an outage. */
  async record(entry: PlacedEntry, state: SharedState): Promise<string> {
    if (state !== this.shared) this.#owe(entry);
    try {
      return await this.#write(entry, state);
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
      this.#owe(entry);
      return entry.placed.contactId;
    }
  }

  /** What a claim is to find for a call that was placed, as long as shared state may not know of it. */
  owed(key: KeyedHash, fingerprint: KeyedHash): CallTaken | undefined {
    for (const entry of this.#owed.values()) {
      if (entry.key !== key) continue;
      return entry.placed.fingerprint === fingerprint ? { is: 'placed', facts: entry.placed } : { is: 'conflict' };
    }
    return undefined;
  }

  async #write(
    { key, fenceKey, fenceCall, placed }: PlacedEntry,
    { calls, fences, placements }: SharedState,
  ): Promise<string> {
    const { contactId, instanceId, contactFlowId, placedAtMs } = placed;
    const kept = await calls.recordPlaced(key, placed);
    if (kept.contactId !== contactId) {
      this.log.error({ contactIds: [kept.contactId, contactId] }, 'ALARM: one call was placed twice');
    }
    await placements.record(contactId, { instanceId, contactFlowId, placedAtMs });
    if (this.duplicateWindowMs > 0) {
      await fences.close(fenceKey, { call: fenceCall, windowMs: this.duplicateWindowMs, contactId: kept.contactId });
    }
    return kept.contactId;
  }

  #owe(entry: PlacedEntry): void {
    this.#owed.set(entry.placed.contactId, entry);
    this.#payUpLater();
  }

  /** Also where no connection was lost, only an answer. */
  #payUpLater(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.clock.after(retryMs, () => {
      this.#isPlanned = false;
      void this.#payUp();
    });
  }

  async #payUp(): Promise<void> {
    for (const [contactId, entry] of this.#owed) {
      try {
        await this.#write(entry, this.shared);
        this.#owed.delete(contactId);
      } catch (err) {
        this.log.warn({ err }, 'a placed call could not be recorded yet');
        this.#payUpLater();
        return;
      }
    }
  }
}
