import { expect, test } from '@jest/globals';
import { knownFrom } from '../../src/contacts/contact-details.js';
import { toFacts } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom, type ContactReport } from '../../src/contacts/timeline/contact-report.js';
import { stateOf } from '../../src/contacts/timeline/contact-state.js';
import { standardQueueIdFrom } from '../../src/connect/ids.js';
import { mergeFacts } from '../../src/coordination/fact-merge.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds));
const queueId = standardQueueIdFrom('arn:aws:connect:us-west-2:123456789012:instance/i-1/queue/q-1')!;

const silent: ContactReport = {
  moments: {},
  texts: {},
  isOver: false,
  hadAgent: false,
  isDescribed: false,
  saidAt: undefined,
};

function stateAfter(...reports: Partial<ContactReport>[]) {
  const facts = reports.flatMap((report) => factsFrom({ ...silent, ...report }));
  return stateOf(mergeFacts(new Map(), facts).facts);
}

function linesOf({ timeline }: ReturnType<typeof stateOf>): string[] {
  return timeline.map(({ rawType, at: when, source }) => `${when.toISOString().slice(17, 19)} ${rawType} ${source}`);
}

const disconnected: Partial<ContactReport> = {
  moments: {
    initiationTimestamp: at(0),
    connectedToSystemTimestamp: at(4),
    enqueueTimestamp: at(6),
    connectedToAgentTimestamp: at(9),
    disconnectTimestamp: at(60),
  },
  texts: { disconnectReason: 'CUSTOMER_DISCONNECT' },
  queueId,
  event: { type: 'DISCONNECTED', at: at(60), isAbout: false, details: { disconnectReason: 'CUSTOMER_DISCONNECT' } },
};

test('one late event tells the steps before it, each marked as read off a timestamp', () => {
  const state = stateAfter(disconnected);
  expect(linesOf(state)).toEqual([
    '00 INITIATED CONTACT_TIMESTAMP',
    '04 CONNECTED_TO_SYSTEM CONTACT_TIMESTAMP',
    '06 QUEUED CONTACT_TIMESTAMP',
    '09 CONNECTED_TO_AGENT CONTACT_TIMESTAMP',
    '00 DISCONNECTED CONTACT_EVENT',
  ]);
  expect(state.status).toBe('AFTER_CONTACT_WORK');
  expect(state.timeline[2]?.details).toMatchObject({
    queue: { id: queueId, isStandard: true },
    disconnectReason: null,
  });
  expect(state.timeline[4]?.details).toMatchObject({ disconnectReason: 'CUSTOMER_DISCONNECT', queue: null });
});

test('the event itself takes the place of its timestamp', () => {
  const state = stateAfter(disconnected, {
    event: { type: 'QUEUED', at: at(6), isAbout: false, details: { queueId } },
  });
  expect(linesOf(state)[2]).toBe('06 QUEUED CONTACT_EVENT');
  expect(state.timeline).toHaveLength(5);
});

test('what happens at one moment stands in the order of a call, and a contact that is over has a last line', () => {
  const state = stateAfter({
    moments: { initiationTimestamp: at(0), disconnectTimestamp: at(2) },
    texts: { disconnectReason: 'TELECOM_BUSY' },
    isOver: true,
  });
  expect(state).toMatchObject({ status: 'ENDED', outcome: 'BUSY' });
  expect(linesOf(state)).toEqual([
    '00 INITIATED CONTACT_TIMESTAMP',
    '02 DISCONNECTED CONTACT_TIMESTAMP',
    '02 COMPLETED CONTACT_TIMESTAMP',
  ]);
});

test('an event of a type nobody knows yet is UNKNOWN, with its own word beside it', () => {
  const state = stateAfter({ event: { type: 'TELEPORTED', at: at(5), isAbout: false, details: {} } });
  expect(state.timeline).toEqual([
    { type: 'UNKNOWN', rawType: 'TELEPORTED', at: at(5), source: 'CONTACT_EVENT', details: null },
  ]);
  expect(state.status).toBe('INITIATED');
});

test.each([
  ['unset moments', { moments: { disconnectTimestamp: new Date('1970-01-01T00:00:00.001Z') } }],
  ['moments no clock knows', { moments: { disconnectTimestamp: new Date(NaN) } }],
  ['empty texts', { texts: { disconnectReason: '' } }],
])('%s say nothing', (_title, report) => {
  expect(factsFrom({ ...silent, ...report })).toEqual([]);
});

test('a report is as late as the latest moment in it', () => {
  const facts = factsFrom({
    ...silent,
    moments: { initiationTimestamp: at(0), disconnectTimestamp: at(9) },
    saidAt: at(8),
  });
  expect(new Set(facts.map(({ saidAtMs }) => saidAtMs))).toEqual(new Set([at(9).getTime()]));
});

test('a word that Connect may send in any length is kept within bounds', () => {
  const [fact] = factsFrom({ ...silent, texts: { disconnectReason: 'X'.repeat(10_000) } });
  expect(fact?.value).toHaveLength(200);
});

test('a contact known from facts alone asks nobody whether something has come, but for what every contact has', () => {
  const known = knownFrom({
    facts: toFacts(factsFrom({ ...silent, moments: { connectedToSystemTimestamp: at(4) } })),
    isLost: false,
  });
  expect(known).toMatchObject({ status: 'IN_FLOW', queue: null, agentId: null, disconnectReason: null });
  expect(known).not.toHaveProperty('initiationTimestamp');
  expect(known).not.toHaveProperty('channel');
  const withAgent = knownFrom({
    facts: toFacts(factsFrom({ ...silent, moments: { connectedToAgentTimestamp: at(9) } })),
    isLost: false,
  });
  expect(withAgent).not.toHaveProperty('agentId');
});
