import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { callTransitions, type CallTransitions } from '../ledger/call-record.js';
import { keptForMs, type LedgerStore } from '../ledger/ledger.js';
import type { KeyedHash } from '../keyed-hash.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { noTracer, type Tracer } from '../tracer.js';
import { StoreUnavailable } from '../store-health.js';
import type { IntendedCall } from './intended-call.js';
import { OwedReleases } from './owed-releases.js';
import { PlacedWrites } from './placed-writes.js';
import { CallEffort, type UnknownCall } from './call-effort.js';
import type { NumberRules } from './number-reservation.js';

export interface CallLedgerParts {
  readonly store: LedgerStore;
  /** Calls go on with this while `store` is away, instead of waiting for it; what was placed is written to `store` once it is back. */
  readonly fallback?: LedgerStore | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters?: Meters;
  readonly tracer?: Tracer;
  readonly rules: NumberRules;
  /** How the records of calls change. */
  readonly transitions?: CallTransitions;
  /** Beyond it the call with an unknown outcome that was not asked for longest is left to the shared record alone. */
  readonly maxUnknownCalls?: number;
}

/** What the gateway knows of intended calls: the records that replicas share, and what this process alone knows of them. */
export class CallLedger {
  readonly #writes: PlacedWrites;
  readonly #releases: OwedReleases;
  /** The calls that this process knows to have an unknown outcome, by the id of their record. It brings that back where the shared record is lost. */
  readonly #unknownCalls: LRUCache<KeyedHash, UnknownCall>;
  readonly #transitions: CallTransitions;

  constructor(private readonly parts: CallLedgerParts) {
    const { clock, transitions = callTransitions, maxUnknownCalls = 100_000, meters = noMeters } = parts;
    const perf = { now: () => clock.monotonic() };
    this.#transitions = transitions;
    this.#writes = new PlacedWrites({ ...parts, transitions });
    this.#releases = new OwedReleases({ ...parts, transitions });
    // Not by `max`, for which the cache would allocate all that it may need when the process starts.
    const size = { maxSize: maxUnknownCalls, sizeCalculation: () => 1 };
    this.#unknownCalls = new LRUCache({ ...size, ttl: keptForMs, ttlResolution: 0, perf });
    meters.watch('outcomesUnknown', () => this.#openUnknown());
  }

  /**
   * Does `work` with an effort to place `call`, which waits for the store until the caller's deadline and then throws UPSTREAM_UNAVAILABLE. Where
   * there is a fallback it throws at once before anything was sent, and `work` begins again with an effort on the fallback.
   */
  async attempt<T>(call: IntendedCall, work: (effort: CallEffort) => Promise<T>): Promise<T> {
    const { store, fallback } = this.parts;
    if (!fallback) return work(this.#effort(call, store, call.deadlineAtMs));
    try {
      return await work(this.#effort(call, store, 0));
    } catch (error) {
      if (!(error instanceof GatewayError && error.cause instanceof StoreUnavailable)) throw error;
      return work(this.#effort(call, fallback, call.deadlineAtMs));
    }
  }

  /** How many of the calls with an unknown outcome may still be sent again: later nobody can find out any more. */
  #openUnknown(): number {
    const { clock, rules } = this.parts;
    const sinceMs = clock.monotonic() - rules.unknownResendMs;
    return [...this.#unknownCalls.values()].filter((call) => call.sinceMs >= sinceMs).length;
  }

  #effort(call: IntendedCall, store: LedgerStore, patientUntilMs: number): CallEffort {
    const { clock, rules, meters = noMeters, tracer = noTracer } = this.parts;
    const known = { writes: this.#writes, unknownCalls: this.#unknownCalls, transitions: this.#transitions };
    // The fallback is always up.
    const releases = store === this.parts.store ? this.#releases : undefined;
    return new CallEffort({ store, clock, rules, meters, tracer, releases, ...known, patientUntilMs }, call);
  }
}
