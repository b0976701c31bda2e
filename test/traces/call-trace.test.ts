import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { bundleGateway, startCompiled, urlOf, type Running } from '../support/compiled-gateway.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';
import { startOtlpSink, type OtlpSink, type SentSpan } from '../support/otlp-sink.js';

let app: string;
let issuer: Issuer;
let simulator: RunningSimulator;
const started: Running[] = [];
const sinks: OtlpSink[] = [];
beforeAll(async () => {
  app = bundleGateway();
  issuer = await startIssuer();
  simulator = await startSimulator({ settings: { rates: 'off' } });
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  for (const sink of sinks) await sink.stop();
  await simulator.stop();
  await issuer.stop();
  rmSync(app, { recursive: true });
});

/** A gateway process and its collector. */
async function startTraced(env: Record<string, string> = {}) {
  const sink = await startOtlpSink();
  sinks.push(sink);
  const running = start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env });
  const url = await urlOf(running);
  return { sink, url, stop: () => stop(running) };
}

function start(env: Record<string, string>): Running {
  const running = startCompiled(app, {
    ...gatewayEnvironment(issuer, simulator.url),
    AUTH_TENANT_CLAIM: 'tenant',
    LOG_LEVEL: 'debug',
    ...env,
  });
  started.push(running);
  return running;
}

/** Ends it, which sends all spans; answers the lines of its log. */
async function stop(running: Running): Promise<readonly Readonly<Record<string, unknown>>[]> {
  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
  expect(running.errors()).toBe('');
  return running
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Ask {
  readonly query: string;
  readonly variables?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: { readonly scopes?: string[]; readonly subject?: string; readonly tenant?: string };
}

async function ask(url: string, { query, variables, headers = {}, as = {} }: Ask) {
  const token = await issuer.token({ scopes: ['calls:start'], tenant: 'acme', ...as });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { token, answer: (await response.json()) as { data?: unknown; errors?: unknown[] } };
}

const place = `mutation Place($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
const callTo = (destinationPhoneNumber: string, more: object = {}) => ({
  input: {
    destinationPhoneNumber,
    contactFlowId: seed.flows.salesOutbound,
    queueId: seed.queues.sales,
    clientToken: randomUUID(),
    ...more,
  },
});

const router = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = (flags = '01') => `00-${router.traceId}-${router.spanId}-${flags}`;

/** Each span by the names from the root on, in the order in which they ended. */
function pathsOf(spans: readonly SentSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathOf = ({ name, parentSpanId }: SentSpan): string => {
    const parent = byId.get(parentSpanId);
    return parent ? `${pathOf(parent)} > ${name}` : name;
  };
  return spans.map(pathOf);
}

test('a call that Connect fails once is one trace, the router above it, and its lines of the log name it', async () => {
  const { sink, url, stop } = await startTraced({
    OTEL_SERVICE_NAME: 'dialer',
    OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b',
  });
  const { answer } = await ask(url, {
    query: place,
    variables: callTo('+12065550111'),
    headers: { traceparent: traceparent(), 'x-request-id': 'the-request' },
  });
  expect(answer.errors).toBeUndefined();
  const lines = await stop();

  const operation = 'mutation startOutboundVoiceContact';
  expect(pathsOf(sink.spans())).toEqual([
    `${operation} > authorize`,
    `${operation} > claim`,
    `${operation} > effort > turn`,
    `${operation} > effort > send`,
    `${operation} > effort > turn`,
    `${operation} > effort > send`,
    `${operation} > effort`,
    operation,
  ]);
  expect(new Set(sink.spans().map(({ traceId }) => traceId))).toEqual(new Set([router.traceId]));
  const [root] = sink.named(operation);
  expect(root).toMatchObject({
    parentSpanId: router.spanId,
    kind: 2,
    status: 0,
    attributes: { 'graphql.operation.type': 'mutation', 'outdial.root_fields': ['startOutboundVoiceContact'] },
    service: { 'service.name': 'dialer', team: 'a b', 'service.instance.id': expect.any(String) as unknown },
  });
  expect(sink.named('claim')[0]?.attributes).toEqual({ 'outdial.claim': 'new' });
  const sent = { 'rpc.system': 'aws-api', 'rpc.service': 'Connect', 'rpc.method': 'StartOutboundVoiceContact' };
  expect(sink.named('turn').map(({ attributes }) => attributes)).toEqual([sent, sent]);
  expect(sink.named('send').map(({ attributes, status, kind }) => ({ ...attributes, status, kind }))).toEqual([
    {
      ...sent,
      'http.response.status_code': 500,
      'aws.request_id': expect.stringMatching(/./) as unknown,
      'error.type': '_OTHER',
      status: 2,
      kind: 3,
    },
    {
      ...sent,
      'http.response.status_code': 200,
      'aws.request_id': expect.stringMatching(/./) as unknown,
      status: 0,
      kind: 3,
    },
  ]);

  const inTrace = lines.filter(({ trace_id: traceId }) => traceId === router.traceId);
  expect(inTrace.map(({ msg }) => msg)).toEqual([
    'Amazon Connect was asked',
    'no contact id yet for a call; asking again with the same token',
    'Amazon Connect was asked',
    'call placed',
    'operation',
  ]);
  const ofRequest = inTrace.filter(({ requestId }) => requestId === 'the-request');
  expect(ofRequest).toEqual(inTrace);
  const told = inTrace.filter(({ msg }) => msg !== 'Amazon Connect was asked');
  expect(told.map(({ span_id: spanId }) => spanId)).toEqual(Array(3).fill(root?.spanId));
  const asked = inTrace.filter(({ msg }) => msg === 'Amazon Connect was asked');
  expect(asked.map(({ span_id: spanId, awsRequestId }) => [spanId, awsRequestId])).toEqual(
    sink.named('send').map(({ spanId, attributes }) => [spanId, attributes['aws.request_id']]),
  );
});

test('nothing of what a caller says or is gets to the collector', async () => {
  const { sink, url, stop } = await startTraced({ OTEL_TRACES_SAMPLER: 'always_on' });
  const planted = {
    number: '+12065550100',
    attribute: 'Vor-und-Zuname',
    name: 'Call-for-Mrs-Miller',
    clientToken: randomUUID(),
    subject: 'ann-of-acme',
    tenant: 'acme-incorporated',
    baggage: 'person-in-baggage',
    traceState: 'person-in-state',
    operation: 'OperationOfMrsMiller',
    alias: 'aliasOfMrsMiller',
    requestId: 'request-of-mrs-miller',
    unknownField: 'fieldOfMrsMiller',
  };
  const headers = {
    traceparent: traceparent(),
    tracestate: `vendor=${planted.traceState}`,
    baggage: `user=${planted.baggage}`,
    'x-request-id': planted.requestId,
  };
  const as = {
    scopes: ['calls:start', 'contacts:read', 'contacts:pii'],
    subject: planted.subject,
    tenant: planted.tenant,
  };
  const { clientToken, name, number } = planted;
  const variables = callTo(number, { clientToken, name, attributes: [{ key: 'who', value: planted.attribute }] });
  const query = `mutation ${planted.operation}($input: StartOutboundVoiceContactInput!) { ${planted.alias}: startOutboundVoiceContact(input: $input) { id attributes { value } } }`;
  const placed = await ask(url, { query, variables, headers, as });
  expect(placed.answer.errors).toBeUndefined();
  const { 0: contactId } = /[\da-f-]{36}/.exec(JSON.stringify(placed.answer.data)) ?? [];
  const refused = await ask(url, { query, variables: callTo(number, { name: planted.name }), headers, as });
  expect(refused.answer.errors).toMatchObject([{ extensions: { code: 'DUPLICATE_CALL' } }]);
  await ask(url, { query: `{ ${planted.unknownField}(number: "${number}") }`, headers, as });
  await ask(url, { query: `query ${planted.operation} { contact(id: "${contactId}") { id } }`, headers, as });
  await stop();

  const received = sink.received();
  expect(received).toContain('startOutboundVoiceContact');
  expect(sink.spans().map(({ name }) => name)).toEqual(
    expect.arrayContaining(['mutation startOutboundVoiceContact', 'query contact', 'send']),
  );
  const secrets = { ...planted, contactId, token: placed.token, signature: placed.token.split('.')[2]! };
  const digits = number.slice(1);
  expect(
    Object.entries({ ...secrets, digits, instance: seed.instanceId }).filter(([, value]) => received.includes(value!)),
  ).toEqual([]);
  expect(new Set(sink.spans().map(({ traceState }) => traceState))).toEqual(new Set(['']));
});

test('a caller without a token chooses neither the trace nor whether it is kept', async () => {
  const { sink, url, stop } = await startTraced({
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json', traceparent: traceparent() };
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
  await ask(url, { query: '{ __typename }', headers: { traceparent: traceparent() } });
  await ask(url, { query: '{ __typename }' });
  const lines = await stop();
  expect(sink.named('query').map(({ parentSpanId }) => parentSpanId)).toEqual([router.spanId]);
  // Each has the ids of its trace in the log, whether the trace is kept or not.
  const [anonymous, traced, own] = lines.filter(({ msg }) => msg === 'operation').map((line) => line.trace_id);
  expect(traced).toBe(router.traceId);
  expect([anonymous, own]).toEqual(Array(2).fill(expect.stringMatching(/^[\da-f]{32}$/)));
  expect(anonymous).not.toBe(router.traceId);
});

test.each<[string, Record<string, string>, string, number]>([
  ['a router that does not keep its trace', {}, '00', 0],
  ['a sampler that does not follow the caller', { OTEL_TRACES_SAMPLER: 'always_on' }, '00', 1],
  ['a sampler that keeps none', { OTEL_TRACES_SAMPLER: 'always_off' }, '01', 0],
  ['OTEL_TRACES_EXPORTER none', { OTEL_TRACES_EXPORTER: 'none' }, '01', 0],
  ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }, '01', 0],
])('with %s, so many traces are sent', async (_what, env, flags, count) => {
  const { sink, url, stop } = await startTraced(env);
  await ask(url, { query: '{ __typename }', headers: { traceparent: traceparent(flags) } });
  await stop();
  expect(sink.named('query')).toHaveLength(count);
});

test('without a propagator the trace of a caller does not go on', async () => {
  const { sink, url, stop } = await startTraced({ OTEL_PROPAGATORS: 'none' });
  await ask(url, { query: '{ __typename }', headers: { traceparent: traceparent() } });
  await stop();
  expect(sink.named('query')).toMatchObject([{ parentSpanId: '' }]);
  expect(sink.received()).not.toContain(Buffer.from(router.traceId, 'hex').toString('latin1'));
});

/** Has the process print each of its files that it loads. */
function printingLoads(): Record<string, string> {
  const path = join(mkdtempSync(join(app, 'loads-')), 'code.mjs');
  writeFileSync(
    path,
    `import { registerHooks } from 'node:module';
     registerHooks({ load(url, context, next) { console.log('loaded ' + url.split('/').at(-1)); return next(url, context); } });`,
  );
  return { NODE_OPTIONS: `--import ${path}` };
}

test('nothing of OpenTelemetry is loaded unless it is asked for', async () => {
  const ofTraces = readdirSync(join(app, 'dist')).filter(
    (file) => file.endsWith('.js') && readFileSync(join(app, 'dist', file), 'utf8').includes('@opentelemetry/'),
  );
  const loads = async (env: Record<string, string>) => {
    const running = start({ ...printingLoads(), ...env });
    await urlOf(running);
    running.child.kill('SIGTERM');
    expect(await running.exited).toBe(0);
    const loaded = running.output().match(/(?<=^loaded ).+$/gm) ?? [];
    expect(loaded).toContain('main.js');
    return loaded.filter((file) => ofTraces.includes(file));
  };
  expect(await loads({})).toEqual([]);
  expect(await loads({ OTEL_SERVICE_NAME: 'dialer', OTEL_TRACES_SAMPLER: 'no such one' })).toEqual([]);
  expect(await loads({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' })).toEqual([]);
  expect(await loads({ OTEL_TRACES_EXPORTER: 'console' })).not.toEqual([]);
});
