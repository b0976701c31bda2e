import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as graphqlSse from 'graphql-sse';
import type { Client, ClientOptions } from 'graphql-ws';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clientModules } from '../support/client-modules.js';
import { fenceNames } from '../support/pages.js';
import { startNamelessRouter } from '../support/nameless-router.js';
import { dyingToken, expectLife, followWith, runSnippets, type FollowChanges } from '../support/page-snippets.js';
import { placeCall } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import PlaceAndFollowCallSubscription from './relay/generated/PlaceAndFollowCallSubscription.graphql.js';

const testFolder = resolve(import.meta.dirname, '..');

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ takesEvents: true });
});
afterAll(() => gateway.stop());

/** The part of the page that each client copies. */
const clients: readonly (readonly [string, ...string[]])[] = [
  ['graphql-ws', 'client-of-graphql-ws', 'follow-with-graphql-ws'],
  ['Apollo Client by WebSocket', 'client-of-graphql-ws', 'follow-with-apollo-client'],
  ['urql by WebSocket', 'client-of-graphql-ws', 'follow-with-urql-websocket'],
  ['Relay', 'client-of-graphql-ws', 'follow-with-relay'],
  ['graphql-sse', 'follow-with-graphql-sse'],
  ['Apollo Client by multipart', 'follow-with-apollo-multipart'],
  ['urql by server-sent events', 'follow-with-urql'],
];

const others = fenceNames('ts').filter((name) => !name.startsWith('router-'));
test.each([...fenceNames('js'), ...others])('the snippet %s of the pages is run by a test', (name) => {
  const files = readdirSync(testFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const texts = files.map((file) => readFileSync(join(testFolder, file), 'utf8'));
  expect(name).not.toBe('');
  expect(texts.filter((text) => text.includes(`'${name}'`))).not.toEqual([]);
});

describe.each(clients)('with %s', (_client, ...names) => {
  const follow = (tokenAt?: FollowChanges['tokenAt']) =>
    followWith(gateway, names, { tokenAt, modules: clientModules, scope: { PlaceAndFollowCallSubscription } });

  test('a call is followed to its end', async () => {
    const followed = await follow();
    expectLife(followed);
    expect(followed.tokens).toBe(1);
  });

  test('a token that expires half way is followed by a fresh one, and nobody sees it', async () => {
    const followed = await follow((index) => (index === 0 ? dyingToken(gateway) : gateway.token()));
    expectLife(followed);
    expect(followed.tokens).toBe(2);
  });

  test('an error of a router, which has no extensions, is shown, and nothing is asked again', async () => {
    const router = await startNamelessRouter();
    const [problems, tokens]: [unknown[], unknown[]] = [[], []];
    const scope = {
      PlaceAndFollowCallSubscription,
      id: 'x',
      show: (_update: unknown, problem: unknown) => problem && problems.push(problem),
      askToSignIn: () => problems.push(new Error('sign in')),
      accessToken: () => tokens.push('token'),
    };
    try {
      await runSnippets(router, names, { modules: clientModules, scope });
      await until(() => problems.length > 0);
      // urql tells the last result once more when the subscription completes.
      expect([...new Set(problems.map(wordsOf))]).toEqual([expect.stringContaining('The subgraph timed out.')]);
      expect(tokens).toHaveLength(1);
    } finally {
      await router.close();
    }
  });

  test('of a token that expires, and a fresh one that is refused, the person learns, and no third is asked for', async () => {
    const followed = await follow((index) => (index === 0 ? dyingToken(gateway) : 'refused'));
    expect(followed).toMatchObject({ signIns: 1, tokens: 2, problems: [] });
  });
});

function wordsOf(problem: unknown): string {
  return (Array.isArray(problem) ? (problem as Error[]) : [problem as Error]).map(({ message }) => message).join();
}

test('two subscriptions of one socket both come back when its token expires', async () => {
  let client: Client | undefined;
  const create = (options: ClientOptions) => (client = clientModules['graphql-ws'].createClient(options));
  const other = await placeCall(gateway);
  const follow = followWith(gateway, ['client-of-graphql-ws', 'follow-with-graphql-ws'], {
    modules: { 'graphql-ws': { createClient: create } },
    tokenAt: (index) => (index === 0 ? dyingToken(gateway) : gateway.token()),
  });
  await until(() => client !== undefined);
  const statuses: unknown[] = [];
  const query = `subscription { contactUpdated(id: "${other}") { status } }`;
  for await (const { data } of client!.iterate<{ contactUpdated: { status: string } }>({ query })) {
    statuses.push(data?.contactUpdated.status);
  }
  expect(statuses).toContain(undefined);
  expect(statuses.at(-1)).toBe('ENDED');
  const followed = await follow;
  expectLife(followed);
  expect(followed.tokens).toBe(2);
});

test('graphql-sse comes again where the gateway cannot be reached, and not where it is asked wrongly', async () => {
  const answers: (() => Promise<Response>)[] = [
    () => Promise.reject(new TypeError('fetch failed')),
    () => Promise.resolve(new Response('', { status: 503 })),
  ];
  const createSseClient = (options: graphqlSse.ClientOptions) =>
    graphqlSse.createClient({
      ...options,
      fetchFn: (url: string, init: RequestInit) => answers.shift()?.() ?? fetch(url, init),
    });
  const surroundings = {
    modules: { 'graphql-sse': { createClient: createSseClient } },
    scope: { setTimeout: setImmediate },
  };
  const followed = await followWith(gateway, ['follow-with-graphql-sse'], surroundings);
  expectLife(followed);
  expect(followed.tokens).toBe(3);
  answers.push(() => Promise.resolve(new Response('', { status: 400 })));
  await expect(followWith(gateway, ['follow-with-graphql-sse'], surroundings)).rejects.toThrow('400');
});
