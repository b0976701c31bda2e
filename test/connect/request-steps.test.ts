import {
  ConnectClient,
  ConnectServiceException,
  DescribeContactCommand,
  ListContactReferencesCommand,
  SearchContactsCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { afterEach, expect, test } from '@jest/globals';
import { createConnectClients } from '../../src/connect/client.js';
import { neverMs } from '../support/start-gateway.js';

afterEach(() => {
  delete process.env.AWS_SDK_UA_APP_ID;
  delete process.env.AWS_EXECUTION_ENV;
});

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const settings = { region: 'eu-central-1', credentials };

function clientsWith(options: object = {}) {
  return createConnectClients({
    ...settings,
    connectionTimeoutMs: neverMs,
    requestTimeoutMs: neverMs,
    ...options,
  });
}

interface Answer {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const done: Answer = { statusCode: 200 };

/** Has a client get these answers, the last one from then on; returns the requests that it sends. */
function answering(client: ConnectClient, ...answers: readonly Answer[]): HttpRequest[] {
  const requests: HttpRequest[] = [];
  client.config.requestHandler.handle = (request: unknown) => {
    const { headers = {}, body = '{}', statusCode } = answers[requests.length] ?? answers.at(-1)!;
    // The next attempt changes the same request.
    requests.push(HttpRequest.clone(request as HttpRequest));
    const told = { 'content-type': 'application/json', 'x-amzn-requestid': 'id of a request', ...headers };
    return Promise.resolve({ response: new HttpResponse({ statusCode, headers: told, body: Buffer.from(body) }) });
  };
  return requests;
}

const ids = { InstanceId: 'in stance', ContactId: 'contact' };
const sendings: readonly ((client: ConnectClient) => Promise<unknown>)[] = [
  (client) => client.send(new StopContactCommand(ids)),
  (client) => client.send(new DescribeContactCommand(ids)),
  (client) =>
    client.send(new ListContactReferencesCommand({ ...ids, ReferenceTypes: ['URL', 'DATE'], NextToken: 'a&b' })),
  (client) =>
    client.send(
      new SearchContactsCommand({
        InstanceId: 'instance',
        TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(0), EndTime: new Date(1_000) },
        SearchCriteria: { SearchableContactAttributes: { Criteria: [{ Key: 'name', Values: ['Zoë'] }] } },
      }),
    ),
];

/** Without what differs from request to request, and what the SDK says a second time, or of the features of its own that it uses. */
function lasting({ method, protocol, hostname, port, path, query, headers, body }: HttpRequest) {
  const differing = ['amz-sdk-invocation-id', 'x-amz-date', 'x-amz-user-agent'];
  const lastingHeaders = Object.entries(headers).flatMap(([name, value]) => {
    if (differing.includes(name)) return [];
    const signed = value
      .replace('x-amz-user-agent', '')
      .replace(';,', ',')
      .replace(/Signature=.*|=\w+\/\d+/g, '');
    return [[name, name === 'authorization' ? signed : value.replace(/ m\/\S*/, '')]];
  });
  const whole = {
    method,
    protocol,
    hostname,
    port,
    path,
    query,
    headers: Object.fromEntries(lastingHeaders) as object,
  };
  return { ...whole, body: body as unknown };
}

test.each([{}, { endpoint: 'http://127.0.0.1:8080' }, { endpoint: 'https://proxy.example.com/connect/' }])(
  'the requests are those of the SDK: %j',
  async (options) => {
    process.env.AWS_SDK_UA_APP_ID = 'team/dialer(one)#2';
    process.env.AWS_EXECUTION_ENV = 'AWS_ECS/FARGATE#1';
    const ofSdk = new ConnectClient({ ...settings, ...options });
    const { reads } = clientsWith(options);
    const [theirs, ours] = [answering(ofSdk, done), answering(reads, done)];
    for (const send of sendings) await Promise.all([send(ofSdk), send(reads)]);
    expect(ours.map(lasting)).toEqual(theirs.map(lasting));
    expect(ours[0]!.headers['user-agent']).toContain(' app/team-dialer-one-#2');
  },
);

test('an update of the SDK brings no step that nobody looked at', () => {
  const { reads } = clientsWith();
  expect(reads.middlewareStack.identify().map((step) => step.replace(/ .*/, ''))).toEqual([
    'serializerMiddleware',
    'headers',
    'retryMiddleware',
    'signing',
    'deserializerMiddleware',
  ]);
});

const failing: Answer = { statusCode: 500 };

test('reads are repeated, in the name of one request, and writes are not', async () => {
  const { reads, writes } = clientsWith();
  const [read, written] = [answering(reads, failing, failing, done), answering(writes, failing)];
  await reads.send(new DescribeContactCommand(ids));
  await expect(writes.send(new StopContactCommand(ids))).rejects.toThrow(ConnectServiceException);
  const attempts = (requests: HttpRequest[]) => requests.map(({ headers }) => headers['amz-sdk-request']);
  expect(attempts(read)).toEqual(['attempt=1; max=3', 'attempt=2; max=3', 'attempt=3; max=3']);
  expect(new Set(read.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1);
  expect(attempts(written)).toEqual(['attempt=1; max=1']);
});

/** What the request says when it was signed, in milliseconds since the epoch. */
function signedAtMs({ headers }: HttpRequest): number {
  return Date.parse(headers['x-amz-date']!.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
}

test.each([
  ['a refusal', { statusCode: 403, body: '{"__type":"InvalidSignatureException","message":"Signature expired"}' }],
  ['an answer', done],
])('after %s with the time of another clock, requests are signed by that clock', async (_what, answer) => {
  const { reads } = clientsWith();
  const laterMs = Date.now() + 3_600_000;
  const requests = answering(reads, { ...answer, headers: { date: new Date(laterMs).toUTCString() } }, done);
  for (let sent = 0; sent < 2; sent += 1) await reads.send(new DescribeContactCommand(ids)).catch(() => undefined);
  expect(Math.abs(signedAtMs(requests[0]!) - Date.now())).toBeLessThan(60_000);
  expect(Math.abs(signedAtMs(requests[1]!) - laterMs)).toBeLessThan(60_000);
});

test('without credentials nothing is sent, and nobody asks for them again at once', async () => {
  let asked = 0;
  const provider = () => {
    asked += 1;
    return Promise.reject(Object.assign(new Error('too slow'), { name: 'TimeoutError' }));
  };
  const { reads } = clientsWith({ credentials: provider });
  const requests = answering(reads, done);
  await expect(reads.send(new DescribeContactCommand(ids))).rejects.toThrow('too slow');
  expect({ asked, requests }).toEqual({ asked: 1, requests: [] });
});

test('an endpoint that cannot be told is looked for again with the next request', async () => {
  let region = '';
  const { reads } = clientsWith({ region: () => Promise.resolve(region) });
  const requests = answering(reads, done);
  await expect(reads.send(new DescribeContactCommand(ids))).rejects.toThrow();
  region = 'eu-west-2';
  await reads.send(new DescribeContactCommand(ids));
  expect(requests.map(({ hostname }) => hostname)).toEqual(['connect.eu-west-2.amazonaws.com']);
});
