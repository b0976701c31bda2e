import type { Transition } from './call-plan.js';
import type { SimulatorSettings } from './settings.js';

/** The contact events that a call's own course brings about. */
export type CourseEventType =
  'INITIATED' | 'CONNECTED_TO_SYSTEM' | 'QUEUED' | 'CONNECTED_TO_AGENT' | 'DISCONNECTED' | 'COMPLETED';

/** A contact event to come: what it is, when, and the transitions it knows of. */
export interface PlannedEvent {
  readonly type: CourseEventType;
  readonly atMs: number;
  readonly happened: readonly Transition[];
}

const typeOf: Readonly<Partial<Record<Transition['kind'], CourseEventType>>> = {
  answered: 'CONNECTED_TO_SYSTEM',
  queued: 'QUEUED',
  'with-agent': 'CONNECTED_TO_AGENT',
  disconnected: 'DISCONNECTED',
  completed: 'COMPLETED',
};

/** The events of a planned call, in their order. */
export function plannedEvents(
  initiatedAtMs: number,
  plan: readonly Transition[],
  verdictEvents: SimulatorSettings['verdictEvents'],
): readonly PlannedEvent[] {
  const events: PlannedEvent[] = [{ type: 'INITIATED', atMs: initiatedAtMs, happened: [] }];
  const isAnswered = plan.some(({ kind }) => kind === 'answered');
  for (const [index, transition] of plan.entries()) {
    const tellsFailure = transition.kind === 'detected' && !isAnswered && verdictEvents === 'always';
    const type = tellsFailure ? 'CONNECTED_TO_SYSTEM' : typeOf[transition.kind];
    if (!type) continue;
    const withVerdictAtMs = transition.kind === 'answered' ? momentWithVerdict(plan, index) : undefined;
    const atMs = withVerdictAtMs ?? transition.atMs;
    const known = plan.slice(0, withVerdictAtMs === undefined ? index + 1 : index + 2);
    events.push({ type, atMs, happened: known.filter((one) => one.atMs <= atMs) });
  }
  return events;
}

// The status of detection is documented to be there from CONNECTED_TO_SYSTEM on, so that event waits for it, though not past what comes next.
function momentWithVerdict(plan: readonly Transition[], index: number): number | undefined {
  const [answered, verdict, next] = plan.slice(index, index + 3);
  if (verdict?.kind !== 'detected') return undefined;
  return Math.max(answered!.atMs, Math.min(verdict.atMs, next?.atMs ?? Infinity));
}
