import { randomUUID } from 'node:crypto';
import { sleep, type Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { changeOrRefuse, readOrRefuse } from '../ledger/ledger-errors.js';
import { LedgerView } from '../ledger/ledger-view.js';
import { addPause, endPause, leavesWithinMs, pausesSpec, type Pause, type PausesRecord } from '../ledger/pauses.js';
import { callerOf, type Caller, type RequestContext } from '../request.js';
import type { PauseOutboundCallingInput } from './pause-outbound-calling.input.js';

export interface PauseServiceParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  /** Whether the gateway has a policy: without one no call is held to pauses. */
  readonly hasPolicy: boolean;
}

/** The pause that ended, if any, and those that still hold calls of the caller. */
export interface Resumed {
  readonly resumed: Pause | undefined;
  readonly pauses: readonly Pause[];
}

/** Stops outbound calls on all replicas, and lets them go on. */
export class PauseService {
  constructor(private readonly parts: PauseServiceParts) {}

  /**
   * Answers once no call that the pause holds is dialed any more. Can be asked again safely. Throws POLICY_NOT_SET, LIMIT_EXCEEDED where as many pauses hold these calls already as may, and
   * where the store does not answer UPSTREAM_UNAVAILABLE or OUTCOME_UNKNOWN.
   */
  async pause(input: PauseOutboundCallingInput, context: RequestContext): Promise<Pause> {
    this.#requirePolicy();
    const { store, clock } = this.parts;
    const caller = callerOf(context);
    const asked = {
      id: randomUUID(),
      ...(input.allTenants ? {} : { tenant: input.tenant ?? caller.tenant }),
      ...(input.trafficType ? { trafficType: input.trafficType } : {}),
      reason: input.reason,
      by: caller.subject,
    };
    const pause = await changeOrRefuse(store, () =>
      new LedgerView(store).apply<[PausesRecord], Pause | undefined>([pausesSpec], ([record], nowMs) => {
        const { answer, ...next } = addPause(record, asked, nowMs);
        return { next: [next], answer };
      }),
    );
    if (!pause) throw tooManyPauses();
    context.log.warn({ ...factsOf(pause), ...askedBy(caller) }, 'outbound calling paused');
    await sleep(clock, leavesWithinMs);
    return pause;
  }

  /** Ends a pause. Throws FORBIDDEN where it holds more than the calls of the caller's tenant and they lack `calls:pause-all`, and otherwise as `pause` does. */
  async resume(id: string, context: RequestContext): Promise<Resumed> {
    this.#requirePolicy();
    const { store } = this.parts;
    const caller = callerOf(context);
    const { resumed, left } = await changeOrRefuse(store, () =>
      new LedgerView(store).apply<
        [PausesRecord],
        { readonly resumed?: Pause | undefined; readonly left: PausesRecord }
      >([pausesSpec], ([record]) => {
        const pause = record?.find((one) => one.id === id);
        // A pause of another tenant is not there for them, and one of all tenants is not theirs to end.
        if (!pause || !mayEnd(caller, pause)) {
          if (pause && pause.tenant === undefined) throw notTheirs();
          return { next: [{ record }], answer: { left: record ?? [] } };
        }
        const { answer, ...next } = endPause(record, id);
        return { next: [next], answer: { resumed: answer, left: next.record ?? [] } };
      }),
    );
    if (resumed) context.log.warn({ ...factsOf(resumed), ...askedBy(caller) }, 'outbound calling resumed');
    return { resumed, pauses: shownTo(caller, left) };
  }

  /** The pauses that hold calls of the caller's tenant; all of them for callers with `calls:pause-all`. */
  async list(context: RequestContext): Promise<readonly Pause[]> {
    this.#requirePolicy();
    const { records } = await readOrRefuse(() => this.parts.store.read([pausesSpec.key]));
    return shownTo(callerOf(context), (records[0]?.value as PausesRecord | undefined) ?? []);
  }

  #requirePolicy(): void {
    if (this.parts.hasPolicy) return;
    throw new GatewayError(
      'POLICY_NOT_SET',
      'This gateway has no policy of dialing rules, so a pause would hold no call. Have its operator set one.',
    );
  }
}

function mayEnd(caller: Caller, { tenant }: Pause): boolean {
  return tenant === caller.tenant || seesAll(caller);
}

function seesAll({ scopes }: Caller): boolean {
  return scopes.has('calls:pause-all');
}

function shownTo(caller: Caller, pauses: PausesRecord): readonly Pause[] {
  return pauses.filter(({ tenant = caller.tenant }) => tenant === caller.tenant || seesAll(caller));
}

/** For whoever must find out later who stopped what. */
function factsOf({ id, tenant, trafficType, reason }: Pause) {
  return { pauseId: id, pausedTenant: tenant ?? 'all', pausedTrafficType: trafficType ?? 'all', reason };
}

function askedBy({ subject, tenant }: Caller) {
  return { subject, tenant };
}

function notTheirs(): GatewayError {
  return new GatewayError(
    'FORBIDDEN',
    'This pause holds the calls of all tenants; to end it takes the scope calls:pause-all. Ask whoever has it.',
    { details: { missingScopes: ['calls:pause-all'] } },
  );
}

function tooManyPauses(): GatewayError {
  return new GatewayError(
    'LIMIT_EXCEEDED',
    'These calls are paused already, for as many reasons as there may be; none was added. See outboundPauses.',
    { retryable: false },
  );
}
