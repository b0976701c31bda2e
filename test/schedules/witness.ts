import type { CallRecord } from '../../src/ledger/call-record.js';
import type { Quota } from '../../src/coordination/rate-limiter.js';
import type { RecordKey, Stored, Write } from '../../src/ledger/ledger.js';
import type { KeyedHash } from '../../src/keyed-hash.js';
import type { Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';

/** What somebody means by asking: a clientToken and the input with it. */
export interface MeantCall {
  /** In words. */
  readonly name: string;
  readonly clientToken: string;
  readonly number: string;
  /** Of its record in the ledger. */
  readonly key: KeyedHash;
  readonly connectToken: string;
}

export interface Answer {
  readonly contactId?: string;
  /** Of the error. */
  readonly code?: string;
  readonly isRetryable?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** One request of a caller. */
export interface Ask {
  readonly caller: number;
  readonly call: MeantCall;
  readonly process: Process;
  readonly allowsRepeat: boolean;
  readonly askedAtMs: number;
  readonly deadlineAtMs: number;
  /** For how long its replica had stood still before. */
  readonly pausedBeforeMs: number;
  readonly isDeparted: () => boolean;
  readonly isAuthorised: () => boolean;
  /** The effort made for it. */
  owner?: string;
  /** When the ledger was asked for it last. */
  ledgerAskedAtMs?: number;
  /** When a refusal of Connect reached it last. */
  refusedAtMs?: number;
  answer?: Answer;
  answeredAtMs?: number;
}

/** A phone rings. */
export interface Ring {
  readonly contactId: string;
  readonly connectToken: string;
  readonly ask: Ask;
  readonly atMs: number;
  readonly sentAtMs: number;
}

/** How much later than the deadline an answer may come: what the ledger may take, twice, and what a busy process does. */
export const slackMs = 2_500;

export interface Assumptions {
  readonly duplicateWindowMs: number;
  readonly unknownResendMs: number;
  readonly quota: Quota;
  /** Connect forgets no token before `unknownResendMs` and the longest way of a request are over. */
  readonly connectRemembers: boolean;
}

/** Sees all that happens and notes what must not. */
export class Witness {
  readonly faults: string[] = [];
  readonly asks: Ask[] = [];
  readonly rings: Ring[] = [];
  /** The store keeps what it acknowledged. */
  storeKeeps = true;
  coordinationKeeps = true;
  readonly #records = new Map<KeyedHash, CallRecord>();
  /** By the key of the call: when its contact id was recorded, and which. */
  readonly #placed = new Map<KeyedHash, { readonly contactId: string; readonly atMs: number }>();
  /** By the key of the call: when it was last taken afresh, and with it the number. */
  readonly #claimedAtMs = new Map<KeyedHash, number>();
  readonly #markedAtMs = new Map<string, number>();
  /** By the key of the call: the efforts that were about to send it, of which one may have died. */
  readonly #senders = new Map<KeyedHash, Set<string>>();
  readonly #sent: Ask[] = [];
  readonly #permits = new Map<Process, number>();
  #grantsUntilMs = -Infinity;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly assumptions: Assumptions,
  ) {}

  fault(words: string): void {
    this.surroundings.tell('!!!', () => words);
    this.faults.push(words);
  }

  committed(writes: readonly Write[]): void {
    const nowMs = this.surroundings.time.nowMs;
    for (const { key, next } of writes) {
      if (key.kind !== 'call' || next === undefined) continue;
      const record = next?.value as CallRecord | undefined;
      if (!record) {
        this.#records.delete(key.id);
        continue;
      }
      const before = this.#records.get(key.id);
      if (record.state === 'claimed' && record.owner !== before?.owner) this.#claimedAtMs.set(key.id, nowMs);
      this.#records.set(key.id, record);
      if (record.state === 'sending' && record.owner !== undefined) {
        this.#markedAtMs.set(record.owner, nowMs);
        this.#senders.set(key.id, (this.#senders.get(key.id) ?? new Set()).add(record.owner));
      }
      if (!record.facts) continue;
      const { contactId } = record.facts;
      const placed = this.#placed.get(key.id);
      if (!placed) this.#placed.set(key.id, { contactId, atMs: nowMs });
      else if (placed.contactId !== contactId)
        this.fault(`the record of ${placed.contactId} becomes one of ${contactId}`);
    }
  }

  /** A change that was acknowledged to nobody. */
  undone(key: RecordKey, before: Stored | undefined): void {
    if (key.kind !== 'call') return;
    const record = before?.value as CallRecord | undefined;
    if (record) this.#records.set(key.id, record);
    else this.#records.delete(key.id);
    const placed = this.#placed.get(key.id);
    if (record?.facts || !placed) return;
    this.#placed.delete(key.id);
    // A replica that was told by Connect itself writes it again.
    const isWrittenAgain = ({ process }: Ask) =>
      this.#sent.some((one) => one.call.key === key.id && one.process === process);
    for (const ask of this.asks) {
      const isOfRecord = ask.call.key === key.id && ask.answer?.contactId === placed.contactId;
      if (isOfRecord && !isWrittenAgain(ask)) this.fault(`what caller ${ask.caller} was told is lost`);
    }
  }

  storeLost(): void {
    this.storeKeeps = false;
    this.#placed.clear();
  }

  /** The contact id that was recorded for the call first, since the store lost something. */
  recorded(call: MeantCall): string | undefined {
    return this.#placed.get(call.key)?.contactId;
  }

  granted(): void {
    const { time } = this.surroundings;
    const { ratePerSecond, burst } = this.assumptions.quota;
    const eachMs = 1_000 / ratePerSecond;
    this.#grantsUntilMs = Math.max(time.nowMs, this.#grantsUntilMs) + eachMs;
    if (this.coordinationKeeps && this.#grantsUntilMs - time.nowMs > burst * eachMs + 1) {
      this.fault('more permits are granted than the quota allows');
    }
  }

  permitted(process: Process): void {
    this.#permits.set(process, (this.#permits.get(process) ?? 0) + 1);
  }

  sent(ask: Ask): void {
    const nowMs = this.surroundings.time.nowMs;
    const { call, owner, process } = ask;
    const permits = (this.#permits.get(process) ?? 0) - 1;
    this.#permits.set(process, permits);
    if (permits < 0) this.fault(`${call.name} is sent without a permit`);
    const sentBefore = [...this.#sent];
    this.#sent.push(ask);
    if (!this.storeKeeps) return;
    const record = this.#records.get(call.key);
    if (record && record.owner !== owner && record.leaseUntilMs > nowMs) {
      this.fault(`${call.name} is sent for caller ${ask.caller} while the effort of another holds the lease`);
    }
    const isFirst =
      sentBefore.every((one) => one.call.connectToken !== call.connectToken) &&
      [...(this.#senders.get(call.key) ?? [])].every((one) => one === owner);
    if (isFirst && !ask.isAuthorised())
      this.fault(`${call.name} is sent for caller ${ask.caller}, whose token has ended`);
    const placed = this.#placed.get(call.key);
    const markedAtMs = owner === undefined ? undefined : this.#markedAtMs.get(owner);
    if (placed && (markedAtMs === undefined || placed.atMs < markedAtMs)) {
      this.fault(`${call.name} is sent although its contact id was recorded`);
    }
    const first = this.rings.find(({ connectToken }) => connectToken === call.connectToken);
    if (first && nowMs > first.sentAtMs + this.assumptions.unknownResendMs) {
      this.fault(`${call.name} is sent again ${nowMs - first.sentAtMs} ms after the attempt that rang the phone`);
    }
  }

  rang(ring: Ring): void {
    const { call } = ring.ask;
    const { connectRemembers, duplicateWindowMs } = this.assumptions;
    if (this.storeKeeps && connectRemembers) {
      if (this.rings.some(({ connectToken }) => connectToken === call.connectToken)) {
        this.fault(`${call.name} rings a second phone`);
      }
      const other = this.rings.find(
        (one) =>
          one.connectToken !== call.connectToken &&
          one.ask.call.number === call.number &&
          // Nobody can know how much later than sent it rang.
          one.sentAtMs > ring.atMs - duplicateWindowMs &&
          // A repeat may ring beside a call that was admitted before.
          !(this.#mayRepeat(one.ask.call) && one.atMs > (this.#claimedAtMs.get(call.key) ?? 0)),
      );
      if (other && !this.#mayRepeat(call)) {
        this.fault(`${call.name} rings a number that ${other.ask.call.name} rang ${ring.atMs - other.atMs} ms ago`);
      }
    }
    this.rings.push(ring);
    if (ring.ask.answer) this.#judge(ring.ask, ring.ask.answer);
  }

  #mayRepeat({ connectToken }: MeantCall): boolean {
    return this.asks.some((one) => one.call.connectToken === connectToken && one.allowsRepeat);
  }

  answered(ask: Ask, answer: Answer): void {
    ask.answer = answer;
    ask.answeredAtMs = this.surroundings.time.nowMs;
    this.#judge(ask, answer);
    const lateMs = ask.answeredAtMs - ask.deadlineAtMs - (ask.process.pausedMs - ask.pausedBeforeMs);
    if (lateMs > slackMs && !ask.isDeparted()) {
      this.fault(`caller ${ask.caller} is answered ${lateMs} ms after the deadline`);
    }
  }

  #judge(ask: Ask, { contactId, code, isRetryable }: Answer): void {
    const { call, caller } = ask;
    if (contactId !== undefined) {
      const ring = this.rings.find((one) => one.contactId === contactId);
      if (ring?.ask.call.name !== call.name) this.fault(`caller ${caller} gets the contact id of another call`);
      const placed = this.#placed.get(call.key);
      // After a loss the key may be that of other input, and the call has no record.
      const isOfCall = this.rings.some((one) => one.contactId === placed?.contactId && one.ask.call === call);
      // Where Connect placed a call twice, a replica that cannot ask the store tells of the one that it placed.
      if (
        this.assumptions.connectRemembers &&
        isOfCall &&
        placed &&
        placed.atMs < ask.askedAtMs &&
        placed.contactId !== contactId
      ) {
        this.fault(`caller ${caller} gets ${contactId} for ${call.name}, which has ${placed.contactId}`);
      }
      return;
    }
    if (code === undefined || !expectedCodes.has(code)) this.fault(`caller ${caller} is answered ${code}`);
    if (code === 'OUTCOME_UNKNOWN') return;
    const own = this.rings.find((ring) => ring.ask === ask);
    if (own) {
      this.fault(`caller ${caller} is told ${code} though this very request rang the phone of ${call.name}`);
      return;
    }
    // A caller whose token ended is to ask again with a new one: that says nothing of the call.
    if (isRetryable || code === 'UNAUTHENTICATED' || !this.storeKeeps || !this.assumptions.connectRemembers) return;
    // What was refused before another request for the same call rang the phone was refused rightly, also where its answer came later.
    const decidedAtMs = ask.refusedAtMs ?? ask.ledgerAskedAtMs ?? ask.answeredAtMs ?? 0;
    if (this.rings.some((ring) => ring.ask.call.name === call.name && ring.sentAtMs < decidedAtMs)) {
      this.fault(`caller ${caller} is told ${code} for good though the phone of ${call.name} rang`);
    }
  }
}

const expectedCodes = new Set([
  'BAD_USER_INPUT',
  'DUPLICATE_CALL',
  'IDEMPOTENCY_CONFLICT',
  'LIMIT_EXCEEDED',
  'OUTCOME_UNKNOWN',
  'THROTTLED',
  'UNAUTHENTICATED',
  'UPSTREAM_UNAVAILABLE',
]);
