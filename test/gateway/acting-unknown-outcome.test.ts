import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { act, arnOf, changes, eachChange, unknownId, untilWithAgent } from './acting-fixture.js';
import { seed } from '../../src/simulator/seed.js';
import { follow } from '../support/follow.js';
import { placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const stop = changes[0]!;
const globex = { tenant: 'globex' };
const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code;

/** What a stop comes to that is sent again. */
async function stopWithLostAnswer(contactId: string): Promise<GraphqlAnswer> {
  gateway.simulator.inject({ operation: 'StopContact', destroySocket: 'after' });
  return gateway.clock.runUntil(act(gateway, stop, { contactId }));
}

describe('a stop whose outcome nobody knows', () => {
  test.each([
    ['fails', { status: 500, times: 20 }],
    ['is throttled', { status: 429, type: 'TooManyRequestsException', times: 20 }],
  ])('is OUTCOME_UNKNOWN, also where the read that was to find out %s', async (_how, fault) => {
    const id = await placeCallElsewhere(gateway);
    untilWithAgent(gateway);
    // It was carried out, and so the second attempt finds nothing to stop.
    gateway.simulator.inject({ operation: 'DescribeContact', ...fault });
    const answer = await stopWithLostAnswer(id);
    expect(gateway.simulator.requests().StopContact).toBe(2);
    expect(codeOf(answer)).toBe('OUTCOME_UNKNOWN');
  });

  test('is the end of the contact where a read says so', async () => {
    const id = await placeCallElsewhere(gateway);
    untilWithAgent(gateway);
    const answer = await stopWithLostAnswer(id);
    expect(answer.errors).toBeUndefined();
  });

  test('is refused as before where Connect refused it, and cannot be read', async () => {
    const id = await placeCallElsewhere(gateway);
    untilWithAgent(gateway);
    gateway.simulator.inject({ operation: 'StopContact', status: 400, type: 'InvalidRequestException' });
    gateway.simulator.inject({ operation: 'DescribeContact', status: 500, times: 20 });
    const answer = await gateway.clock.runUntil(act(gateway, stop, { contactId: id }));
    expect(codeOf(answer)).toBe('CONTACT_STATE_CONFLICT');
  });
});

describe.each(eachChange)('%s', (_mutation, change) => {
  test('takes no id that would mean something in a path, in neither place', async () => {
    const before = gateway.simulator.requests();
    const bad = ['.', '../x', 'a/b', 'a%2fb', 'a?b', 'a#b', 'a b', 'a\n', '\u0000', '-a', 'ａ', '', 'a'.repeat(257)];
    for (const id of bad) {
      expect(codeOf(await act(gateway, change, { contactId: id }))).toBe('BAD_USER_INPUT');
      const { errors } = await act(gateway, change, { contactId: unknownId, instanceId: id });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(gateway.simulator.requests()).toEqual(before);
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
});

describe('a page that something on the way answers', () => {
  let upstream: Server;
  let misled: RunningGateway;
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      const isRead = request.method === 'GET';
      response.writeHead(200, { 'content-type': isRead ? 'application/json' : 'text/html' });
      response.end(isRead ? `{"Contact":{"Id":"${unknownId}"}}` : '<html>Please sign in</html>');
      request.resume();
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    misled = await startTestGateway({ connect: { endpoint: `http://127.0.0.1:${port}` } });
  });
  afterAll(async () => {
    await misled.stop();
    upstream.close();
    upstream.closeAllConnections();
  });

  test.each(eachChange)('does not pass for %s', async (_mutation, change) => {
    const answer = await misled.clock.runUntil(act(misled, change, { contactId: unknownId }));
    expect(codeOf(answer)).toBe('OUTCOME_UNKNOWN');
    expect(misled.logged()).not.toContain('"msg":"contact changed"');
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
