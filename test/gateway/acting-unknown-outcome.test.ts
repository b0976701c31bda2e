import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { act, changes, codeOf, eachChange, unknownId, untilWithAgent } from './acting-fixture.js';
import { placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startStandIn, type StandIn } from '../support/stand-in.js';
import { startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const stop = changes[0]!;

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

describe('a page that something on the way answers', () => {
  let upstream: StandIn;
  let misled: RunningGateway;
  beforeAll(async () => {
    upstream = await startStandIn((request, response) => {
      const isRead = request.method === 'GET';
      response.writeHead(200, { 'content-type': isRead ? 'application/json' : 'text/html' });
      response.end(isRead ? `{"Contact":{"Id":"${unknownId}"}}` : '<html>Please sign in</html>');
      request.resume();
    });
    misled = await startTestGateway({ connect: { endpoint: upstream.url } });
  });
  afterAll(async () => {
    await misled.stop();
    await upstream.stop();
  });

  test.each(eachChange)('does not pass for %s', async (_mutation, change) => {
    const answer = await misled.clock.runUntil(act(misled, change, { contactId: unknownId }));
    expect(codeOf(answer)).toBe('OUTCOME_UNKNOWN');
    expect(misled.logged()).not.toContain('"msg":"contact changed"');
  });
});
