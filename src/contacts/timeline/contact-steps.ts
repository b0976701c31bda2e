import type { StandardQueueId } from '../../connect/ids.js';
import type { ContactEventType, ContactStatus } from '../contact-enums.js';

/** What an event tells beside its time. */
export interface ContactEventFactDetails {
  readonly queueId?: StandardQueueId;
  readonly disconnectReason?: string;
  readonly answeringMachineDetectionStatus?: string;
  readonly updatedProperties?: readonly string[];
}
type Detail = keyof ContactEventFactDetails;

interface Step<Moment extends string = string> {
  /** The timestamp that tells when it came, where Connect has one. */
  readonly moment?: Moment;
  /** Its type on the timeline; a step without one shows in its timestamp alone. */
  readonly type?: ContactEventType;
  /**
   * Connect sends an event of the type. `certain`: the event tells that the step came even if it leaves its moment out. Not so CONNECTED_TO_SYSTEM: where
   * machine detection is on, it may stand for a call that nobody answered.
   */
  readonly event?: 'certain' | 'doubtful';
  /** Where the contact is from then on, where that follows from the step alone. */
  readonly status?: ContactStatus;
  /** An agent had the contact. */
  readonly isOfAgent?: true;
  /** What its event tells beside its time, in the order in which facts keep it. */
  readonly details?: readonly Detail[];
}

/** The life of a call in its order, which also decides between steps of the same moment. */
const table = [
  { moment: 'initiationTimestamp', type: 'INITIATED', event: 'certain', status: 'INITIATED' },
  { moment: 'ringStartTimestamp', type: 'RINGING', status: 'RINGING' },
  {
    moment: 'connectedToSystemTimestamp',
    type: 'CONNECTED_TO_SYSTEM',
    event: 'doubtful',
    status: 'IN_FLOW',
    details: ['answeringMachineDetectionStatus'],
  },
  { moment: 'enqueueTimestamp', type: 'QUEUED', event: 'certain', status: 'QUEUED', details: ['queueId'] },
  { moment: 'acceptedByAgentTimestamp', isOfAgent: true },
  {
    moment: 'connectedToAgentTimestamp',
    type: 'CONNECTED_TO_AGENT',
    event: 'certain',
    status: 'WITH_AGENT',
    isOfAgent: true,
  },
  {
    moment: 'disconnectTimestamp',
    type: 'DISCONNECTED',
    event: 'certain',
    details: ['disconnectReason', 'answeringMachineDetectionStatus'],
  },
  { moment: 'afterContactWorkStartTimestamp', isOfAgent: true },
  { moment: 'afterContactWorkEndTimestamp' },
  { type: 'COMPLETED', event: 'certain' },
] as const satisfies readonly Step[];

/** The fields of a contact's facts that are moments; their value is a whole number of milliseconds since the epoch. */
export type MomentField = Extract<(typeof table)[number], { readonly moment: string }>['moment'];

export const steps: readonly Step<MomentField>[] = table;

export const momentFields = steps.flatMap(({ moment }) => moment ?? []);

/** Moments of which each tells that an agent had the contact. */
export const agentMoments = steps.flatMap(({ moment, isOfAgent }) => (moment && isOfAgent ? [moment] : []));

const stepsByType = new Map<string, Step<MomentField>>(steps.flatMap((step) => (step.type ? [[step.type, step]] : [])));

/** The step of the type, also of one that Connect has and this version does not know. */
export function stepOf(type: string): Step<MomentField> | undefined {
  return stepsByType.get(type);
}

/** What an event of the type tells beside its time, steps and others alike. */
export function detailsOfType(type: string): readonly Detail[] {
  return type === 'CONTACT_DATA_UPDATED' ? ['updatedProperties'] : (stepOf(type)?.details ?? []);
}
