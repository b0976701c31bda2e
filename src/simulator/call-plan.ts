import type { FlowEffect } from './directory.js';
import type { Behaviour } from './magic-numbers.js';
import type { CallTimings } from './settings.js';

/** One step in the life of a call and the moment it happens. */
export type Transition = { readonly atMs: number } & (
  | { readonly kind: 'ringing' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'detected'; readonly status: string; readonly greetingStartMs?: number }
  | { readonly kind: 'queued'; readonly queueId: string }
  | { readonly kind: 'with-agent'; readonly agentId: string }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'completed' }
);

/** All that decides how a call goes. */
export interface CallCircumstances {
  readonly initiatedAtMs: number;
  readonly behaviour: Behaviour | 'over-quota';
  readonly flow: FlowEffect;
  /** Who would take the call from the queue; none if nobody serves it. */
  readonly agentId: string | undefined;
  readonly detectsMachines: boolean;
  readonly ringTimeoutMs: number;
  readonly timings: CallTimings;
}

const refusals: Partial<Record<CallCircumstances['behaviour'], { reason: string; detection: string }>> = {
  busy: { reason: 'TELECOM_BUSY', detection: 'SIT_TONE_BUSY' },
  invalid: { reason: 'TELECOM_NUMBER_INVALID', detection: 'SIT_TONE_INVALID_NUMBER' },
  blocked: { reason: 'TELECOM_POTENTIAL_BLOCKING', detection: 'AMD_NOT_APPLICABLE' },
  'over-quota': { reason: 'OTHER', detection: 'AMD_NOT_APPLICABLE' },
};

/** The whole life of a call, fixed when it is placed: its transitions in the order in which they happen. */
export function planCall(call: CallCircumstances): readonly Transition[] {
  const { initiatedAtMs: start, timings } = call;
  const refused = refusals[call.behaviour];
  if (refused) return failedDial(start + timings.refusedAtMs, refused.reason, call.detectsMachines, refused.detection);

  const ringing = { atMs: start + timings.ringsAtMs, kind: 'ringing' } as const;
  if (call.behaviour === 'no-answer') {
    const endsAtMs = ringing.atMs + call.ringTimeoutMs;
    return [ringing, ...failedDial(endsAtMs, 'TELECOM_TIMEOUT', call.detectsMachines, 'AMD_UNANSWERED')];
  }
  return [ringing, { atMs: start + timings.answeredAtMs, kind: 'answered' }, ...detection(call), ...conversation(call)];
}

function failedDial(atMs: number, reason: string, detectsMachines: boolean, status: string): readonly Transition[] {
  const detected = { atMs, kind: 'detected', status } as const;
  return [...(detectsMachines ? [detected] : []), ...ending(atMs, reason)];
}

function detection({ behaviour, detectsMachines, initiatedAtMs, timings }: CallCircumstances): readonly Transition[] {
  if (!detectsMachines) return [];
  const answeredAtMs = initiatedAtMs + timings.answeredAtMs;
  const machines: Partial<Record<typeof behaviour, string>> = {
    'voicemail-beep': 'VOICEMAIL_BEEP',
    'voicemail-no-beep': 'VOICEMAIL_NO_BEEP',
  };
  const status = machines[behaviour] ?? 'HUMAN_ANSWERED';
  return [{ atMs: answeredAtMs + timings.detectionMs, kind: 'detected', status, greetingStartMs: answeredAtMs + 200 }];
}

function conversation(call: CallCircumstances): readonly Transition[] {
  const { behaviour, flow, initiatedAtMs: start, timings } = call;
  const isMachine = behaviour === 'voicemail-beep' || behaviour === 'voicemail-no-beep';
  // Only a flow that knows of the machine can hang up on it; without detection the voicemail is queued like a person.
  if (flow === 'message' || (isMachine && call.detectsMachines)) {
    return ending(start + timings.answeredAtMs + timings.messageMs, 'CONTACT_FLOW_DISCONNECT');
  }
  const queued = { atMs: start + timings.queuedAtMs, kind: 'queued', queueId: flow.queueId } as const;
  if (behaviour === 'hangs-up-in-queue') {
    return [queued, ...ending(queued.atMs + timings.hangsUpInQueueMs, 'CUSTOMER_DISCONNECT')];
  }
  if (behaviour === 'never-reaches-an-agent' || call.agentId === undefined) {
    return [queued, ...ending(queued.atMs + timings.givesUpInQueueMs, 'CUSTOMER_DISCONNECT')];
  }
  const withAgent = { atMs: start + timings.withAgentAtMs, kind: 'with-agent', agentId: call.agentId } as const;
  const reason = isMachine ? 'AGENT_DISCONNECT' : 'CUSTOMER_DISCONNECT';
  return [queued, withAgent, ...ending(start + timings.endsAtMs, reason, timings.afterContactWorkMs)];
}

function ending(atMs: number, reason: string, afterContactWorkMs = 0): readonly Transition[] {
  return [
    { atMs, kind: 'disconnected', reason },
    { atMs: atMs + afterContactWorkMs, kind: 'completed' },
  ];
}

/** The plan after a stop from outside at `atMs`: what lay ahead does not happen, except the agent's after-contact work. */
export function stopCall(plan: readonly Transition[], atMs: number, afterContactWorkMs: number): readonly Transition[] {
  const happened = plan.filter((transition) => transition.atMs <= atMs);
  const hadAgent = happened.some(({ kind }) => kind === 'with-agent');
  return [...happened, ...ending(atMs, 'OTHER', hadAgent ? afterContactWorkMs : 0)];
}
