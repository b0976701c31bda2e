import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { follow } from '../support/follow.js';
import { placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { allScopes, startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { act, arnOf, changes, codeOf, eachChange, unknownId, untilWithAgent, type Change } from './acting-fixture.js';

const globex = { tenant: 'globex' };

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

/** How often this change was asked of Connect. */
const sent = ({ operation }: Change) => gateway.simulator.requests()[operation] ?? 0;
/** What was answered, but for the id of the request. */
const withoutRequestId = (body: string) => body.replace(/"requestId":"[^"]+"/, '"requestId":""');

describe.each(eachChange)('%s', (_mutation, change) => {
  test('needs contacts:manage, and nothing is asked of Connect without it', async () => {
    const id = await placeCallElsewhere(gateway);
    const others = allScopes.filter((scope) => scope !== 'contacts:manage');
    const refused = await act(gateway, change, { contactId: id }, { as: { scopes: others } });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', retryable: false });
    const anonymous = await act(gateway, change, { contactId: id }, { as: null });
    expect(anonymous.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1 });
  });

  test('needs no scope more for the ids of the contact, and contacts:read for what else is asked of it', async () => {
    const id = await placeCallElsewhere(gateway);
    untilWithAgent(gateway);
    const as = { scopes: ['contacts:manage'] };
    const { errors } = await act(gateway, change, { contactId: id }, { as, selection: 'id status' });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(sent(change)).toBe(0);
    const bare = await act(gateway, change, { contactId: id }, { as });
    expect(bare.errors?.[0]?.extensions.code).not.toBe('FORBIDDEN');
    expect(sent(change)).toBe(1);
  });

  test("is FORBIDDEN in another tenant's instance, named by its id, its ARN or the contact's ARN", async () => {
    const id = await placeCall(gateway);
    for (const input of [
      { contactId: id, instanceId: seed.instanceId },
      { contactId: id, instanceId: arnOf(id).replace(/\/contact.*/, '') },
      { contactId: arnOf(id) },
      { contactId: unknownId, instanceId: 'e0000000-0000-4000-8000-000000000009' },
    ]) {
      const { data, errors } = await act(gateway, change, input, { as: globex });
      expect(data).toEqual({ [change.mutation]: null });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', retryable: false } }]);
    }
    expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1 });
  });

  test("is NOT_FOUND for another tenant's contact, byte for byte as for one that nobody placed", async () => {
    const id = await placeCall(gateway);
    const bodies = new Set<string>();
    const costs = new Set<string>();
    for (const contactId of [id, unknownId]) {
      const before = gateway.simulator.requests();
      const { body } = await act(gateway, change, { contactId }, { as: globex });
      bodies.add(withoutRequestId(body));
      const after = Object.entries(gateway.simulator.requests());
      costs.add(JSON.stringify(after.map(([name, count]) => [name, count - (before[name] ?? 0)])));
    }
    expect([...bodies]).toEqual([expect.stringContaining('"code":"NOT_FOUND","retryable":false')]);
    expect(costs.size).toBe(1);
  });

  test('of a contact leaves it as it is where another tenant asks for it, however it is named', async () => {
    const id = await placeCall(gateway, { name: 'as it was' });
    untilWithAgent(gateway);
    const query =
      'query ($id: ID!) { contact(id: $id) { status name tags { key } attributes { key } recordings { status } } }';
    const { data: before } = await gateway.ask(query, { id });
    const own = { instanceId: seed.otherInstanceId };
    for (const input of [
      { contactId: id },
      { contactId: id.toUpperCase() },
      { contactId: id, ...own },
      { contactId: arnOf(id, seed.otherInstanceId) },
      { contactId: arnOf(id), ...own },
      { contactId: `arn:aws:connect:us-west-2:123456789012:contact/${id}` },
      { contactId: arnOf(id).replace('123456789012', '999999999999') },
    ]) {
      const answer = await act(gateway, change, input, { as: globex });
      expect(codeOf(answer)).toMatch(/NOT_FOUND|FORBIDDEN|BAD_USER_INPUT/);
    }
    // Nothing of it is remembered so long.
    gateway.clock.advance(1_100);
    expect((await gateway.ask(query, { id })).data).toEqual(before);
  });

  test("takes the contact's ARN as well, and then needs no instance", async () => {
    const id = await placeCallElsewhere(gateway, true);
    gateway.clock.advance(4_000);
    await act(gateway, change, { contactId: arnOf(id, seed.otherInstanceId) }, { as: globex });
    expect(sent(change)).toBe(1);
  });
});

describe('the log', () => {
  test('has one line for each change, with who changed which contact, and nothing of what it says', async () => {
    const id = await placeCall(gateway, {}, { subject: 'ann' });
    untilWithAgent(gateway);
    const last = ['stopContactRecording', 'stopContact'];
    const inOrder = changes.toSorted((a, b) => last.indexOf(a.mutation) - last.indexOf(b.mutation));
    const before = gateway.logged().length;
    for (const one of inOrder) {
      // The agent is there, and so it is the talk that can be recorded.
      const rest =
        one.mutation === 'startContactRecording'
          ? { voiceRecordingConfiguration: { voiceRecordingTrack: 'ALL' } }
          : one.rest;
      const { errors } = await act(gateway, { ...one, rest }, { contactId: id }, { as: { subject: 'ann' } });
      expect([one.mutation, errors]).toEqual([one.mutation, undefined]);
    }
    const lines = gateway
      .logged()
      .slice(before)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const audit = lines.filter(({ msg }) => msg === 'contact changed');
    expect(audit).toMatchObject(
      inOrder.map(({ operation }) => ({
        level: 'info',
        operation,
        contactId: id,
        instanceId: seed.instanceId,
        subject: 'ann',
        tenant: 'acme',
      })),
    );
    expect(gateway.logged()).not.toMatch(/c4n4ry|2065550177/);
  });
});

test('refused changes of a followed contact by another tenant tell its followers nothing, and cost Connect no read', async () => {
  const followed = await startTestGateway({
    takesEvents: true,
    simulator: { eventsLost: 1, timings: { endsAtMs: 3_600_000 } },
  });
  const id = await placeCall(followed);
  const following = await follow(followed, id);
  await followed.clock.runUntil(following.when(() => true));
  const before = followed.simulator.requests().DescribeContact ?? 0;
  for (let round = 0; round < 5; round += 1) {
    await act(followed, changes[3]!, { contactId: id }, { as: globex });
    followed.clock.advance(1_500);
  }
  expect(followed.simulator.requests().DescribeContact ?? 0).toBe(before);
  expect(following.updates).toHaveLength(1);
  await following.stop();
  await followed.stop();
});
