import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { KeyedHash } from './keys.js';
import { Listeners } from './listeners.js';
import {
  keptForMs,
  type CallClaim,
  type CallClaimed,
  type CallLook,
  type CallQuestion,
  type CallRecords,
  type Lease,
  type PlacedCall,
  type PlacedFacts,
  type Unsubscribe,
} from './state.js';

interface CallRecord {
  readonly fingerprint: KeyedHash;
  state: 'claimed' | 'sending' | 'unknown' | 'placed';
  owner?: string;
  epoch: number;
  leaseUntilMs: number;
  firstSentAtMs?: number;
  isUncertain: boolean;
  facts?: PlacedFacts;
}

/** The calls of one process, by the same rules as scripts/calls.lua. */
export class MemoryCalls implements CallRecords {
  readonly #records: LRUCache<string, CallRecord>;
  readonly #listeners = new Listeners();

  constructor(
    private readonly clock: Clock,
    maxRecords: number,
  ) {
    this.#records = new LRUCache({
      max: maxRecords,
      ttl: keptForMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
  }

  look(key: KeyedHash, question: CallQuestion): Promise<CallLook> {
    return Promise.resolve(this.#judge(this.#records.get(key), question));
  }

  claim(key: KeyedHash, claim: CallClaim): Promise<CallClaimed> {
    return Promise.resolve(this.#claim(key, claim));
  }

  renew(key: KeyedHash, lease: Lease): Promise<boolean> {
    const record = this.#leased(key, lease);
    if (record) this.#keep(key, { ...record, leaseUntilMs: this.clock.monotonic() + lease.leaseMs });
    return Promise.resolve(record !== undefined);
  }

  markSending(key: KeyedHash, lease: Lease): Promise<boolean> {
    const nowMs = this.clock.monotonic();
    const record = this.#leased(key, lease);
    if (record) {
      const firstSentAtMs = record.firstSentAtMs ?? nowMs;
      this.#keep(key, { ...record, state: 'sending', firstSentAtMs, leaseUntilMs: nowMs + lease.leaseMs });
    }
    return Promise.resolve(record !== undefined);
  }

  markUncertain(key: KeyedHash, lease: Lease): Promise<boolean> {
    const record = this.#owned(key, lease);
    if (record) this.#keep(key, doubted(record, this.clock.monotonic()));
    return Promise.resolve(record !== undefined);
  }

  letGo(key: KeyedHash, lease: Lease): Promise<boolean> {
    const record = this.#owned(key, lease);
    if (record) {
      const wasSent = record.firstSentAtMs !== undefined;
      const open = wasSent ? ({ ...record, state: 'unknown', isUncertain: true } as const) : record;
      this.#keep(key, { ...open, leaseUntilMs: 0 });
      this.#listeners.tell(key);
    }
    return Promise.resolve(record !== undefined);
  }

  release(key: KeyedHash, lease: Lease): Promise<boolean> {
    const record = this.#owned(key, lease);
    if (!record || record.isUncertain) return Promise.resolve(false);
    this.#records.delete(key);
    this.#listeners.tell(key);
    return Promise.resolve(true);
  }

  recordPlaced(key: KeyedHash, placed: PlacedCall): Promise<{ contactId: string; isFirst: boolean }> {
    const known = this.#records.get(key)?.facts;
    if (known) return Promise.resolve({ contactId: known.contactId, isFirst: false });
    const { fingerprint, contactId, instanceId, contactFlowId, placedAtMs } = placed;
    const facts = { contactId, instanceId, contactFlowId, placedAtMs };
    // The fingerprint is the placed call's: where the record was lost, another call may have claimed the key since.
    this.#keep(key, { state: 'placed', fingerprint, epoch: 0, leaseUntilMs: 0, isUncertain: false, facts });
    this.#listeners.tell(key);
    return Promise.resolve({ contactId, isFirst: true });
  }

  changed(key: KeyedHash, listener: () => void): Unsubscribe {
    return this.#listeners.add(key, listener);
  }

  #claim(key: KeyedHash, claim: CallClaim): CallClaimed {
    const nowMs = this.clock.monotonic();
    let record = this.#records.get(key);
    // The answer to an earlier claim of this owner was lost.
    if (record?.owner === claim.owner) record = { ...record, leaseUntilMs: 0 };
    let found = this.#judge(record, claim);
    const fresh: CallRecord = {
      state: 'claimed',
      fingerprint: claim.fingerprint,
      epoch: record?.epoch ?? 0,
      leaseUntilMs: 0,
      isUncertain: false,
    };
    if (claim.uncertainForMs !== undefined && found.is !== 'placed' && found.is !== 'conflict') {
      record = doubted(found.is === 'free' || !record ? fresh : record, nowMs - claim.uncertainForMs);
      this.#keep(key, record);
      found = this.#judge(record, claim);
    }
    if (found.is !== 'free' && found.is !== 'open') return found;
    const taken: CallRecord =
      found.is === 'free' || !record ? fresh : { ...record, state: 'unknown', isUncertain: true };
    const epoch = taken.epoch + 1;
    this.#keep(key, { ...taken, owner: claim.owner, epoch, leaseUntilMs: nowMs + claim.leaseMs });
    return { is: 'mine', epoch, uncertainForMs: found.is === 'open' ? found.uncertainForMs : undefined };
  }

  #judge(record: CallRecord | undefined, { fingerprint, resendWindowMs }: CallQuestion): CallLook {
    if (!record) return { is: 'free' };
    const nowMs = this.clock.monotonic();
    const leaseLeftMs = record.leaseUntilMs - nowMs;
    // Nothing was sent: whoever comes next may even ask for another call.
    if (record.state === 'claimed' && leaseLeftMs <= 0) return { is: 'free' };
    if (record.fingerprint !== fingerprint) return { is: 'conflict' };
    if (record.facts) return { is: 'placed', facts: record.facts };
    if (leaseLeftMs > 0) return { is: 'held', leaseLeftMs };
    const uncertainForMs = nowMs - (record.firstSentAtMs ?? nowMs);
    return uncertainForMs > resendWindowMs ? { is: 'lost' } : { is: 'open', uncertainForMs };
  }

  /** Nobody took the call over, though the lease may have run out. */
  #owned(key: KeyedHash, { owner, epoch }: Lease): CallRecord | undefined {
    const record = this.#records.get(key);
    return record?.owner === owner && record.epoch === epoch ? record : undefined;
  }

  #leased(key: KeyedHash, lease: Lease): CallRecord | undefined {
    const record = this.#owned(key, lease);
    return record && record.leaseUntilMs > this.clock.monotonic() ? record : undefined;
  }

  #keep(key: KeyedHash, record: CallRecord): void {
    this.#records.set(key, record);
  }
}

function doubted(record: CallRecord, sinceMs: number): CallRecord {
  return {
    ...record,
    state: record.state === 'claimed' ? 'sending' : record.state,
    isUncertain: true,
    firstSentAtMs: Math.min(record.firstSentAtMs ?? sinceMs, sinceMs),
  };
}
