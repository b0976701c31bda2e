/** Why a call is refused, or would be. Clients rely on these names. */
export const refusalReasons = [
  'CALLING_CODE_NOT_ALLOWED',
  'REGION_NOT_ALLOWED',
  'REGION_UNKNOWN',
  'LINE_TYPE_NOT_ALLOWED',
  'PREFIX_DENIED',
  'HOURS_CLOSED',
  'ZONE_UNKNOWN',
  'DO_NOT_CALL',
  'FREQUENCY_CAP',
  'CALLER_ID_NOT_ALLOWED',
  'FLOW_NOT_ALLOWED',
  'QUEUE_NOT_ALLOWED',
  'PURPOSE_REQUIRED',
  'PURPOSE_NOT_ALLOWED',
  'CONSENT_REQUIRED',
  'PAUSED',
  'GUARD_UNAVAILABLE',
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/**
 * What one check found of a call. DEFER: the same call is allowed later, from `nextAllowedAtMs` on as far as this check can tell. UNKNOWN: what the check needs
 * to know is not known, and the check's own `onUnknown` decides, but for GUARD_UNAVAILABLE, which refuses always. `message` says what to do next, and holds nothing of the number.
 */
export type Outcome =
  | { readonly is: 'ALLOW' }
  | { readonly is: 'REFUSE' | 'UNKNOWN'; readonly reason: RefusalReason; readonly message: string }
  | {
      readonly is: 'DEFER';
      readonly reason: RefusalReason;
      readonly message: string;
      /** In milliseconds since the epoch; undefined where no such time is in sight. */
      readonly nextAllowedAtMs: number | undefined;
    };

export const allow: Outcome = { is: 'ALLOW' };

export function refuse(reason: RefusalReason, message: string): Outcome {
  return { is: 'REFUSE', reason, message };
}

export function unknown(reason: RefusalReason, message: string): Outcome {
  return { is: 'UNKNOWN', reason, message };
}

export function defer(reason: RefusalReason, message: string, nextAllowedAtMs: number | undefined): Outcome {
  return { is: 'DEFER', reason, message, nextAllowedAtMs };
}
