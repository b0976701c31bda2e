import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { placeCall } from '../support/place-call.js';
import { startStandIn, type StandIn } from '../support/stand-in.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let upstream: StandIn;
let tokens: string[] = [];
let answers: (() => { status: number; body: string })[] = [];
let behind: RunningGateway;
beforeAll(async () => {
  upstream = await startStandIn((request, response) => {
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
  behind = await startTestGateway({ connect: { endpoint: upstream.url } });
});
afterAll(async () => {
  await behind.stop();
  await upstream.stop();
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
