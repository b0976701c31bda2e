import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seed } from '../../src/simulator/seed.js';
import { inOtherInstance, placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

const unknownFlow = '00000000-0000-4000-8000-000000000000';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), {
  passMs: 61_000,
  instances: { byTenant: new Map([['acme', [seed.instanceId, seed.otherInstanceId]]]) },
});

const refused = (call: Promise<string>) =>
  call.then(
    () => 'placed',
    (error: unknown) => /"code":"(\w+)"/.exec(String(error))?.[1],
  );

test('a refused call with allowRepeat does not take away the rest that an earlier call gave the number', async () => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await refused(placeCall(gateway, { allowRepeat: true, contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  expect(await refused(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('nor while the earlier call is still being placed', async () => {
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', delayMs: 2_000 });
  const first = placeCall(gateway, { allowRepeat: false });
  await gateway.simulator.whenRequested('StartOutboundVoiceContact', 1);
  expect(await refused(placeCall(gateway, { allowRepeat: true, contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  expect(await refused(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
  gateway.clock.advance(2_000);
  await first;
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('a placed call with allowRepeat still leaves the number at rest, for its own time', async () => {
  await placeCall(gateway, { allowRepeat: false });
  gateway.clock.advance(50_000);
  await placeCall(gateway, { allowRepeat: true });
  gateway.clock.advance(50_000);
  expect(await refused(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
});

test('the same number is the same in another instance', async () => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await refused(placeCall(gateway, { allowRepeat: false, ...inOtherInstance }))).toBe('DUPLICATE_CALL');
});

test.each([
  ['with a blank in it', '+1 2065550100'],
  ['with a blank before it', ' +12065550100'],
  ['with punctuation', '+1(206)555-0100'],
  ['as a link', 'tel:+12065550100'],
  ['with an invisible mark', '+1206555\u200b0100'],
  ['in full-width digits', '＋１２０６５５５０１００'],
  ['with an extension', '+12065550100,1'],
  ['with the national 1 twice', '+112065550100'],
  ['with 00', '0012065550100'],
  ['with 011', '01112065550100'],
  ['with digits behind it', '+120655501001'],
  ['with a line break', '+12065550100\n'],
])('a number that was just called is no other number %s', async (_how, destinationPhoneNumber) => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await refused(placeCall(gateway, { allowRepeat: false, destinationPhoneNumber }))).toBe('BAD_USER_INPUT');
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test.each([
  ['empty', ''],
  ['of 501 characters', 'a'.repeat(501)],
  ['with a line break', 'a\n'],
  ['with a letter that has two forms', 'é'],
  ['with a zero byte', 'a\u0000'],
])('a clientToken that is %s is refused', async (_what, clientToken) => {
  expect(await refused(placeCall(gateway, { clientToken }))).toBe('BAD_USER_INPUT');
});

test('one clientToken for two numbers at the same moment: one phone rings, the other is a conflict', async () => {
  const outcomes = await Promise.all(
    ['+12065550100', '+12065550115'].map((destinationPhoneNumber) =>
      refused(placeCall(gateway, { clientToken: 'one', destinationPhoneNumber })),
    ),
  );
  expect(outcomes.sort()).toEqual(['IDEMPOTENCY_CONFLICT', 'placed']);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('a clientToken whose call was refused can be used for other input, and then counts', async () => {
  expect(await refused(placeCall(gateway, { clientToken: 'again', contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  const id = await placeCall(gateway, { clientToken: 'again' });
  expect(await placeCall(gateway, { clientToken: 'again' })).toBe(id);
  expect(await refused(placeCall(gateway, { clientToken: 'again', contactFlowId: unknownFlow }))).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
});

test('aliases of one mutation are calls like any other: the fence holds between them', async () => {
  const call = `startOutboundVoiceContact(input: { destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", sourcePhoneNumber: "${seed.numbers.us.number}" }) { id }`;
  const { errors } = await gateway.ask(`mutation { a: ${call} b: ${call} c: ${call} d: ${call} e: ${call} }`);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array.from({ length: 4 }, () => 'DUPLICATE_CALL'));
  expect(gateway.simulator.calls()).toHaveLength(1);
});

describe('behind something that is not Amazon Connect', () => {
  let upstream: Server;
  let tokens: string[] = [];
  let answers: (() => { status: number; body: string })[] = [];
  let behind: RunningGateway;
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        if (!request.url?.includes('outbound-voice')) {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
          return;
        }
        tokens.push((JSON.parse(body) as { ClientToken: string }).ClientToken);
        const answer = answers.shift()?.() ?? { status: 200, body: '{"ContactId":"c-1"}' };
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    behind = await startTestGateway({ connect: { endpoint: `http://127.0.0.1:${port}` } });
  });
  afterAll(async () => {
    await behind.stop();
    upstream.close();
    upstream.closeAllConnections();
  });
  beforeEach(() => {
    tokens = [];
    behind.clock.advance(61_000);
  });

  test.each([
    ['200 that is no JSON', 200, '{"ContactId":"c'],
    ['200 with nothing', 200, ''],
    ['200 with a number for an id', 200, '{"ContactId":5}'],
    ['200 with null for an id', 200, '{"ContactId":null}'],
    ['a redirect', 302, ''],
    ['502 of a proxy', 502, '<html>bad gateway'],
    ['413 of a proxy', 413, '<html>too large'],
    ['408 with nothing, of a proxy that forwarded it', 408, ''],
    ['499 with an empty object', 499, '{}'],
  ])('%s proves nothing: the same token is asked again, and its contact is the answer', async (_what, status, body) => {
    answers = [() => ({ status, body })];
    expect(await behind.clock.runUntil(placeCall(behind))).toBe('c-1');
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });
});
