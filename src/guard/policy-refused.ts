import { GatewayError } from '../errors.js';
import type { Refusal } from '../policy/decide.js';
import type { Judgement } from './asking.js';

/** A refusal as a client reads it; in JSON its time is ISO 8601. */
export interface ToldRefusal {
  readonly rule: string;
  readonly reason: string;
  readonly message: string;
  /** Null where waiting does not help, or nobody knows for how long. */
  readonly nextAllowedAt: Date | null;
}

export function toldRefusal({ rule, reason, message, nextAllowedAtMs }: Refusal): ToldRefusal {
  const nextAllowedAt = nextAllowedAtMs === undefined ? null : new Date(nextAllowedAtMs);
  return { rule, reason, message, nextAllowedAt };
}

/** No phone rang, and none will. Throwing it is for whoever knows that. */
export function policyRefused({ refusals, isDeferred, decision, atMs }: Judgement): GatewayError {
  const reasons = [...new Set(refusals.map(({ reason }) => reason))].join(', ');
  const nextAllowedAtMs = isDeferred ? decision?.nextAllowedAtMs : undefined;
  return new GatewayError(
    'POLICY_REFUSED',
    `The policy of this gateway does not allow this call now (${reasons}); nothing was placed. extensions.refusals says what each rule wants.`,
    {
      retryable: isDeferred,
      ...(nextAllowedAtMs === undefined ? {} : { retryAfterMs: nextAllowedAtMs - atMs }),
      details: { refusals: refusals.map(toldRefusal) },
    },
  );
}
