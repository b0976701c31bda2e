import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import type { CallGuard } from '../guard/call-guard.js';
import type { KeyedHash } from '../keyed-hash.js';
import type { PermitKind } from '../coordination/rate-limiter.js';

/** One call that somebody means to place, with all that its placing needs. */
export interface IntendedCall {
  /** Names the call's record in the ledger. */
  readonly key: KeyedHash;
  /** Equal for two requests with one idempotency key that ask for the same call. */
  readonly requestHash: KeyedHash;
  readonly clientToken: string;
  /** Who asks: the call waits for its permit in their queue. */
  readonly caller: Caller;
  readonly kind: PermitKind;
  /** Names the duplicate-call window of the tenant's number. */
  readonly windowKey: KeyedHash;
  /** Names the call's own entry there. */
  readonly windowEntry: KeyedHash;
  readonly allowRepeat: boolean;
  readonly request: StartOutboundVoiceContactCommandInput & {
    readonly InstanceId: string;
    readonly ContactFlowId: string;
  };
  /** Holds it to the dialing rules; undefined where there are none. */
  readonly guard: CallGuard | undefined;
  /** On the monotonic clock: when the caller is answered at the latest. */
  readonly deadlineAtMs: number;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** That of the request: what happens to the call later is told there, too. */
  readonly log: Log;
}
