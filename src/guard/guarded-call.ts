import type { KeyedHash } from '../keyed-hash.js';
import type { OpenedData } from '../policy-file.js';
import type { CallFacts } from '../policy/facts.js';
import type { Caller } from '../request.js';
import type { CountableCall } from './call-counts.js';

/** What a policy judges a call by, as far as the caller says it. */
export interface GuardedCall extends Omit<CountableCall, 'tenant'> {
  /** Names its record in the ledger. */
  readonly key: KeyedHash;
  readonly caller: Caller;
  /** In E.164 form. */
  readonly destination: string;
  /** That the callee sees, in E.164 form; undefined where the queue decides on it. */
  readonly callerNumber: string | undefined;
  readonly said: Pick<
    CallFacts,
    'contactFlowId' | 'queueId' | 'trafficType' | 'purpose' | 'calleeTimeZone' | 'calleeState' | 'consentReference'
  >;
}

export function factsOf(
  { caller, destination, callerNumber, said }: GuardedCall,
  data: OpenedData,
  atMs: number,
): CallFacts {
  return {
    ...said,
    atMs,
    tenant: caller.tenant,
    scopes: caller.scopes,
    destination: data.numberFacts(destination),
    callerNumber: callerNumber === undefined ? undefined : data.numberFacts(callerNumber),
  };
}
