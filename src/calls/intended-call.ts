import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import type { Caller } from '../request.js';
import type { KeyedHash } from '../state/keys.js';
import type { TurnKind } from '../state/turns.js';

/** One call that somebody means to place, with all that its placing needs. */
export interface IntendedCall {
  /** Names the call in what replicas share. */
  readonly key: KeyedHash;
  readonly fingerprint: KeyedHash;
  readonly clientToken: string;
  /** Who asks, in whose queue the call waits for its turn. */
  readonly caller: Caller;
  readonly kind: TurnKind;
  /** Names the tenant's number in the fence, without telling it. */
  readonly fenceKey: KeyedHash;
  /** Names the call there. */
  readonly fenceCall: KeyedHash;
  readonly allowRepeat: boolean;
  readonly request: StartOutboundVoiceContactCommandInput & {
    readonly InstanceId: string;
    readonly ContactFlowId: string;
  };
  /** On the monotonic clock: when the caller is answered at the latest. */
  readonly deadlineAtMs: number;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
