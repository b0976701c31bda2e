import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf, instanceArn } from '../events/contact-events.js';
import { placeCall } from '../support/place-call.js';
import { deliver, followed, gateway, nowIso, silent, start } from './follow-fixture.js';

describe('an event that is broken or forged', () => {
  test.each([
    ['of a queue with an endless id', { queueInfo: { queueArn: `${instanceArn}/queue/${'a'.repeat(5_000)}` } }],
    ['of a queue with an id of 128 KB', { queueInfo: { queueArn: `${instanceArn}/queue/${'a'.repeat(131_072)}` } }],
    ['with a thousand long properties', { updatedProperties: Array.from({ length: 1_000 }, () => 'ü'.repeat(500)) }],
    ['with a text of spaces', { updatedProperties: [' '.repeat(100_000)], disconnectReason: ' '.repeat(100_000) }],
    [
      'with members of every object',
      { toString: 'x', constructor: {}, hasOwnProperty: [], queueInfo: { constructor: 1 } },
    ],
  ])('%s holds up no other', async (_what, detail) => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(
      bodyOf('QUEUED', { contactId: id, ...detail }, { time: nowIso() }),
      bodyOf('CONTACT_DATA_UPDATED', { contactId: id, ...detail }, { time: nowIso() }),
    );
    // Nothing waits: neither clock has moved.
    await deliver(
      bodyOf('CONNECTED_TO_SYSTEM', { contactId: id, connectedToSystemTimestamp: nowIso() }, { time: nowIso() }),
    );
    expect(gateway.logged()).not.toContain('fails; trying on');
    expect(gateway.logged()).not.toContain('"bug"');
    expect(gateway.simulator.messages()).toMatchObject({ waiting: 0 });
  });

  test('from the future does not win over all that comes after it', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    const queueArn = (queue: string) => `${instanceArn}/queue/${queue}`;
    await deliver(
      bodyOf('INITIATED', { contactId: id }, { time: nowIso() }),
      bodyOf(
        'CONTACT_DATA_UPDATED',
        { contactId: id, disconnectReason: 'FORGED', queueInfo: { queueArn: queueArn('forged') } },
        { time: '9999-12-31T23:59:59Z' },
      ),
      bodyOf(
        'QUEUED',
        { contactId: id, queueInfo: { queueArn: queueArn(seed.queues.sales), enqueueTimestamp: nowIso() } },
        { time: nowIso() },
      ),
    );
    const { data } = await gateway.ask(
      'query ($id: ID!) { contact(id: $id) { queue { id } disconnectReason timeline { rawType } } }',
      { id },
    );
    expect(data).toEqual({
      contact: {
        queue: { id: seed.queues.sales },
        disconnectReason: null,
        timeline: [{ rawType: 'INITIATED' }, { rawType: 'QUEUED' }],
      },
    });
  });

  test('from the future cannot push what happened out of the timeline, nor end the contact', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    await deliver(
      ...Array.from({ length: 65 }, (_, index) =>
        bodyOf(
          'CONTACT_DATA_UPDATED',
          { contactId: id },
          { time: `9999-12-31T23:00:${String(index % 60).padStart(2, '0')}.${String(index).padStart(3, '0')}Z` },
        ),
      ),
      bodyOf('DISCONNECTED', { contactId: id, disconnectTimestamp: '9999-12-31T23:59:59Z' }, { time: nowIso() }),
    );
    const { data } = await gateway.ask('query ($id: ID!) { contact(id: $id) { status timeline { rawType source } } }', {
      id,
    });
    expect(data).toEqual({
      contact: { status: 'INITIATED', timeline: [{ rawType: 'INITIATED', source: 'CONTACT_EVENT' }] },
    });
  });

  test('a flood of changes keeps the steps of the call, and a bounded timeline', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    const timeOf = (index: number) => new Date(gateway.clock.now() - 1_000 + index).toISOString();
    const following = await followed(id, { selection: 'status timeline { rawType }' });
    await following.when(() => true);
    await deliver(
      ...Array.from({ length: 300 }, (_, index) =>
        bodyOf('CONTACT_DATA_UPDATED', { contactId: id, updatedProperties: ['Tags'] }, { time: timeOf(index) }),
      ),
    );
    const { data } = await gateway.ask<{ contact: { timeline: { rawType: string }[] } }, { id: string }>(
      'query ($id: ID!) { contact(id: $id) { timeline { rawType } } }',
      { id },
    );
    const types = data!.contact.timeline.map(({ rawType }) => rawType);
    expect(types.length).toBeLessThanOrEqual(64 + 6);
    expect(types).toContain('INITIATED');
  });
});
