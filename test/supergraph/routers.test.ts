import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { seed } from '../../src/simulator/seed.js';
import { fenceNames } from '../support/pages.js';
import { shareGateway } from '../support/share-gateway.js';
import { startStandIn, type StandIn } from '../support/stand-in.js';
import { allScopes, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import {
  routerSnippets,
  startApolloGateway,
  startHive,
  startStitching,
  type Router,
  type RouterAnswer,
  type RouterChanges,
  type Subgraphs,
} from './routers.js';
import { startCustomers, type CustomersSubgraph } from './start-customers.js';

const root = resolve(import.meta.dirname, '../..');

let outdial: RunningGateway;
let customers: CustomersSubgraph;
shareGateway((started) => (outdial = started), {
  passMs: 61_000,
  takesEvents: true,
  simulator: { eventDelayMs: 0, timings: { endsAtMs: 13_000, afterContactWorkMs: 3_000 } },
});
beforeAll(async () => {
  customers = await startCustomers();
});
afterAll(() => customers.stop());

const subgraphs = (url = outdial.url): Subgraphs => ({ outdial: url, customers });

/** Every router that is run, as the pages configure it. */
const routers: readonly [string, (where: Subgraphs, changes?: RouterChanges) => Router | Promise<Router>][] = [
  ['Hive Gateway', (where, changes) => startHive(where, 'event-stream', changes)],
  ['schema stitching', (where, changes) => startStitching(where, 'event-stream', changes)],
  ['@apollo/gateway', (where, changes) => startApolloGateway(where, changes)],
];

test('every snippet of a router is a configuration that runs here', () => {
  expect(
    fenceNames('ts')
      .filter((name) => name.startsWith('router-'))
      .sort(),
  ).toEqual([...routerSnippets].sort());
});

test('the versions that the page says were run are those that run here', () => {
  const page = readFileSync(join(root, 'docs/federation.md'), 'utf8');
  const told = [...page.matchAll(/(?:run: |install |WebSocket\s)`([^`]+)` ([\d.]+\d)/g)].map(
    ([, name = '', version]) => [name, version],
  );
  expect(told).toHaveLength(6);
  const versionOf = (name: string) =>
    (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  expect(told).toEqual(told.map(([name = '']) => [name, versionOf(name)]));
});

const start = `mutation ($input: StartOutboundVoiceContactInput!) {
  startOutboundVoiceContact(input: $input) { id isReplay status customer { id name } }
}`;
const follow = 'subscription ($id: ID!) { contactUpdated(id: $id) { id status customer { name } } }';

const inputTo = (destinationPhoneNumber: unknown, more: object = {}) => ({
  input: { destinationPhoneNumber, contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales, ...more },
});
const nothingPlaced = { startOutboundVoiceContact: null };
const campaignless = allScopes.filter((scope) => scope !== 'calls:campaign');

/** The extensions of the one error of an answer. */
function extensionsOf({ errors = [] }: RouterAnswer): Readonly<Record<string, unknown>> | undefined {
  expect(errors).toHaveLength(1);
  return errors[0]?.extensions;
}

const placedOf = ({ data }: RouterAnswer) =>
  (data as { startOutboundVoiceContact: { id: string } }).startOutboundVoiceContact;

describe.each(routers)('behind %s', (name, starts) => {
  let router: Router;
  beforeAll(async () => {
    router = await starts(subgraphs());
  });
  afterAll(() => router.stop());

  test('one query asks both subgraphs', async () => {
    const query = '{ queue(id: "c0000000-0000-4000-8000-000000000001") { name } customer(id: "1") { name } }';
    expect(await router.ask(query, {}, await outdial.token())).toEqual({
      data: { queue: { name: 'Sales' }, customer: { name: 'Customer 1' } },
    });
  });

  test('a call is placed once, with what another subgraph knows of it', async () => {
    const answer = await router.ask(start, inputTo('+12065550100'), await outdial.token());
    const [call, ...others] = outdial.simulator.calls();
    expect(others).toEqual([]);
    expect(answer).toEqual({
      data: {
        startOutboundVoiceContact: {
          id: call?.contactId,
          isReplay: false,
          status: 'INITIATED',
          customer: { id: '7', name: `Customer of ${call?.contactId}` },
        },
      },
    });
  });

  test('a contact is reached from another subgraph', async () => {
    const token = await outdial.token();
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), token));
    customers.lastContactId = id;
    const query = '{ customer(id: "9") { name lastContact { id status } } }';
    expect(await router.ask(query, {}, token)).toEqual({
      data: { customer: { name: 'Customer 9', lastContact: { id, status: 'INITIATED' } } },
    });
  });

  test('a text for an Int is refused by the router itself, without `retryable`, and nothing is placed', async () => {
    const input = inputTo('+12065550100', { ringTimeoutInSeconds: 'x' });
    const { data, errors = [] } = await router.ask(start, input, await outdial.token());
    expect(data ?? nothingPlaced).toEqual(nothingPlaced);
    expect(outdial.simulator.calls()).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions?.retryable).toBeUndefined();
  });

  const rules = { code: 'BAD_USER_INPUT', retryable: false };
  const field = 'input.destinationPhoneNumber';
  /** What is asked, and by whom: a caller, nobody or one with a token that is not accepted. */
  type Asked = readonly [
    what: string,
    number: unknown,
    more: object,
    as: Parameters<RunningGateway['token']>[0] | null | 'x',
  ];
  const asked: readonly [...Asked, expected: object][] = [
    ['an input that breaks a rule', '12', {}, {}, { ...rules, fields: [{ path: field, rule: 'phoneNumberShort' }] }],
    ['an input that does not fit its type', 12, {}, {}, { ...rules, fields: [{ path: field, rule: 'type' }] }],
    [
      'a missing scope',
      '+12065550100',
      { trafficType: 'CAMPAIGN' },
      { scopes: campaignless },
      { code: 'FORBIDDEN', retryable: false, missingScopes: ['calls:campaign'] },
    ],
    ['no token', '+12065550100', {}, null, { code: 'UNAUTHENTICATED', retryable: false }],
    ['a token that is not accepted', '+12065550100', {}, 'x', { code: 'UNAUTHENTICATED', retryable: false }],
    ['a country that is refused', '+12065550107', {}, {}, { code: 'DESTINATION_NOT_ALLOWED', retryable: false }],
    ['a contact that is not permitted', '+12065550108', {}, {}, { code: 'OUTBOUND_NOT_PERMITTED', retryable: false }],
    [
      'a number that always throttles',
      '+12065550110',
      { maxWaitInSeconds: 3 },
      {},
      { code: 'THROTTLED', retryable: true, retryAfterMs: expect.any(Number) },
    ],
    [
      'an unknown outcome',
      '+12065550112',
      { maxWaitInSeconds: 3 },
      {},
      { code: 'OUTCOME_UNKNOWN', retryable: true, clientToken: expect.any(String) },
    ],
  ];
  test.each(asked)('%s is told with its extensions', async (_what, number, more, as, expected) => {
    const token = as === null ? undefined : as === 'x' ? as : await outdial.token(as);
    const answer = await outdial.clock.runUntil(router.ask(start, inputTo(number, more), token));
    expect(answer.data).toEqual(nothingPlaced);
    expect(extensionsOf(answer)).toMatchObject(expected);
    expect(outdial.simulator.calls()).toEqual([]);
  });

  test.each([
    ['LIMIT_EXCEEDED', true, { status: 402, type: 'ServiceQuotaExceededException' }],
    ['UPSTREAM_UNAVAILABLE', true, { status: 403, type: 'AccessDeniedException' }],
  ])('%s of Connect is told with its extensions', async (code, retryable, fault) => {
    outdial.simulator.inject({ operation: 'StartOutboundVoiceContact', ...fault });
    const asking = router.ask(start, inputTo('+12065550100'), await outdial.token());
    const answer = await outdial.clock.runUntil(asking);
    expect(answer.data).toEqual(nothingPlaced);
    expect(extensionsOf(answer)).toMatchObject({ code, retryable });
  });

  test('a clientToken of another call is IDEMPOTENCY_CONFLICT', async () => {
    const [token, clientToken] = [await outdial.token(), randomUUID()];
    placedOf(await router.ask(start, inputTo('+12065550100', { clientToken }), token));
    const answer = await router.ask(start, inputTo('+12065550101', { clientToken }), token);
    expect(answer.data).toEqual(nothingPlaced);
    expect(extensionsOf(answer)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', retryable: false });
  });

  test('a contact that is not there is NOT_FOUND', async () => {
    const stop = 'mutation ($input: StopContactInput!) { stopContact(input: $input) { id } }';
    const answer = await router.ask(stop, { input: { contactId: randomUUID() } }, await outdial.token());
    expect(answer.data).toEqual({ stopContact: null });
    expect(extensionsOf(answer)).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  });

  test('a change that the state of a contact does not allow is CONTACT_STATE_CONFLICT', async () => {
    const token = await outdial.token();
    const { id: contactId } = placedOf(await router.ask(start, inputTo('+12065550100'), token));
    const suspend =
      'mutation ($input: SuspendContactRecordingInput!) { suspendContactRecording(input: $input) { id } }';
    const answer = await router.ask(suspend, { input: { contactId } }, token);
    expect(answer.data).toEqual({ suspendContactRecording: null });
    expect(extensionsOf(answer)).toMatchObject({ code: 'CONTACT_STATE_CONFLICT', retryable: false });
  });

  test('a call that was made moments ago is named', async () => {
    const token = await outdial.token();
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), token));
    const answer = await router.ask(start, inputTo('+12065550100'), token);
    expect(answer.data).toEqual(nothingPlaced);
    expect(extensionsOf(answer)).toMatchObject({ code: 'DUPLICATE_CALL', retryable: false, contactId: id });
  });

  test('a lost answer has no `retryable`, and the same clientToken finds the call', async () => {
    const losing = await startStandIn((request, response) => {
      void passOn(request, outdial.url).then(() => response.destroy());
    });
    const through = await starts(subgraphs(`${losing.url}/graphql`));
    try {
      const once = inputTo('+12065550100', { clientToken: randomUUID() });
      const token = await outdial.token();
      const lost = await through.ask(start, once, token);
      expect(lost.data ?? nothingPlaced).toEqual(nothingPlaced);
      expect(extensionsOf(lost)).not.toHaveProperty('retryable');
      const [call] = outdial.simulator.calls();
      expect(placedOf(await router.ask(start, once, token))).toMatchObject({ id: call?.contactId, isReplay: true });
      expect(outdial.simulator.calls()).toHaveLength(1);
    } finally {
      await through.stop();
      await losing.stop();
    }
  });

  test('its own time-out has no `retryable`', async () => {
    const silent: StandIn = await startStandIn(() => undefined);
    const impatient = await starts(subgraphs(`${silent.url}/graphql`), { timeoutMs: 50 });
    try {
      const answer = await impatient.ask(start, inputTo('+12065550100'), await outdial.token());
      expect(answer.data ?? nothingPlaced).toEqual(nothingPlaced);
      expect(extensionsOf(answer)).not.toHaveProperty('retryable');
    } finally {
      await impatient.stop();
      await silent.stop();
    }
  });

  if (name === '@apollo/gateway')
    test('nothing can be followed', async () => {
      const answers: RouterAnswer[] = [];
      for await (const answer of router.follow(follow, { id: 'x' }, await outdial.token())) answers.push(answer);
      expect(answers).toMatchObject([{ errors: [{ message: 'Execution of subscriptions not supported by gateway' }] }]);
    });
});

/** Sends a request to the real gateway, and hears its answer out. */
async function passOn(request: IncomingMessage, url: string): Promise<void> {
  const { authorization } = request.headers;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: await text(request),
  });
  await response.text();
}

describe('@apollo/gateway without what the page does for errors', () => {
  let router: Router;
  beforeAll(async () => {
    router = await startApolloGateway(subgraphs(), { withoutErrors: true });
  });
  afterAll(() => router.stop());

  test.each([
    ['renames an HTTP 400', 12, 'INTERNAL_SERVER_ERROR', 'BAD_USER_INPUT'],
    ['strips an HTTP 401', '+12065550100', 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
  ])('%s', async (_what, number, code, ours) => {
    const token = ours === 'UNAUTHENTICATED' ? 'x' : await outdial.token();
    const extensions = extensionsOf(await router.ask(start, inputTo(number), token));
    expect(extensions).toMatchObject({
      code,
      response: { url: outdial.url, body: { errors: [{ extensions: { code: ours, retryable: false } }] } },
    });
    expect(extensions).not.toHaveProperty('retryable');
  });
});

describe.each<[string, (where: Subgraphs) => Router]>([
  ['Hive Gateway by WebSocket', (where) => startHive(where, 'websocket')],
  ['Hive Gateway by server-sent events', (where) => startHive(where, 'event-stream')],
  ['schema stitching by WebSocket', (where) => startStitching(where, 'websocket')],
  ['schema stitching by server-sent events', (where) => startStitching(where, 'event-stream')],
])('a subscription through %s', (_title, starts) => {
  let router: Router;
  beforeAll(() => {
    router = starts(subgraphs());
  });
  afterAll(() => router.stop());

  test('follows a call to its end, with what another subgraph knows of it', async () => {
    const token = await outdial.token();
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), token));
    const answers: RouterAnswer[] = [];
    const events = router.follow(follow, { id }, token);
    answers.push((await events.next()).value as RouterAnswer);
    const rest = (async () => {
      for await (const answer of events) answers.push(answer);
    })();
    const isTold = (status: string) => JSON.stringify(answers).includes(`"${status}"`);
    // Each is told before the next one comes, however long that takes; all of them before a ping would have to be answered.
    for (const [stepMs, status] of [
      [0, 'INITIATED'],
      [4_000, 'IN_FLOW'],
      [2_000, 'QUEUED'],
      [3_000, 'WITH_AGENT'],
      [4_000, 'AFTER_CONTACT_WORK'],
      [3_000, 'ENDED'],
    ] as const) {
      outdial.clock.advance(stepMs);
      await until(() => isTold(status));
    }
    await outdial.clock.runUntil(rest);
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({ contactUpdated: { id, customer: { name: `Customer of ${id}` } } });
    }
  });

  test('ends with UNAUTHENTICATED where its token does, half way', async () => {
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), await outdial.token()));
    // Good for two seconds more, and five of tolerance.
    const token = await outdial.issuer.token({ scopes: allScopes }, outdial.clock.now() - 298_000);
    const events = router.follow(follow, { id }, token);
    expect((await events.next()).value).toMatchObject({ data: { contactUpdated: { id } } });
    outdial.clock.advance(8_000);
    for await (const answer of events) {
      if (!answer.errors) continue;
      expect(extensionsOf(answer)).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
      // Over WebSocket the router would come again with the same token.
      return;
    }
    throw new Error('It ended without a word');
  });

  test('is refused to a caller who may not read contacts', async () => {
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), await outdial.token()));
    const token = await outdial.token({ scopes: ['calls:start'] });
    for await (const answer of router.follow(follow, { id }, token)) {
      expect(extensionsOf(answer)).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['contacts:read'] });
      return;
    }
    throw new Error('It ended without a word');
  });

  test('is that of its own caller, beside that of another', async () => {
    const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), await outdial.token()));
    const own = router.follow(follow, { id }, await outdial.token());
    expect((await own.next()).value).toMatchObject({ data: { contactUpdated: { id } } });
    const theirs = router.follow(follow, { id }, await outdial.token({ tenant: 'globex' }));
    expect((await theirs.next()).value).toMatchObject({ data: { contactUpdated: null } });
    await Promise.all([own.return(undefined), theirs.return(undefined)]);
  });
});

describe('a subscription through Hive Gateway', () => {
  test.each([
    [
      'is sent by GET without configuration, which is refused',
      'default',
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ],
    ['is null by multipart, without an error', 'multipart', { data: { contactUpdated: null } }],
  ] as const)('%s', async (_title, transport, expected) => {
    const router = startHive(subgraphs(), transport);
    try {
      const token = await outdial.token();
      const { id } = placedOf(await router.ask(start, inputTo('+12065550100'), token));
      const events = router.follow(follow, { id }, token);
      const first = (await events.next()).value as RouterAnswer;
      expect(first).toMatchObject(expected);
      if ('data' in expected) expect(first.errors).toBeUndefined();
      await events.return(undefined);
    } finally {
      await router.stop();
    }
  });
});
