import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { definitions } from '../../src/metrics/definitions.js';
import { numberOf } from '../simulator/start-simulator.js';
import { follow } from '../support/follow.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput, outcomeOf, placeCall } from '../support/place-call.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { Scrape } from '../support/scrape.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

const running: RunningGateway[] = [];
afterEach(async () => {
  for (const gateway of running.splice(0).reverse()) await gateway.stop();
});

async function start({ config, ...changes }: GatewayChanges = {}, tenantLabel = false): Promise<RunningGateway> {
  const gateway = await startTestGateway({ ...changes, config: { metrics: { port: 0, tenantLabel }, ...config } });
  running.push(gateway);
  return gateway;
}

const start1 = 'StartOutboundVoiceContact';

test('a placed call moves what counts calls, claims, turns and requests', async () => {
  const gateway = await start();
  const before = await Scrape.of(gateway);
  await placeCall(gateway);
  const after = await Scrape.of(gateway);
  const moved = (name: string, labels: Record<string, string> = {}) =>
    after.sum(name, labels) - before.sum(name, labels);
  expect({
    operations: moved('outdial_operations_total', { field: 'startOutboundVoiceContact', code: 'OK' }),
    durations: moved('outdial_operation_duration_seconds_count', { field: 'startOutboundVoiceContact' }),
    calls: moved('outdial_calls_total', { result: 'placed' }),
    allCalls: moved('outdial_calls_total'),
    claims: moved('outdial_ledger_claims_total', { result: 'new' }),
    turns: moved('outdial_turn_wait_seconds_count', { operation: start1 }),
    requests: moved('outdial_connect_requests_total', { operation: start1, status: '200' }),
    latencies: moved('outdial_connect_request_duration_seconds_count', { operation: start1 }),
  }).toEqual({ operations: 1, durations: 1, calls: 1, allCalls: 1, claims: 1, turns: 1, requests: 1, latencies: 1 });
  expect(after.sum('outdial_store_up', { store: 'ledger' })).toBe(1);
  expect(after.sum('outdial_store_up', { store: 'coordination' })).toBe(1);
  expect(after.sum('outdial_turns_quota_per_second', { operation: start1 })).toBe(10_000);
});

test('what counts an alarm, a call and an event begins at zero', async () => {
  const { samples } = await Scrape.of(await start());
  const zeros = samples.filter(({ value }) => value === 0).map(({ name, labels }) => [name, ...Object.values(labels)]);
  expect(zeros).toEqual(
    expect.arrayContaining([
      ['outdial_calls_placed_twice_total'],
      ['outdial_outcomes_unknown'],
      ['outdial_alarms_total', 'placed_twice'],
      ['outdial_alarms_total', 'redis'],
      ['outdial_alarms_total', 'database'],
      ['outdial_calls_total', 'unknown'],
      ['outdial_events_total', 'unreadable'],
      ['outdial_ledger_owed_writes'],
      ['outdial_ledger_owed_releases'],
    ]),
  );
});

test('a replay, a second call to a number and a conflict are told apart', async () => {
  const gateway = await start();
  const clientToken = randomUUID();
  const first = callInput({ clientToken });
  await gateway.ask(PlaceCallDocument, { input: first });
  await gateway.ask(PlaceCallDocument, { input: first });
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
  expect(await outcomeOf(placeCall(gateway, { clientToken, name: 'another' }))).toBe('IDEMPOTENCY_CONFLICT');
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_calls_total', { result: 'placed' })).toBe(1);
  expect(scrape.sum('outdial_calls_total', { result: 'replayed' })).toBe(1);
  expect(scrape.sum('outdial_calls_total', { result: 'duplicate' })).toBe(1);
  expect(scrape.sum('outdial_calls_total', { result: 'refused' })).toBe(1);
  expect(scrape.sum('outdial_duplicate_calls_refused_total', { reason: 'placed' })).toBe(1);
  expect(scrape.sum('outdial_duplicate_calls_refused_total')).toBe(1);
  for (const result of ['new', 'placed', 'refused', 'conflict']) {
    expect(scrape.sum('outdial_ledger_claims_total', { result })).toBe(1);
  }
  const code = 'DUPLICATE_CALL';
  expect(scrape.sum('outdial_operations_total', { field: 'startOutboundVoiceContact', code })).toBe(1);
});

test('too many repeats of a number are counted by that', async () => {
  const gateway = await start({ calls: { maxRepeatCallsPerHour: 1 } });
  await placeCall(gateway);
  expect(await outcomeOf(placeCall(gateway))).toBe('LIMIT_EXCEEDED');
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_duplicate_calls_refused_total', { reason: 'too_many_repeats' })).toBe(1);
});

test('what dialing rules refused is counted by each of its reasons', async () => {
  const policy = new PolicyOnDisk({
    defaults: '{ destination: { callingCodes: ["44"] }, hours: { open: { mon-sun: ["00:00-00:15"] } } }',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+442079460000", as: acme, expect: [HOURS_CLOSED] }]',
  });
  try {
    const gateway = await start({ config: { policy } });
    expect(await outcomeOf(placeCall(gateway))).toBe('POLICY_REFUSED');
    expect(await outcomeOf(placeCall(gateway))).toBe('POLICY_REFUSED');
    const scrape = await Scrape.of(gateway);
    expect(scrape.sum('outdial_policy_refusals_total', { reason: 'CALLING_CODE_NOT_ALLOWED' })).toBe(2);
    expect(scrape.sum('outdial_policy_refusals_total', { reason: 'HOURS_CLOSED' })).toBe(2);
    expect(scrape.sum('outdial_policy_refusals_total')).toBe(4);
  } finally {
    policy.remove();
  }
});

test('an unknown outcome is open until it is known, or nothing may be sent any more', async () => {
  const gateway = await start();
  const { clock } = gateway;
  const clientToken = randomUUID();
  const input = callInput({ destinationPhoneNumber: numberOf('fails-always'), clientToken });
  const { errors } = await clock.runUntil(gateway.ask(PlaceCallDocument, { input }));
  expect(errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
  const open = await Scrape.of(gateway);
  expect(open.sum('outdial_outcomes_unknown')).toBe(1);
  expect(open.sum('outdial_calls_total', { result: 'unknown' })).toBe(1);
  expect(open.sum('outdial_connect_requests_total', { operation: start1, status: '500' })).toBeGreaterThan(1);
  await clock.runUntil(gateway.ask(PlaceCallDocument, { input }));
  expect((await Scrape.of(gateway)).sum('outdial_ledger_claims_total', { result: 'resend' })).toBeGreaterThan(0);
  clock.advance(60_001);
  expect((await Scrape.of(gateway)).sum('outdial_outcomes_unknown')).toBe(0);
});

test('an operation is in flight until it is answered', async () => {
  const gateway = await start();
  const inFlight = async () => (await Scrape.of(gateway)).sum('outdial_operations_in_flight');
  expect(await inFlight()).toBe(0);
  gateway.simulator.inject({ operation: start1, times: 1, delayMs: 1_000 });
  const placing = placeCall(gateway);
  await gateway.simulator.whenRequested(start1, 1);
  expect(await inFlight()).toBe(1);
  await gateway.clock.runUntil(placing);
  expect(await inFlight()).toBe(0);
});

test('an outcome that becomes known is open no more', async () => {
  const gateway = await start();
  const lost = callInput({ destinationPhoneNumber: numberOf('answer-lost') });
  const placing = gateway.ask(PlaceCallDocument, { input: lost });
  await until(async () => (await Scrape.of(gateway)).sum('outdial_outcomes_unknown') === 1);
  const { data } = await gateway.clock.runUntil(placing);
  expect(data?.startOutboundVoiceContact?.id).toBeDefined();
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_outcomes_unknown')).toBe(0);
  expect(scrape.sum('outdial_connect_requests_total', { operation: start1, status: 'none' })).toBe(1);
  expect(scrape.sum('outdial_calls_total', { result: 'placed' })).toBe(1);
});

test('a call placed after its caller was told that nobody knows is counted as both', async () => {
  const gateway = await start();
  gateway.simulator.inject({ operation: start1, times: 1, delayMs: 12_000 });
  const answer = await gateway.clock.runUntil(gateway.ask(PlaceCallDocument, { input: callInput() }));
  expect(answer.errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
  gateway.clock.advance(12_000);
  await until(() => gateway.logged().includes('call placed'));
  const scrape = await Scrape.of(gateway);
  expect(scrape.valuesOf('outdial_calls_total', 'result')).toEqual(['placed', 'unknown']);
});

test('turns that wait, come and do not come in time show, and so does how long they took', async () => {
  const gateway = await start({
    connect: { quotas: new Map([[start1, { ratePerSecond: 1, burst: 2 }]]) },
    calls: { duplicateWindowMs: 0, maxWaitingPerSubject: 2 },
  });
  const call = () => placeCall(gateway, { maxWaitInSeconds: 55 });
  await call();
  const waiting = [call(), call()];
  await until(async () => (await Scrape.of(gateway)).sum('outdial_turns_waiting', { operation: start1 }) === 2);
  expect(await outcomeOf(call())).toBe('LIMIT_EXCEEDED');
  expect(await outcomeOf(placeCall(gateway, { maxWaitInSeconds: 3 }, { subject: 'somebody else' }))).toBe('THROTTLED');
  await gateway.clock.runUntil(Promise.all(waiting));
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_turns_waiting', { operation: start1 })).toBe(0);
  expect(scrape.sum('outdial_turns_quota_per_second', { operation: start1 })).toBe(1);
  expect(scrape.sum('outdial_turns_refused_total', { operation: start1, reason: 'too_many' })).toBe(1);
  expect(scrape.sum('outdial_turns_refused_total', { operation: start1, reason: 'too_late' })).toBe(1);
  expect(scrape.sum('outdial_turn_wait_seconds_count', { operation: start1 })).toBe(3);
  // One second for the first of them, and two for the second.
  expect(scrape.sum('outdial_turn_wait_seconds_sum', { operation: start1 })).toBeCloseTo(3, 1);
  expect(scrape.sum('outdial_calls_total', { result: 'throttled' })).toBe(1);
});

test('a refusal of Connect for its rate is counted with each attempt, those that the SDK repeats too', async () => {
  const gateway = await start();
  const throttled = { times: 1, status: 429, type: 'TooManyRequestsException' };
  gateway.simulator.inject({ operation: start1, ...throttled });
  const id = await gateway.clock.runUntil(placeCall(gateway));
  gateway.simulator.inject({ operation: 'DescribeContact', ...throttled });
  await gateway.ask('query($id: ID!) { contact(id: $id) { status } }', { id });
  const scrape = await Scrape.of(gateway);
  for (const operation of [start1, 'DescribeContact']) {
    expect(scrape.sum('outdial_connect_throttled_total', { operation })).toBe(1);
    expect(scrape.sum('outdial_connect_requests_total', { operation, status: '429' })).toBe(1);
    expect(scrape.sum('outdial_connect_requests_total', { operation, status: '200' })).toBe(1);
  }
});

test('what is read again comes from a cache, and is counted', async () => {
  const gateway = await start();
  const id = await placeCall(gateway);
  const document = 'query($id: ID!) { contact(id: $id) { contactFlow { name } queue { name } status } }';
  const counted = async (cache: string) => {
    const scrape = await Scrape.of(gateway);
    return [scrape.sum('outdial_cache_requests_total', { cache }), scrape.sum('outdial_cache_misses_total', { cache })];
  };
  await gateway.ask(document, { id });
  const once = {
    flows: await counted('flows'),
    contacts: await counted('contacts'),
    documents: await counted('documents'),
  };
  expect(once.flows[1]).toBe(1);
  await gateway.ask(document, { id });
  const twice = {
    flows: await counted('flows'),
    contacts: await counted('contacts'),
    documents: await counted('documents'),
  };
  for (const cache of ['flows', 'contacts', 'documents'] as const) {
    expect(twice[cache][0]).toBeGreaterThan(once[cache][0]!);
    expect(twice[cache][1]).toBe(once[cache][1]);
  }
});

test('subscriptions are open, and then ended by a reason', async () => {
  const gateway = await start();
  const id = await placeCall(gateway);
  const following = await follow(gateway, id);
  await following.when((update) => update !== null);
  const transport = 'websocket';
  expect((await Scrape.of(gateway)).sum('outdial_subscriptions_open', { transport })).toBe(1);
  await following.stop();
  await until(async () => (await Scrape.of(gateway)).sum('outdial_subscriptions_ended_total') === 1);
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_subscriptions_open', { transport })).toBe(0);
  expect(scrape.sum('outdial_operations_total', { field: 'contactUpdated', code: 'OK' })).toBe(1);
});

test('a subscription that is refused is counted as that, and is open no more', async () => {
  const gateway = await start();
  const id = await placeCall(gateway);
  const refused = await follow(gateway, id, { as: { scopes: [] } });
  await refused.ended;
  await until(async () => (await Scrape.of(gateway)).sum('outdial_subscriptions_ended_total') === 1);
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_subscriptions_open')).toBe(0);
  expect(scrape.valuesOf('outdial_subscriptions_ended_total', 'reason')).toEqual(['refused']);
  expect(scrape.sum('outdial_operations_total', { field: 'contactUpdated', code: 'FORBIDDEN' })).toBe(1);
  await refused.stop();
});

test('contact events are counted, with how late they came', async () => {
  const gateway = await start({ takesEvents: true });
  await placeCall(gateway);
  gateway.clock.advance(3_000);
  await until(async () => (await Scrape.of(gateway)).sum('outdial_events_total', { result: 'recorded' }) > 0);
  const scrape = await Scrape.of(gateway);
  expect(scrape.sum('outdial_event_lag_seconds_count')).toBe(
    scrape.sum('outdial_events_total', { result: 'recorded' }),
  );
});

test('an operation is counted by root fields of the schema alone, whatever a client wrote', async () => {
  const gateway = await start();
  await gateway.ask('{ secretOf_12065550199 { id } }');
  await gateway.ask('{ alias_12065550199: contactFlows { nodes { id } } queues { nodes { id } } }');
  await gateway.ask('query Name_12065550199 { __typename }');
  await gateway.ask('not a document 12065550199');
  await gateway.ask('{ queues { nodes { id } } }', {}, null);
  const scrape = await Scrape.of(gateway);
  expect(scrape.valuesOf('outdial_operations_total', 'field')).toEqual(['contactFlows', 'other', 'queues']);
  expect(scrape.sum('outdial_operations_total', { field: 'queues', code: 'OK' })).toBe(1);
  expect(scrape.sum('outdial_operations_total', { field: 'queues', code: 'UNAUTHENTICATED' })).toBe(1);
  expect(scrape.sum('outdial_operations_total', { field: 'other', code: 'GRAPHQL_PARSE_FAILED' })).toBe(1);
  expect(scrape.text).not.toContain('12065550199');
});

test('nothing of a person, a call, a tenant or a caller is told', async () => {
  const gateway = await start({ takesEvents: true });
  const clientToken = randomUUID();
  const who = { subject: 'somebody-in-particular' };
  const id = await placeCall(gateway, { clientToken, name: 'a-name-of-a-call' }, who);
  const following = await follow(gateway, id, { as: who });
  await following.when((update) => update !== null);
  await following.stop();
  await gateway.ask('query($id: ID!) { contact(id: $id) { status attributes { key } } }', { id }, who);
  const { text } = await Scrape.of(gateway);
  const { instances } = gateway.config;
  const personal = [
    id,
    clientToken,
    '2065550100',
    'acme',
    'somebody-in-particular',
    'a-name-of-a-call',
    instances.defaultInstanceId,
  ];
  for (const one of personal) expect(text).not.toContain(one);
  expect(text).not.toMatch(/\+\d{6}|[\da-f]{8}-[\da-f]{4}-/);
});

test('tenants are told where that is asked for', async () => {
  const gateway = await start({}, true);
  await placeCall(gateway);
  await gateway.ask('{ queues { nodes { id } } }', {}, { tenant: 'globex' });
  await gateway.ask('{ queues { nodes { id } } }', {}, null);
  const scrape = await Scrape.of(gateway);
  expect(scrape.valuesOf('outdial_operations_total', 'tenant')).toEqual(['', 'acme', 'globex']);
  expect(scrape.sum('outdial_calls_total', { result: 'placed', tenant: 'acme' })).toBe(1);
  const withTenant = scrape.samples.filter(({ labels }) => 'tenant' in labels).map(({ name }) => name);
  expect(new Set(withTenant)).toEqual(new Set(['outdial_operations_total', 'outdial_calls_total']));
});

test('two gateways in one process count for themselves', async () => {
  const [one, other] = [await start(), await start()];
  await placeCall(one);
  const placed = async (gateway: RunningGateway) =>
    (await Scrape.of(gateway)).sum('outdial_calls_total', { result: 'placed' });
  expect([await placed(one), await placed(other)]).toEqual([1, 0]);
  expect(one.metricsUrl).not.toBe(other.metricsUrl);
});

test('the text says what each name of the code is, and beside them what Node and the process are', async () => {
  const scrape = await Scrape.of(await start());
  const own = [...scrape.types].filter(([name]) => name.startsWith('outdial_'));
  expect(Object.fromEntries(own)).toEqual(
    Object.fromEntries(Object.entries(definitions).map(([name, { type }]) => [name, type])),
  );
  expect(scrape.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect([...scrape.types.keys()]).toEqual(
    expect.arrayContaining([
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_heap_size_used_bytes',
      'process_cpu_seconds_total',
    ]),
  );
});

test('scrapes while calls are placed all answer, and see every call', async () => {
  const gateway = await start();
  const calls = Array.from({ length: 50 }, () => placeCall(gateway));
  const scrapes = Array.from({ length: 20 }, () => Scrape.of(gateway));
  await Promise.all([...calls, ...scrapes]);
  expect((await Scrape.of(gateway)).sum('outdial_calls_total', { result: 'placed' })).toBe(50);
});

test('nothing but GET /metrics is answered, and nothing of it on the port of the gateway', async () => {
  const gateway = await start();
  const url = gateway.metricsUrl!;
  const statusOf = async (to: string, method = 'GET') => (await fetch(to, { method })).status;
  expect(await statusOf(`${url}?from=prometheus`)).toBe(200);
  expect(await statusOf(url, 'POST')).toBe(404);
  for (const path of ['/', '/metrics/', '/graphql', '/readyz', '//metrics']) {
    expect(await statusOf(new URL(url).origin + path)).toBe(404);
  }
  expect(await statusOf(gateway.url.replace('/graphql', '/metrics'))).toBe(404);
});

test('without a port for them there are no metrics', async () => {
  const gateway = await startTestGateway();
  running.push(gateway);
  expect(gateway.metricsUrl).toBeUndefined();
});

test('the server of the metrics ends with the gateway', async () => {
  const gateway = await startTestGateway({ config: { metrics: { port: 0, tenantLabel: false } } });
  await Scrape.of(gateway);
  await gateway.stop();
  await expect(Scrape.of(gateway)).rejects.toThrow('fetch failed');
});

test('a port that is taken keeps the gateway from starting, and says so', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const starting = startTestGateway({ config: { metrics: { port, tenantLabel: false } } });
  await expect(starting).rejects.toThrow(`METRICS_PORT: cannot listen on 127.0.0.1:${port}, the port is taken.`);
  taken.close();
});

test('a gateway that cannot start for another reason leaves the port of its metrics free', async () => {
  const [taken, free] = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '127.0.0.1')];
  await Promise.all([once(taken, 'listening'), once(free, 'listening')]);
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const port = portOf(free);
  await new Promise((resolve) => free.close(resolve));
  const starting = startTestGateway({ config: { port: portOf(taken), metrics: { port, tenantLabel: false } } });
  await expect(starting).rejects.toThrow('EADDRINUSE');
  await expect(Scrape.of({ metricsUrl: `http://127.0.0.1:${port}/metrics` })).rejects.toThrow('fetch failed');
  taken.close();
});
