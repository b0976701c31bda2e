import type { StandardQueueId } from '../../connect/ids.js';
import type { ContactFact } from '../../coordination/timelines.js';
import { agentMoments, type MomentField } from './contact-steps.js';

/** The fields of a contact's facts that are text as Connect writes it, unknown values included. Beside them are `momentFields` and events. */
export const textFields = [
  'initiationMethod',
  'channel',
  'disconnectReason',
  'answeringMachineDetectionStatus',
  'agentInitiatedHoldDurationInSeconds',
  'afterContactWorkDurationInSeconds',
] as const;
export type TextField = (typeof textFields)[number];

/** The field is not `queueId`: that is what earlier versions called it, and they took the queue of an agent for any other. */
export const queueField = 'standardQueueId';
/** Stands for a queue that is not known to be a standard one: who took a contact is personal, and facts are shared with whoever reads it. */
export const unnamedQueue = '';

/** Facts by their fields, as they are known of one contact. */
export type ContactFacts = ReadonlyMap<string, ContactFact>;

/** The facts as one map; `told` has at most one of each field. */
export function toFacts(told: readonly ContactFact[]): ContactFacts {
  return new Map(told.map((fact) => [fact.field, fact]));
}

/** What is known of a contact placed here before anybody told anything of it. */
export const placedFacts: ContactFacts = toFacts([
  { field: 'initiationMethod', value: 'API', saidAtMs: 0 },
  { field: 'channel', value: 'VOICE', saidAtMs: 0 },
]);

export function momentOf(facts: ContactFacts, field: MomentField): Date | null {
  const value = facts.get(field)?.value;
  return value === undefined ? null : new Date(Number(value));
}

export function textOf(facts: ContactFacts, field: TextField): string | null {
  return facts.get(field)?.value ?? null;
}

/** The queue that it entered last; null where no fact names it. */
export function standardQueueIdOf(facts: ContactFacts): StandardQueueId | null {
  const value = facts.get(queueField)?.value;
  return value === undefined || value === unnamedQueue ? null : (value as StandardQueueId);
}

export function isOver(facts: ContactFacts): boolean {
  return facts.has('isOver');
}

/** The field of the fact that says that a step has come whose moment nobody told. */
export function cameField(field: MomentField): string {
  return `came/${field}`;
}

/** Whether the step of the moment has come, whether or not its moment is known. */
export function hasCome(facts: ContactFacts, field: MomentField): boolean {
  return facts.has(field) || facts.has(cameField(field));
}

/** Whether an agent is known to have had it. */
export function hadAgent(facts: ContactFacts): boolean {
  return facts.has('hadAgent') || agentMoments.some((field) => hasCome(facts, field));
}

/** Whether DescribeContact has told of it. */
export function isDescribed(facts: ContactFacts): boolean {
  return facts.has('described');
}

/** Whether DescribeContact has told of it once it was over: what it leaves out did not happen. */
export function isDescribedOver(facts: ContactFacts): boolean {
  return facts.get('described')?.value === 'over';
}

/** Whether everything that may be told to whoever follows it is known: also the queue, which only those find out who ask for followers. */
export function isComplete(facts: ContactFacts): boolean {
  return isDescribedOver(facts) && (!hasCome(facts, 'enqueueTimestamp') || facts.has(queueField));
}

/** When the last thing was said of it, on the clock of whoever said it. */
export function saidLastAtMs(facts: ContactFacts): number {
  return Math.max(0, ...[...facts.values()].map((fact) => fact.saidAtMs));
}
