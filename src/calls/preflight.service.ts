import { randomUUID } from 'node:crypto';
import type { InstanceAccess } from '../access/instances.js';
import type { Connect } from '../connect/connect.js';
import { connectIdFrom } from '../connect/ids.js';
import { GatewayError } from '../errors.js';
import type { GuardParts } from '../guard/call-guard.js';
import { toldRefusal } from '../guard/policy-refused.js';
import { lookAhead, type Outlook } from '../guard/preflight.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { readOrRefuse } from '../ledger/ledger-errors.js';
import { phoneKeyOf } from '../numbers/phone-key.js';
import { callerOf, type Caller, type RequestContext } from '../request.js';
import { callKeyFor } from './call-keys.js';
import { guardedCallOf } from './guarded-call.js';
import type { OutboundVoiceContactPreflight } from './preflight.type.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';
import { TrafficType } from './traffic-type.enum.js';

export interface PreflightParts {
  readonly access: InstanceAccess;
  readonly connect: Connect;
  readonly ledger: LedgerStore;
  readonly stateSecret: string;
  /** Left out, there are no dialing rules, and every call is allowed. */
  readonly guard: GuardParts | undefined;
}

/** Tells what would become of a call, and places none. */
export class PreflightService {
  constructor(private readonly parts: PreflightParts) {}

  /** Throws what `start` throws for the input and the instance; UPSTREAM_UNAVAILABLE where the ledger is away. */
  async look(input: StartOutboundVoiceContactInput, context: RequestContext): Promise<OutboundVoiceContactPreflight> {
    const { access, guard, ledger } = this.parts;
    const caller = callerOf(context);
    const instanceId = access.forWrite(caller, input.instanceId ? connectIdFrom(input.instanceId) : undefined);
    const estimatedWait = this.#estimatedWaitMs(input, caller);
    const call = this.#guardedCall(input, caller, instanceId);
    const outlook = guard && (await readOrRefuse(() => lookAhead(guard, call, ledger)));
    const { refusals = [], decision, inUse } = outlook ?? {};
    return {
      isAllowed: refusals.length === 0,
      refusals: refusals.map(toldRefusal),
      shadowRefusals: (decision?.shadowRefusals ?? []).map(toldRefusal),
      nextAllowedAt: outlook?.isDeferred ? dateOf(decision?.nextAllowedAtMs) : null,
      destination: outlook ? destinationOf(input.destinationPhoneNumber, outlook) : null,
      estimatedWaitMs: await estimatedWait,
      policyVersion: inUse?.policy.version ?? null,
      timeZoneVersion: inUse?.data.clocks.version ?? null,
    };
  }

  /** Under its clientToken, for while it is on its way it does not count against itself. */
  #guardedCall(input: StartOutboundVoiceContactInput, caller: Caller, instanceId: string) {
    const { stateSecret } = this.parts;
    const { clientToken, destinationPhoneNumber } = input;
    const named = { tenant: caller.tenant, instanceId, clientToken: clientToken ?? randomUUID() };
    return guardedCallOf(input, {
      key: callKeyFor(stateSecret, named),
      phoneKey: phoneKeyOf(destinationPhoneNumber),
      caller,
    });
  }

  async #estimatedWaitMs({ trafficType }: StartOutboundVoiceContactInput, caller: Caller): Promise<number | null> {
    try {
      const { generalWaitMs, campaignWaitMs } = await this.parts.connect.capacity('StartOutboundVoiceContact', caller);
      return Math.ceil(trafficType === TrafficType.CAMPAIGN ? campaignWaitMs : generalWaitMs);
    } catch (error) {
      if (error instanceof GatewayError) return null;
      throw error;
    }
  }
}

function destinationOf(e164: string, { facts, zones }: Outlook): OutboundVoiceContactPreflight['destination'] {
  const { callingCode, region, lineType } = facts?.destination ?? {};
  return {
    e164,
    callingCode: callingCode ?? null,
    region: region?.value ?? null,
    lineType: lineType?.value ?? null,
    candidateZones: zones.map(({ localTime = null, ...zone }) => ({ ...zone, localTime })),
  };
}

function dateOf(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
