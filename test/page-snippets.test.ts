import * as apolloClient from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { isSubscriptionOperation } from '@apollo/client/utilities';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { startTestGateway, type RunningGateway } from './support/start-gateway.js';
import { fenceNamed, fences } from './support/pages.js';
import { placeCall } from './support/place-call.js';

// The snippets by their names on the pages.
const overSocket = fenceNamed('follow-with-graphql-ws');
const inApollo = fenceNamed('follow-with-apollo-client');
const overEvents = fenceNamed('follow-with-graphql-sse');

type Update = Readonly<{ status: string; timeline: readonly Readonly<{ type: string }>[] }>;
type Show = (update: Update | undefined, problem: unknown) => void;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ takesEvents: true });
});
afterAll(() => gateway.stop());

/** Runs the code of a snippet with what it imports and what it takes for granted, against the gateway of this test. */
function run(snippet: string, scope: Readonly<Record<string, unknown>>): Promise<unknown> {
  const code = snippet
    .replace(/^import .*;\n/gm, '')
    .replace('wss://calls.example.com/graphql', gateway.url.replace('http', 'ws'))
    .replace('https://calls.example.com/graphql', gateway.url);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own text
  const body = new Function(...Object.keys(scope), `return (async () => {${code}})();`) as (
    ...args: unknown[]
  ) => Promise<unknown>;
  return body(...Object.values(scope));
}

/** Follows a call to its end with a snippet; the status of each update. */
async function followWith(snippet: string, scope: Readonly<Record<string, unknown>>): Promise<string[]> {
  const statuses: string[] = [];
  const id = await placeCall(gateway);
  let isSeen: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (isSeen = resolve));
  let ran: Promise<unknown> = Promise.resolve();
  const ended = new Promise<void>((end, fail) => {
    const show: Show = (update, problem) => {
      if (problem) fail(new Error('the snippet was told of a problem', { cause: problem }));
      if (!update) return;
      isSeen();
      statuses.push(update.status);
      if (update.status !== 'ENDED') return;
      expect(update.timeline.map(({ type }) => type)).toEqual(expect.arrayContaining(['INITIATED', 'DISCONNECTED']));
      end();
    };
    ran = run(snippet, { id, show, accessToken: () => gateway.token(), ...scope });
    ran.catch(fail);
  });
  // A client that is still connecting has no more time than the clock gives it.
  await Promise.race([seen, ended]);
  await gateway.clock.runUntil(ended);
  // The stream completes behind the end: a client that is left before it would connect again.
  await gateway.clock.runUntil(ran);
  return statuses;
}

/** That it was followed, and not only found where it ended; several changes may have come as one. */
function expectLife(statuses: readonly string[]): void {
  expect(new Set(statuses).size).toBeGreaterThan(2);
  expect(statuses.at(-1)).toBe('ENDED');
}

test('every snippet of JavaScript is run below', () => {
  expect(new Set(fences('js'))).toEqual(new Set([overSocket, inApollo, overEvents]));
});

test('a call is followed with graphql-ws', async () => {
  expectLife(await followWith(overSocket, { createClient: createWsClient }));
});

test('a call is followed with Apollo Client', async () => {
  const client = createWsClient({
    url: gateway.url.replace('http', 'ws'),
    connectionParams: async () => ({ authorization: `Bearer ${await gateway.token()}` }),
  });
  const scope = { ...apolloClient, SetContextLink, GraphQLWsLink, isSubscriptionOperation, client };
  expectLife(await followWith(inApollo, scope));
  await client.dispose();
});

test('a call is followed with graphql-sse', async () => {
  expectLife(await followWith(overEvents, { createClient: createSseClient }));
});
