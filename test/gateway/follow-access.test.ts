import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf, instanceArn } from '../events/contact-events.js';
import { placeCall } from '../support/place-call.js';
import { deliver, described, followed, gateway, nowIso, pass, silent, start, statusOf } from './follow-fixture.js';

const globex = { tenant: 'globex' };

describe("another tenant's contact", () => {
  const fields = 'id instanceId status timeline { rawType at } queue { id } disconnectReason';

  test('is one null, however it is named, also while its own tenant follows it and events come', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    const own = await followed(theirs);
    await deliver(bodyOf('INITIATED', { contactId: theirs }, { time: nowIso() }));
    for (const instanceId of [undefined, seed.instanceId, seed.otherInstanceId, instanceArn, '', '__proto__']) {
      const following = await followed(theirs, {
        ...(instanceId === undefined ? {} : { instanceId }),
        as: globex,
        selection: fields,
      });
      await gateway.clock.runUntil(following.ended);
      expect(following.updates).toEqual([null]);
      expect(following.errors).toEqual([]);
    }
    const arn = await followed(`${instanceArn}/contact/${theirs}`, { as: globex, selection: fields });
    await gateway.clock.runUntil(arn.ended);
    expect(arn.updates).toEqual([null]);
    expect(own.updates.length).toBeGreaterThan(0);
  });

  test('cannot be told from one that nobody placed while Connect fails', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    gateway.simulator.inject({
      operation: 'DescribeContact',
      times: 2,
      status: 403,
      type: 'AccessDeniedException',
    });
    for (const id of [theirs, '00000000-0000-4000-8000-000000000000']) {
      const following = await followed(id, { as: globex, selection: fields });
      await gateway.clock.runUntil(following.ended.catch(() => undefined));
      expect(following.updates).toEqual([]);
      expect(following.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
    expect(described()).toBe(2);
  });

  test('does not show in the events of a contact with the same id in an instance of one’s own', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    await deliver(
      bodyOf(
        'QUEUED',
        { contactId: theirs, queueInfo: { queueArn: `${instanceArn}/queue/${seed.queues.sales}` } },
        { time: nowIso() },
      ),
    );
    const otherArn = instanceArn.replace(seed.instanceId, seed.otherInstanceId);
    await deliver(bodyOf('INITIATED', { contactId: theirs, instanceArn: otherArn }, { time: nowIso() }));
    const following = await followed(theirs, { instanceId: seed.otherInstanceId, as: globex, selection: fields });
    const first = await gateway.clock.runUntil(following.when(() => true));
    expect(first).toMatchObject({ status: 'INITIATED', queue: null, timeline: [{ rawType: 'INITIATED' }] });
    const { data } = await gateway.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Contact { ${fields} } } }`,
      {
        r: [
          { __typename: 'Contact', id: theirs },
          { __typename: 'Contact', id: theirs, instanceId: seed.instanceId },
        ],
      },
      globex,
    );
    expect(data).toEqual({ _entities: [first, null] });
  });

  test('an event that names two instances changes only the one that it is of', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    const before = await statusOf(theirs);
    for (const contactId of [`${seed.instanceId}/${theirs}`, `../${seed.instanceId}/${theirs}`, `${theirs} `]) {
      await deliver(
        bodyOf('COMPLETED', { contactId, instanceArn: instanceArn.replace(seed.instanceId, seed.otherInstanceId) }),
      );
    }
    expect(await statusOf(theirs)).toBe(before);
    expect(gateway.simulator.messages()).toMatchObject({ inFlight: 3 });
  });
});

describe('nothing personal', () => {
  test('is in an update, a log or an error without contacts:pii, whatever an event holds', async () => {
    await start(silent);
    const id = await placeCall(gateway, { attributes: [{ key: 'secret', value: 'c4n4ry' }], name: 'c4n4ry' });
    const following = await followed(id, {
      as: { scopes: ['contacts:read'] },
      selection:
        'id status disconnectReason rawInitiationMethod rawAnsweringMachineDetectionStatus timeline { type rawType at source details { queueId disconnectReason rawAnsweringMachineDetectionStatus updatedProperties } }',
    });
    const personal = {
      contactId: id,
      customerEndpoint: { address: '+15557654321', type: 'TELEPHONE_NUMBER' },
      systemEndpoint: { address: '+15557654321' },
      agentInfo: { agentArn: `${instanceArn}/agent/${seed.users.ada}` },
      queueInfo: { queueArn: `${instanceArn}/queue/agent/${seed.users.ada}`, queueType: 'AGENT' },
      attributes: { secret: 'c4n4ry' },
      tags: { secret: 'c4n4ry' },
    };
    await deliver(
      bodyOf('INITIATED', personal, { time: nowIso() }),
      bodyOf('QUEUED', personal, { time: nowIso() }),
      bodyOf('CONTACT_DATA_UPDATED', { ...personal, updatedProperties: ['UserDefinedAttributes'] }, { time: nowIso() }),
      JSON.stringify({ detail: personal }),
    );
    await gateway.clock.runUntil(following.when((update) => JSON.stringify(update).includes('UserDefinedAttributes')));
    for (const text of [JSON.stringify(following.updates), JSON.stringify(following.errors), gateway.logged()]) {
      expect(text).not.toMatch(/c4n4ry|15557654321/);
      expect(text).not.toContain(seed.users.ada);
    }
  });
});

describe('a token', () => {
  test('that expires ends what it follows, before the next update of a contact that lives on', async () => {
    await start({ ...silent, simulator: { eventsLost: 1, timings: { endsAtMs: 3_600_000 } } });
    const id = await placeCall(gateway);
    const following = await followed(id, { selection: 'status timeline { rawType }' });
    await following.when(() => true);
    // With the tolerance that clocks are given.
    await pass(304_000);
    gateway.clock.advance(1_500);
    await deliver(bodyOf('CONTACT_DATA_UPDATED', { contactId: id }, { time: nowIso() }));
    await expect(gateway.clock.runUntil(following.ended)).rejects.toThrow('closed');
    expect(JSON.stringify(following.updates)).not.toContain('CONTACT_DATA_UPDATED');
  });
});
