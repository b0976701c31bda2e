import type { ContactStatus } from '../../src/contacts/contact-enums.js';
import { seed } from '../../src/simulator/seed.js';

export const contactId = '0a000000-0000-4000-8000-000000000001';
export const instanceArn = `arn:aws:connect:${seed.region}:${seed.accountId}:instance/${seed.instanceId}`;
export const queueArn = `${instanceArn}/queue/${seed.queues.sales}`;
/** How Connect's samples write a moment that has not come. */
export const unset = '1970-01-01T00:00:00.001Z';

type Fields = Readonly<Record<string, unknown>>;

/** An envelope as EventBridge sends it, with changes; `detail` is added to what each event has. */
export function envelopeOf(eventType: string, detail: Fields = {}, changes: Fields = {}): Fields {
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Amazon Connect Contact Event',
    source: 'aws.connect',
    account: seed.accountId,
    time: '2026-11-21T07:00:30Z',
    region: seed.region,
    resources: [`${instanceArn}/contact/${contactId}`, instanceArn],
    detail: {
      eventType,
      contactId,
      initialContactId: contactId,
      channel: 'VOICE',
      instanceArn,
      initiationMethod: 'API',
      initiationTimestamp: '2026-11-21T06:59:00.412Z',
      ...detail,
    },
    ...changes,
  };
}

/** The body of its message. */
export function bodyOf(eventType: string, detail: Fields = {}, changes: Fields = {}): string {
  return JSON.stringify(envelopeOf(eventType, detail, changes));
}

const answered = { connectedToSystemTimestamp: '2026-11-21T06:59:09.100Z' };
const queueInfo = { queueArn, queueType: 'STANDARD', enqueueTimestamp: '2026-11-21T06:59:12.000Z' };
const agentArn = `${instanceArn}/agent/${seed.users.ada}`;
const agentInfo = { agentArn, connectedToAgentTimestamp: '2026-11-21T06:59:20.250Z' };
const ended = { disconnectTimestamp: '2026-11-21T07:00:01.900Z', disconnectReason: 'CUSTOMER_DISCONNECT' };
const worked = {
  ...agentInfo,
  agentInitiatedHoldDuration: 4,
  afterContactWorkStartTimestamp: '2026-11-21T07:00:01.900Z',
  afterContactWorkEndTimestamp: '2026-11-21T07:00:29.000Z',
  afterContactWorkDuration: 27,
};
const at = (time: string) => ({ time: `2026-11-21T${time}Z` });
const updated = (time: string, property: string, detail: Fields = {}) =>
  bodyOf(
    'CONTACT_DATA_UPDATED',
    { ...detail, updatedProperties: [property] },
    { ...at(time), id: `${time}-${property}` },
  );

/** The events of calls, each in the order of its life, and the status after each of them. */
export const calls: readonly {
  readonly title: string;
  readonly bodies: readonly string[];
  readonly statuses: readonly ContactStatus[];
}[] = [
  {
    title: 'that reached an agent who worked on after it',
    bodies: [
      bodyOf('INITIATED', {}, at('06:59:00')),
      updated('06:59:01', 'UserDefinedAttributes'),
      updated('06:59:01', 'Tags'),
      bodyOf('CONNECTED_TO_SYSTEM', answered, at('06:59:09')),
      bodyOf('QUEUED', { ...answered, queueInfo }, at('06:59:12')),
      bodyOf('CONNECTED_TO_AGENT', { ...answered, queueInfo, agentInfo }, at('06:59:20')),
      bodyOf('DISCONNECTED', { ...answered, ...ended, queueInfo, agentInfo }, at('07:00:02')),
      bodyOf('COMPLETED', { ...answered, ...ended, queueInfo, agentInfo: worked }, at('07:00:29')),
      updated('07:02:00', 'Tags', { ...answered, ...ended }),
    ],
    statuses: [
      'INITIATED',
      'INITIATED',
      'INITIATED',
      'IN_FLOW',
      'QUEUED',
      'WITH_AGENT',
      'AFTER_CONTACT_WORK',
      'ENDED',
      'ENDED',
    ],
  },
  {
    title: 'that only its flow spoke to',
    bodies: [
      bodyOf('INITIATED', {}, at('06:59:00')),
      bodyOf('CONNECTED_TO_SYSTEM', { ...answered, answeringMachineDetectionStatus: 'HUMAN_ANSWERED' }, at('06:59:09')),
      bodyOf(
        'DISCONNECTED',
        { ...answered, ...ended, agentInfo: { connectedToAgentTimestamp: unset } },
        at('07:00:02'),
      ),
      bodyOf('COMPLETED', { ...answered, ...ended }, at('07:00:02')),
    ],
    statuses: ['INITIATED', 'IN_FLOW', 'ENDED', 'ENDED'],
  },
  {
    title: 'that nobody answered',
    bodies: [
      bodyOf('INITIATED', {}, at('06:59:00')),
      bodyOf('AMD_DISABLED', {}, at('06:59:00')),
      bodyOf(
        'DISCONNECTED',
        { connectedToSystemTimestamp: unset, ...ended, disconnectReason: 'TELECOM_TIMEOUT' },
        at('07:00:02'),
      ),
      bodyOf('COMPLETED', { ...ended, disconnectReason: 'TELECOM_TIMEOUT' }, at('07:00:02')),
      bodyOf('SOMETHING_NEW', { ...ended, disconnectReason: 'TELECOM_TIMEOUT', somethingNew: true }, at('07:00:03')),
    ],
    statuses: ['INITIATED', 'INITIATED', 'ENDED', 'ENDED', 'ENDED'],
  },
];
