import type { ContactEventType, ContactStatus, FollowedCallFragment } from './generated/operations.js';

type Timeline = NonNullable<FollowedCallFragment['timeline']>;

interface Step {
  readonly name: string;
  readonly status: ContactStatus;
  readonly event: ContactEventType;
  /** Shown only where it happens: Connect does not tell it of every call. */
  readonly isRare?: boolean;
}

const steps: readonly Step[] = [
  { name: 'Accepted', status: 'INITIATED', event: 'INITIATED' },
  { name: 'Ringing', status: 'RINGING', event: 'RINGING', isRare: true },
  { name: 'Answered', status: 'IN_FLOW', event: 'CONNECTED_TO_SYSTEM' },
  { name: 'Queue', status: 'QUEUED', event: 'QUEUED' },
  { name: 'Agent', status: 'WITH_AGENT', event: 'CONNECTED_TO_AGENT' },
  { name: 'Ended', status: 'ENDED', event: 'DISCONNECTED' },
];

interface Props {
  readonly status: ContactStatus | null;
  readonly timeline: Timeline;
}

/** How far the call has come, at a glance. */
export function CallSteps({ status, timeline }: Props) {
  const happened = new Set<ContactEventType>(timeline.map(({ type }) => type));
  const present = status === 'AFTER_CONTACT_WORK' ? 'ENDED' : status;
  const shown = steps.filter((step) => !step.isRare || happened.has(step.event) || step.status === present);
  const isEnded = present === 'ENDED';
  return (
    <ol className="steps" aria-label="Progress">
      {shown.map((step) => {
        const isPresent = step.status === present;
        const isPast = happened.has(step.event) || step.status === 'INITIATED';
        const state = isPresent ? 'present' : isPast ? 'past' : isEnded ? 'skipped' : 'ahead';
        return (
          <li key={step.name} data-state={state} aria-current={isPresent ? 'step' : undefined}>
            <span className="dot" aria-hidden="true" />
            <span className="step-name">{step.name}</span>
            <span className="unseen">{stateWords[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

const stateWords = { present: ', now', past: ', done', skipped: ', did not happen', ahead: ', not yet' } as const;
