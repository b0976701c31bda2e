import type { KeyedHash } from '../keyed-hash.js';
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
