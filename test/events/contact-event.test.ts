import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { toFacts } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom, type ContactReport } from '../../src/contacts/timeline/contact-report.js';
import { eventsOf } from '../../src/contacts/timeline/event-facts.js';
import {
  maxBodyLength,
  readContactEvent,
  type ContactEvent,
  type ContactEventRead,
} from '../../src/events/contact-event.js';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf, contactId, envelopeOf, instanceArn, queueArn, unset } from './contact-events.js';

/** An event of so many characters. */
function padded(length: number): string {
  const body = (padding: string) => bodyOf('QUEUED', { padding });
  return body('x'.repeat(length - body('').length));
}

afterEach(() => {
  jest.restoreAllMocks();
});

function eventIn(body: string): ContactEvent {
  const read = readContactEvent(body);
  if (read.is !== 'read') throw new Error(`The event is ${JSON.stringify(read)}`);
  return read.event;
}

const reportIn = (eventType: string, detail: object = {}): ContactReport =>
  eventIn(bodyOf(eventType, { ...detail })).report;

const sentAt = new Date('2026-11-21T07:00:30Z');
const moment = '2026-11-21T06:59:20.250Z';
const personal = {
  customerEndpoint: { type: 'TELEPHONE_NUMBER', address: '+15557654321' },
  systemEndpoint: { type: 'TELEPHONE_NUMBER', address: '+14255550100' },
  tags: { owner: 'somebody' },
  customerId: 'customer-7',
  segmentAttributes: { 'connect:Subtype': { valueString: 'connect:Telephony' } },
};

test('an event is told as a report of moments and words', () => {
  const body = bodyOf('DISCONNECTED', {
    ...personal,
    connectedToSystemTimestamp: '2026-11-21T06:59:09.100Z',
    disconnectTimestamp: '2026-11-21T07:00:01.900Z',
    disconnectReason: 'AGENT_DISCONNECT',
    answeringMachineDetectionStatus: 'HUMAN_ANSWERED',
    queueInfo: { queueArn, queueType: 'STANDARD', enqueueTimestamp: '2026-11-21T06:59:12Z' },
    agentInfo: {
      agentArn: `${instanceArn}/agent/${seed.users.ada}`,
      acceptedByAgentTimestamp: unset,
      connectedToAgentTimestamp: moment,
      agentInitiatedHoldDuration: 4,
      afterContactWorkStartTimestamp: '2026-11-21T07:00:01.900Z',
      hierarchyGroups: { level1: { arn: `${instanceArn}/agent-group/g` } },
    },
  });
  expect(readContactEvent(body)).toEqual({
    is: 'read',
    event: {
      contact: { instanceId: seed.instanceId, id: contactId },
      accountId: seed.accountId,
      region: seed.region,
      report: {
        moments: {
          initiationTimestamp: new Date('2026-11-21T06:59:00.412Z'),
          connectedToSystemTimestamp: new Date('2026-11-21T06:59:09.100Z'),
          enqueueTimestamp: new Date('2026-11-21T06:59:12Z'),
          connectedToAgentTimestamp: new Date(moment),
          disconnectTimestamp: new Date('2026-11-21T07:00:01.900Z'),
          afterContactWorkStartTimestamp: new Date('2026-11-21T07:00:01.900Z'),
        },
        texts: {
          initiationMethod: 'API',
          channel: 'VOICE',
          disconnectReason: 'AGENT_DISCONNECT',
          answeringMachineDetectionStatus: 'HUMAN_ANSWERED',
          agentInitiatedHoldDurationInSeconds: '4',
        },
        queueId: seed.queues.sales,
        isOver: false,
        hadAgent: true,
        isDescribed: false,
        event: {
          type: 'DISCONNECTED',
          at: new Date('2026-11-21T07:00:01.900Z'),
          isAbout: false,
          details: { disconnectReason: 'AGENT_DISCONNECT', answeringMachineDetectionStatus: 'HUMAN_ANSWERED' },
        },
        saidAt: sentAt,
      },
    },
  });
});

test('nothing personal is kept of an event', () => {
  const agentInfo = { agentArn: `${instanceArn}/agent/${seed.users.ada}`, connectedToAgentTimestamp: moment };
  const queueInfo = { queueArn: `${instanceArn}/queue/agent/${seed.users.ada}`, enqueueTimestamp: moment };
  const kept = JSON.stringify(factsFrom(reportIn('CONNECTED_TO_AGENT', { ...personal, agentInfo, queueInfo })));
  expect(kept).toContain('connectedToAgentTimestamp');
  expect(['+1', seed.users.ada, 'somebody', 'customer-7', 'Telephony'].filter((text) => kept.includes(text))).toEqual(
    [],
  );
});

describe('an event reads', () => {
  test.each<[string, object, object]>([
    ['with a channel in small letters', { channel: 'Voice' }, { texts: { channel: 'VOICE' } }],
    [
      'with names in another case',
      { AgentInfo: { ConnectedToAgentTimestamp: moment }, QueueInfo: { QueueArn: queueArn } },
      { moments: { connectedToAgentTimestamp: new Date(moment) }, queueId: seed.queues.sales },
    ],
    [
      'with moments that are written as unset',
      { connectedToSystemTimestamp: unset, agentInfo: { connectedToAgentTimestamp: unset } },
      { moments: { connectedToSystemTimestamp: undefined, connectedToAgentTimestamp: undefined } },
    ],
    [
      'with a moment in another zone',
      { connectedToSystemTimestamp: '2026-11-21T08:59:20+02:00' },
      { moments: { connectedToSystemTimestamp: new Date('2026-11-21T06:59:20Z') } },
    ],
    [
      'with values of the wrong type',
      {
        disconnectTimestamp: 1_795_000_000,
        connectedToSystemTimestamp: 'yesterday',
        disconnectReason: { a: 1 },
        channel: ['VOICE'],
        agentInfo: 'Ada',
        queueInfo: [queueArn],
        answeringMachineDetectionStatus: null,
        updatedProperties: 'Tags',
      },
      {
        moments: { disconnectTimestamp: undefined, connectedToSystemTimestamp: undefined },
        texts: { disconnectReason: undefined, channel: undefined, answeringMachineDetectionStatus: undefined },
        event: { details: {} },
      },
    ],
    [
      'with durations that are none',
      { agentInfo: { agentInitiatedHoldDuration: -1, afterContactWorkDuration: 1.5 } },
      { texts: { agentInitiatedHoldDurationInSeconds: undefined, afterContactWorkDurationInSeconds: undefined } },
    ],
    ['with no time in the queue at all', { queueInfo: { queueArn } }, { queueId: seed.queues.sales }],
    ['with a queue that is no ARN of a queue', { queueInfo: { queueArn: instanceArn } }, { queueId: '' }],
    [
      "with an agent's own queue",
      { queueInfo: { queueArn: `${instanceArn}/queue/agent/${seed.users.ada}` } },
      { queueId: '' },
    ],
    ['with no queue', { queueInfo: {} }, { queueId: undefined }],
    ['with fields nobody knows', { newer: { deep: [1, { is: null }] } }, { texts: { channel: 'VOICE' } }],
    [
      'with words nobody knows',
      { disconnectReason: 'TELECOM_NEWER', initiationMethod: 'MIND' },
      { texts: { disconnectReason: 'TELECOM_NEWER', initiationMethod: 'MIND' } },
    ],
    [
      'with a word that is none, made harmless and short',
      { disconnectReason: `<a href="/">${'x'.repeat(100)}` },
      { texts: { disconnectReason: `_a_href_____${'x'.repeat(52)}` } },
    ],
  ])('%s', (_title, detail, expected) => {
    expect(reportIn('CONTACT_DATA_UPDATED', detail)).toMatchObject(expected);
  });

  test('under both names of its kind', () => {
    const renamed = bodyOf('QUEUED', {}, { 'detail-type': 'Connect Customer Contact Event' });
    expect(eventIn(renamed)).toEqual(eventIn(bodyOf('QUEUED')));
  });

  test('with members that have the names of what every object has', () => {
    const body = bodyOf('QUEUED').replace('"detail":{', '"detail":{"__proto__":{"contactId":"other"},"constructor":1,');
    expect(body).toContain('__proto__');
    expect(eventIn(body)).toEqual(eventIn(bodyOf('QUEUED')));
  });

  test('as the name in camel case has it, whatever the order of names that differ only in case', () => {
    const [camel, pascal] = ['"disconnectReason":"CUSTOMER_DISCONNECT"', '"DisconnectReason":"OTHER"'];
    const reasonIn = (members: string) =>
      eventIn(bodyOf('COMPLETED').replace('"detail":{', `"detail":{${members},`)).report.texts.disconnectReason;
    expect([reasonIn(`${camel},${pascal}`), reasonIn(`${pascal},${camel}`)]).toEqual([
      'CUSTOMER_DISCONNECT',
      'CUSTOMER_DISCONNECT',
    ]);
  });

  test.each([
    ['SOMETHING_NEW', 'SOMETHING_NEW'],
    ['toString', 'toString'],
    ['a/b c\n', 'a_b_c_'],
    ['X'.repeat(500), 'X'.repeat(64)],
  ])('with the type %j, which nobody knows, kept as %j', (eventType, type) => {
    expect(reportIn(eventType).event).toEqual({
      type,
      at: sentAt,
      id: expect.any(String),
      isAbout: false,
      details: {},
    });
  });
});

describe('an event happened', () => {
  test.each<[string, object]>([
    ['INITIATED', { initiationTimestamp: moment }],
    ['CONNECTED_TO_SYSTEM', { connectedToSystemTimestamp: moment }],
    ['QUEUED', { queueInfo: { enqueueTimestamp: moment } }],
    ['CONNECTED_TO_AGENT', { agentInfo: { connectedToAgentTimestamp: moment } }],
    ['DISCONNECTED', { disconnectTimestamp: moment }],
  ])('when its own timestamp says: %s', (eventType, detail) => {
    expect(reportIn(eventType, detail).event?.at).toEqual(new Date(moment));
  });

  test.each(['COMPLETED', 'CONTACT_DATA_UPDATED', 'AMD_DISABLED', 'SOMETHING_NEW'])(
    'when it was sent, where it has no timestamp of its own: %s',
    (eventType) => {
      expect(reportIn(eventType, { disconnectTimestamp: moment }).event?.at).toEqual(sentAt);
    },
  );

  test.each<[string, object, Date]>([
    ['the end of the call', { disconnectTimestamp: '2026-11-21T23:59:59.900Z' }, new Date('2026-11-21T23:59:59.900Z')],
    [
      'the end of the work after it',
      { disconnectTimestamp: moment, agentInfo: { afterContactWorkEndTimestamp: '2026-11-21T23:59:59.900Z' } },
      new Date('2026-11-21T23:59:59.900Z'),
    ],
    ['nothing, being later', { disconnectTimestamp: moment }, sentAt],
  ])('no earlier than %s, where it completes a contact and was sent in whole seconds', (_title, detail, expected) => {
    expect(reportIn('COMPLETED', detail).event?.at).toEqual(expected);
  });

  test.each<[string, keyof ContactReport['moments'], object, boolean]>([
    ['INITIATED', 'initiationTimestamp', { initiationTimestamp: unset }, true],
    ['QUEUED', 'enqueueTimestamp', {}, true],
    ['CONNECTED_TO_AGENT', 'connectedToAgentTimestamp', {}, true],
    ['DISCONNECTED', 'disconnectTimestamp', { disconnectTimestamp: unset }, true],
    ['CONNECTED_TO_SYSTEM', 'connectedToSystemTimestamp', { connectedToSystemTimestamp: unset }, false],
  ])('about when it was sent, where it leaves its moment out: %s', (eventType, field, detail, isCertain) => {
    const { event, moments, came } = reportIn(eventType, detail);
    expect([event?.at, event?.isAbout, moments[field], came]).toEqual([
      sentAt,
      true,
      undefined,
      isCertain ? field : undefined,
    ]);
  });
});

describe('of two events of one type and one second', () => {
  const told = (eventType: string, ...ids: string[]) =>
    eventsOf(toFacts(ids.flatMap((id) => factsFrom(eventIn(bodyOf(eventType, {}, { id })).report))));

  test.each(['CONTACT_DATA_UPDATED', 'SOMETHING_NEW'])('both are kept, one that came twice once: %s', (eventType) => {
    expect(told(eventType, 'one', 'two', 'one').map(({ type, id }) => [type, id])).toEqual([
      [eventType, 'one'],
      [eventType, 'two'],
    ]);
  });

  test.each(['INITIATED', 'CONNECTED_TO_SYSTEM', 'QUEUED', 'CONNECTED_TO_AGENT', 'DISCONNECTED', 'COMPLETED'])(
    'one is kept, where it is a step of a call: %s',
    (eventType) => {
      expect(told(eventType, 'one', 'two')).toHaveLength(1);
    },
  );

  test('the ids are made harmless and short', () => {
    const [event] = told('CONTACT_DATA_UPDATED', `a/b ${'x'.repeat(500)}`);
    expect(event).toMatchObject({ type: 'CONTACT_DATA_UPDATED', at: sentAt, id: `a_b_${'x'.repeat(60)}` });
  });
});

describe('the details', () => {
  const everything = {
    queueInfo: { queueArn, enqueueTimestamp: moment },
    disconnectTimestamp: moment,
    disconnectReason: 'OTHER',
    answeringMachineDetectionStatus: 'AMD_UNRESOLVED_SILENCE',
    updatedProperties: ['Segment Attributes', 7, 'RoutingCriteria.Step.Status'],
  };
  test.each<[string, object]>([
    ['INITIATED', {}],
    ['CONNECTED_TO_SYSTEM', { answeringMachineDetectionStatus: 'AMD_UNRESOLVED_SILENCE' }],
    ['QUEUED', { queueId: seed.queues.sales }],
    ['CONNECTED_TO_AGENT', {}],
    ['DISCONNECTED', { disconnectReason: 'OTHER', answeringMachineDetectionStatus: 'AMD_UNRESOLVED_SILENCE' }],
    ['COMPLETED', {}],
    ['CONTACT_DATA_UPDATED', { updatedProperties: ['Segment Attributes', 'RoutingCriteria.Step.Status'] }],
  ])('of %s are what belongs to it', (eventType, details) => {
    expect(reportIn(eventType, everything).event?.details).toEqual(details);
  });

  test('are bounded', () => {
    const updatedProperties = Array.from({ length: 1_000 }, () => 'long '.repeat(20));
    expect(reportIn('CONTACT_DATA_UPDATED', { updatedProperties }).event?.details.updatedProperties).toEqual(
      Array.from({ length: 20 }, () => 'long '.repeat(20).slice(0, 64)),
    );
  });
});

describe('a contact', () => {
  const ended = { disconnectTimestamp: moment };
  const joined = { connectedToAgentTimestamp: moment };
  const working = { ...joined, afterContactWorkStartTimestamp: moment };
  test.each<[string, string, object, boolean]>([
    ['is over when it is completed', 'COMPLETED', ended, true],
    ['is over when it is completed, whatever else is told', 'COMPLETED', { ...ended, agentInfo: working }, true],
    ['is over when it ended without an agent', 'DISCONNECTED', ended, true],
    [
      'is over when it ended without an agent, written as unset',
      'DISCONNECTED',
      { ...ended, agentInfo: { connectedToAgentTimestamp: unset, afterContactWorkStartTimestamp: unset } },
      true,
    ],
    ['is not over when it ended with an agent', 'DISCONNECTED', { ...ended, agentInfo: joined }, false],
    ['is not over while the agent works on', 'DISCONNECTED', { ...ended, agentInfo: working }, false],
    [
      'is not over when it ended with an agent who had accepted it',
      'DISCONNECTED',
      { ...ended, agentInfo: { acceptedByAgentTimestamp: moment } },
      false,
    ],
    [
      'is over when the after-contact work ended',
      'CONTACT_DATA_UPDATED',
      { ...ended, agentInfo: { ...working, afterContactWorkEndTimestamp: moment } },
      true,
    ],
    [
      'is not over while the end of the after-contact work is unset',
      'CONTACT_DATA_UPDATED',
      { ...ended, agentInfo: { ...working, afterContactWorkEndTimestamp: unset } },
      false,
    ],
    // It need not tell of the agent.
    ['is not over by an update after its end', 'CONTACT_DATA_UPDATED', ended, false],
    ['is not over by an unknown event after its end', 'SOMETHING_NEW', ended, false],
    ['is not over before', 'CONNECTED_TO_SYSTEM', { connectedToSystemTimestamp: moment }, false],
  ])('%s', (_title, eventType, detail, isOver) => {
    expect(reportIn(eventType, detail).isOver).toBe(isOver);
  });
});

test('an event as large as it may be is read, and no more of it than is kept', () => {
  expect(readContactEvent(padded(maxBodyLength))).toMatchObject({ is: 'read' });
  const split = jest.spyOn(String.prototype, 'split');
  const long = ' '.repeat(100_000);
  const lists = { updatedProperties: [long, ...Array.from({ length: 1_000 }, () => 'Tags')] };
  const arns = { queueInfo: { queueArn: `${queueArn}${'/a'.repeat(50_000)}` } };
  expect(reportIn('CONTACT_DATA_UPDATED', { ...lists, ...arns }).event?.details.updatedProperties).toHaveLength(20);
  expect(split.mock.contexts.map((text) => String(text).length).filter((length) => length > 1_000)).toEqual([]);
  expect(split.mock.calls.length).toBeLessThan(50);
});

describe('a message', () => {
  const notJson: ContactEventRead = { is: 'unreadable', because: 'it is not a JSON object' };
  const tooLarge: ContactEventRead = { is: 'unreadable', because: 'it is larger than any contact event' };
  const noEnvelope: ContactEventRead = { is: 'unreadable', because: 'it is not the envelope of EventBridge' };
  const noContact: ContactEventRead = { is: 'unreadable', because: 'it does not name an instance and a contact' };
  const noType: ContactEventRead = { is: 'unreadable', because: 'it has no eventType' };
  const withDetail = (detail: object) => bodyOf('QUEUED', { ...detail });
  const withEnvelope = (changes: object) => bodyOf('QUEUED', {}, { ...changes });

  test.each<[string, string, ContactEventRead]>([
    ['that is empty', '', notJson],
    ['that is not JSON', '{"detail":', notJson],
    ['that is a list', '[]', notJson],
    ['that is null', 'null', notJson],
    ['that is too deep to be anything', '['.repeat(200_000), notJson],
    ['that is too long', padded(maxBodyLength + 1), tooLarge],
    ['that holds the detail alone', JSON.stringify(envelopeOf('QUEUED').detail), noEnvelope],
    ['that SNS wrapped', JSON.stringify({ Type: 'Notification', Message: bodyOf('QUEUED') }), noEnvelope],
    ['without an account', withEnvelope({ account: undefined }), noEnvelope],
    ['with a number for an account', withEnvelope({ account: 123456789012 }), noEnvelope],
    ['without a Region', withEnvelope({ region: '' }), noEnvelope],
    ['without a time', withEnvelope({ time: undefined }), noEnvelope],
    ['with a time that is none', withEnvelope({ time: '2026-13-45T00:00:00Z' }), noEnvelope],
    ['with a time that is unset', withEnvelope({ time: unset }), noEnvelope],
    ['whose detail is text', withEnvelope({ detail: 'QUEUED' }), noEnvelope],
    ['without a contact', withDetail({ contactId: undefined }), noContact],
    ['with a contact that is a path', withDetail({ contactId: '../other' }), noContact],
    ['with a contact id that is too long', withDetail({ contactId: 'c'.repeat(257) }), noContact],
    ['without an instance', withDetail({ instanceArn: undefined }), noContact],
    ['with an instance that is no ARN', withDetail({ instanceArn: seed.instanceId }), noContact],
    ['with the ARN of something else', withDetail({ instanceArn: queueArn }), noContact],
    ['without a type', withDetail({ eventType: '' }), noType],
    ['of another service', withEnvelope({ source: 'aws.s3' }), { is: 'foreign' }],
    ['of Connect, but not of a contact', withEnvelope({ 'detail-type': 'Codec Decision' }), { is: 'foreign' }],
  ])('%s is refused', (_title, body, expected) => {
    expect(readContactEvent(body)).toEqual(expected);
  });

  test('of any JSON is read or refused, never thrown', () => {
    const anyEvent = fc
      .record({
        envelope: fc.dictionary(fc.constantFrom('time', 'account', 'region', 'source', 'detail'), fc.jsonValue(), {
          maxKeys: 1,
        }),
        detail: fc.dictionary(
          fc.constantFrom(...Object.keys(envelopeOf('QUEUED').detail as object), 'agentInfo', 'queueInfo', '__proto__'),
          fc.jsonValue(),
        ),
        eventType: fc.oneof(fc.constantFrom('QUEUED', 'DISCONNECTED', 'COMPLETED', '__proto__'), fc.string()),
      })
      .map(({ envelope, detail, eventType }) => bodyOf(eventType, detail, envelope));
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), anyEvent), (body) => {
        const read = readContactEvent(body);
        expect(['read', 'foreign', 'unreadable']).toContain(read.is);
        if (read.is !== 'read') return;
        for (const { field, value, saidAtMs } of factsFrom(read.event.report)) {
          expect(field).toMatch(/^[\w./-]{1,100}$/);
          expect(value.length).toBeLessThan(2_000);
          expect(Number.isSafeInteger(saidAtMs)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('tells the same in whatever case its names are, and in whatever order', () => {
    const agentInfo = { connectedToAgentTimestamp: moment, afterContactWorkDuration: 3 };
    const queueInfo = { queueArn, enqueueTimestamp: moment };
    const event = envelopeOf('DISCONNECTED', { agentInfo, queueInfo, disconnectTimestamp: moment, ...personal });
    const expected = eventIn(JSON.stringify(event));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (chances) => {
        const chance = () => chances.next().value as number;
        expect(eventIn(JSON.stringify(recased(event, chance)))).toEqual(expected);
      }),
    );
  });
});

/** The same JSON with every name in another case, and the members in another order. */
function recased(value: unknown, chance: () => number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) =>
      [
        Array.from(name, (letter) => (chance() % 2 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
        recased(member, chance),
        chance(),
      ] as const,
  );
  return Object.fromEntries(
    members.sort(([, , one], [, , other]) => one - other).map(([name, member]) => [name, member]),
  );
}
