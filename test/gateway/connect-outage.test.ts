import { afterEach, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import {
  ListQueuesDocument,
  ReadContactDocument,
  ReadContactsDocument,
  ReadRelationsDocument,
} from '../support/generated/operations.js';
import { placeCall, placeCallElsewhere } from '../support/place-call.js';
import { startStandIn } from '../support/stand-in.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startWith(...[changes]: Parameters<typeof startTestGateway>): Promise<RunningGateway> {
  const gateway = await startTestGateway(changes);
  stops.push(() => gateway.stop());
  return gateway;
}

const id = '00000000-0000-4000-8000-000000000000';
const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };

describe('a read that Connect does not answer', () => {
  test('ends when the request has taken too long, and nothing else waits for it', async () => {
    const gateway = await startWith({ connect: { requestTimeoutMs: 400 } });
    const contactId = await placeCallElsewhere(gateway);
    gateway.clock.advance(10_000);
    gateway.simulator.inject({ operation: 'ListContactReferences', hang: 'before', times: 10 });
    const { data, errors, status } = await gateway.ask(ReadRelationsDocument, { id: contactId });
    expect(status).toBe(200);
    expect(data?.contact).toMatchObject({ status: 'WITH_AGENT', queue: { name: 'Sales' }, references: null });
    expect(errors).toMatchObject([{ path: ['contact', 'references'], extensions: unavailable }]);
    // The SDK asked again, each time for no longer than that.
    expect(gateway.simulator.requests()).toMatchObject({ ListContactReferences: 3 });
  });

  test('is answered where Connect answers the second time', async () => {
    const gateway = await startWith({ connect: { requestTimeoutMs: 400 } });
    const contactId = await placeCallElsewhere(gateway);
    gateway.simulator.inject({ operation: 'DescribeContact', hang: 'before' });
    const { data, errors } = await gateway.ask(ReadContactDocument, { id: contactId });
    expect(errors).toBeUndefined();
    expect(data?.contact).toMatchObject({ id: contactId });
  });
});

describe('a read that fails for a moment', () => {
  test.each([
    ['a broken connection', { destroySocket: 'before' }],
    ['a failure of the service', { status: 500 }],
    ['a service that is away', { status: 503, type: 'ServiceUnavailable' }],
  ] as const)('is repeated: %s', async (_title, fault) => {
    const gateway = await startWith();
    const contactId = await placeCallElsewhere(gateway);
    gateway.simulator.inject({ operation: 'DescribeContact', ...fault });
    const { data, errors } = await gateway.ask(ReadContactDocument, { id: contactId });
    expect(errors).toBeUndefined();
    expect(data?.contact).toMatchObject({ id: contactId });
    expect(gateway.simulator.requests()).toMatchObject({ DescribeContact: 2 });
  });
});

describe('a refusal of our own role', () => {
  const message =
    'User: arn:aws:sts::123456789012:assumed-role/outdial-canary/i-0 is not authorized to perform: connect:DescribeContact ' +
    'on resource: arn:aws:connect:us-west-2:123456789012:instance/i/contact/c with an explicit deny';

  test.each([
    ['AccessDeniedException', 403],
    ['ExpiredTokenException', 403],
    ['UnrecognizedClientException', 403],
    ['IncompleteSignature', 400],
  ])('is our own failure, and tells the caller nothing of it: %s', async (type, status) => {
    const gateway = await startWith();
    gateway.simulator.inject({ operation: 'DescribeContact', status, type, message });
    gateway.simulator.inject({ operation: 'SearchQueues', status, type, message });
    const contact = await gateway.ask(ReadContactDocument, { id });
    const queues = await gateway.ask(ListQueuesDocument, {});
    for (const answer of [contact, queues]) {
      expect(answer.status).toBe(200);
      expect(answer.errors).toMatchObject([{ extensions: unavailable }]);
      expect(answer.body).not.toMatch(/canary|arn:|123456789012|not authorized|connect:Describe|Exception|aws/i);
    }
  });
});

describe('an endpoint that is not there', () => {
  test('is UPSTREAM_UNAVAILABLE for every contact, without a word of where it should be', async () => {
    const gone = await startStandIn(() => undefined);
    await gone.stop();
    const gateway = await startWith({ connect: { endpoint: gone.url } });
    const { status, data, errors, body } = await gateway.ask(ReadContactsDocument, { ids: [id, 'another'] });
    expect(status).toBe(200);
    expect(data).toEqual({ contacts: [null, null] });
    expect(errors).toMatchObject([
      { path: ['contacts', 0], extensions: unavailable },
      { path: ['contacts', 1], extensions: unavailable },
    ]);
    expect(body).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|connect /);
  });
});

describe('an answer that is not one of Connect', () => {
  test.each([
    ['broken JSON', 200, '{"Contact": {CANARY'],
    ['a page of a proxy', 502, '<html>CANARY</html>'],
    ['a refusal of a proxy', 403, '<html>CANARY</html>'],
    ['moments that are none', 200, JSON.stringify({ Contact: { Id: id, InitiationTimestamp: 'CANARY' } })],
  ])('is UPSTREAM_UNAVAILABLE, and not passed on: %s', async (_title, statusCode, answer) => {
    const proxy = await startStandIn((_request, response) => {
      response.writeHead(statusCode, { 'content-type': 'application/json' }).end(answer);
    });
    stops.push(() => proxy.stop());
    const gateway = await startWith({ connect: { endpoint: proxy.url } });
    const { data, errors, body } = await gateway.ask(ReadContactDocument, { id });
    expect(data).toEqual({ contact: null });
    expect(errors).toMatchObject([{ path: ['contact'], extensions: unavailable }]);
    expect(body).not.toContain('CANARY');
  });

  test('is null where it has no contact in it', async () => {
    const empty = await startStandIn((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    stops.push(() => empty.stop());
    const gateway = await startWith({ connect: { endpoint: empty.url } });
    const { data, errors } = await gateway.ask(ReadContactDocument, { id, instanceId: seed.instanceId });
    expect({ data, errors }).toEqual({ data: { contact: null }, errors: undefined });
  });
});

test('reads that Connect leaves hanging do not keep a call from being sent', async () => {
  const slow = await startTestGateway();
  await slow.simulator.whenRequested('DescribeInstance', 1);
  slow.simulator.inject({ operation: 'DescribeContact', times: 1_000, hang: 'before' });
  const reads = slow.ask('query($ids: [ID!]!) { contacts(ids: $ids) { status } }', {
    ids: Array.from({ length: 80 }, (_, i) => `c${i}`),
  });
  reads.catch(() => undefined);
  try {
    await slow.simulator.whenRequested('DescribeContact', 50);
    expect(await placeCall(slow)).toBe(slow.simulator.calls()[0]?.contactId);
  } finally {
    const stopped = slow.stop();
    slow.clock.advance(25_000);
    await stopped;
  }
});
