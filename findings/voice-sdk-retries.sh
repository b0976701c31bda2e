#!/usr/bin/env bash
# What public voice SDKs for Node do with one intended outbound call whose request fails. It needs Node 22 or newer, npm and openssl, and runs for
# less than a minute after the install.
#
# telnyx 7.24.0, plivo 4.79.0, messagebird 4.0.1, @infobip-api/sdk 0.3.2, twilio 6.3.1, @vonage/voice 1.24.1, @signalwire/compatibility-api 3.2.0,
# @sinch/voice 1.4.0, bandwidth-sdk 8.1.4, @aws-sdk/client-connect 3.1136.0. Five of them send through axios, here 1.21.1.
#
# Expected: an SDK sends the request for a call once, or its repeats carry a key by which the server knows them again; and a failure reaches the caller as
# an error that tells a request that was refused from one whose outcome is unknown.
# Seen (November 2026, Node 22.23 and 24.21; each SDK has its defaults unless the row names an option):
# - telnyx posts a call three times after a reset, a 500, a 503 or a 429. The repeats only count themselves: no field joins them to the first request unless
#   the caller sets `command_id`. A time limit is no way out: each request that runs into it is repeated, too (with the default of 60 s, three in 181 s).
# - plivo posts a call three times after a 500 or a 503, without a wait, and nothing marks the repeats. It has no option for that. After a reset and after
#   its limit of 5 s it rejects with a string.
# - The AWS SDK sends three PUTs that carry one ClientToken, which it makes up itself. It cuts a Retry-After of 10 s to 5 s and its own wait. It names a
#   reset TimeoutError.
# - The other seven send one request. twilio repeats after a 429, unmarked, if one sets `autoRetry`.
# - messagebird reports a 500, a 503 and a 429 as success where their JSON has no `errors` (voice-sdk-error-bodies.sh has more of this). infobip never
#   rejects: it resolves with the error.
# - Six have no time limit within 35 s: telnyx, infobip, vonage, sinch, bandwidth and AWS. A longer run by hand saw vonage end after 302 s, with the limit
#   of Node's fetch, and no end of infobip, sinch, bandwidth and AWS within 660 s. messagebird gives its own limit of 5 s the code of a reset.
# What follows: whoever places calls through an SDK has to know its retries, switch them off where they are unmarked (telnyx: `maxRetries: 0`), and set a
# time limit. After a reset, a 5xx or a time limit the call may have been placed, whatever the class of the error.
#
# How it is measured: each SDK runs in a process of its own, against a server of that process on 127.0.0.1, which answers by the number called. An SDK that
# has an option for the server's address is given it. plivo, messagebird and twilio have their host in the code: their connections to it are led to the
# same server. Any other connection is refused. Error answers are {"message":"unavailable"}, as a gateway before the provider's API gives.
set -euo pipefail
node -e 'process.exit(parseInt(process.versions.node) >= 22 ? 0 : 1)' || { echo "Node 22 or newer is needed, this is $(node --version)." >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
# @sinch/sdk-client loads @sinch/sdk-core, which it does not name among its dependencies: with @sinch/voice alone the import fails.
npm install --silent --no-audit --no-fund --ignore-scripts telnyx@7.24.0 plivo@4.79.0 messagebird@4.0.1 @infobip-api/sdk@0.3.2 twilio@6.3.1 \
  @vonage/voice@1.24.1 @signalwire/compatibility-api@3.2.0 @sinch/voice@1.4.0 @sinch/sdk-client@1.4.0 @sinch/sdk-core@1.4.0 bandwidth-sdk@8.1.4 \
  @aws-sdk/client-connect@3.1136.0 axios@1.21.1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=local \
  -addext 'subjectAltName=DNS:api.plivo.com,DNS:voice.messagebird.com,DNS:api.twilio.com,IP:127.0.0.1' 2>/dev/null

cat >sdks.mjs <<'JS'
// How each SDK places one call. `ways` has the ways that are measured, the first with the SDK's defaults; `only` names the failures a way is measured with.
import { generateKeyPairSync, randomUUID } from 'node:crypto';

const from = '+12065550199';
const url = 'https://answer.invalid/';
const uuid = '00000000-0000-0000-0000-000000000000';
const repeated = ['reset', '500'];

export const sdks = {
  telnyx: {
    module: 'telnyx',
    async ways({ http }) {
      const { default: Telnyx } = await import('telnyx');
      const client = new Telnyx({ apiKey: 'KEY0000', baseURL: http });
      const call = (to) => ({ connection_id: '1000000000000000000', from, to });
      return [
        { place: (to) => client.calls.dial(call(to)) },
        { set: 'command_id', only: repeated, place: (to) => client.calls.dial({ ...call(to), command_id: randomUUID() }) },
        { set: 'timeout: 2000', only: ['silence'], place: (to) => client.calls.dial(call(to), { timeout: 2000 }) },
        { set: 'maxRetries: 0', only: repeated, place: (to) => client.calls.dial(call(to), { maxRetries: 0 }) },
      ];
    },
  },
  plivo: {
    module: 'plivo',
    host: 'api.plivo.com',
    async ways() {
      const { default: plivo } = await import('plivo');
      const client = new plivo.Client('MA000000000000000000', 'token');
      return [{ place: (to) => client.calls.create(from, to, url) }];
    },
  },
  messagebird: {
    module: 'messagebird',
    host: 'voice.messagebird.com',
    async ways() {
      const { initClient } = await import('messagebird');
      const client = initClient('key');
      const call = (to) => ({ source: from, destination: to, callFlow: { steps: [{ action: 'hangup' }] } });
      const place = (to) => new Promise((resolve, reject) => client.calls.create(call(to), (error, result) => (error ? reject(error) : resolve(result))));
      return [{ place }];
    },
  },
  infobip: {
    module: '@infobip-api/sdk', // The only phone call that it can place is the one that reads out a PIN.
    async ways({ http }) {
      const { Infobip, AuthType } = await import('@infobip-api/sdk');
      const client = new Infobip({ baseUrl: http, apiKey: 'key', authType: AuthType.ApiKey });
      return [{ place: (to) => client.service.twoFA.sendPINCodeVoice({ applicationId: uuid, messageId: uuid, from, to }) }];
    },
  },
  twilio: {
    module: 'twilio',
    host: 'api.twilio.com',
    async ways() {
      const { default: twilio } = await import('twilio');
      const client = (options) => twilio('AC00000000000000000000000000000000', 'token', options);
      const [usual, retrying] = [client(), client({ autoRetry: true })];
      return [
        { place: (to) => usual.calls.create({ from, to, url }) },
        { set: 'autoRetry', only: ['500', '429'], place: (to) => retrying.calls.create({ from, to, url }) },
      ];
    },
  },
  vonage: {
    module: '@vonage/voice',
    async ways({ http }) {
      const { Voice } = await import('@vonage/voice');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const credentials = { applicationId: uuid, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
      const client = new Voice(credentials, { apiHost: http });
      const phone = (number) => ({ type: 'phone', number: number.slice(1) });
      return [{ place: (to) => client.createOutboundCall({ from: phone(from), to: [phone(to)], ncco: [{ action: 'talk', text: 'Hello' }] }) }];
    },
  },
  signalwire: {
    module: '@signalwire/compatibility-api',
    async ways({ https }) {
      const { RestClient } = await import('@signalwire/compatibility-api');
      const client = RestClient(uuid, 'token', { signalwireSpaceUrl: new URL(https).host });
      return [{ place: (to) => client.calls.create({ from, to, url }) }];
    },
  },
  sinch: {
    module: '@sinch/voice',
    async ways({ http }) {
      const { VoiceService } = await import('@sinch/voice');
      const client = new VoiceService({ applicationKey: uuid, applicationSecret: 'AAAA', voiceHostname: http });
      const callout = (to) => ({ destination: { type: 'number', endpoint: to }, cli: from, text: 'Hello' });
      return [{ place: (to) => client.callouts.tts({ ttsCalloutRequestBody: { method: 'ttsCallout', ttsCallout: callout(to) } }) }];
    },
  },
  bandwidth: {
    module: 'bandwidth-sdk',
    async ways({ http }) {
      const { CallsApi, Configuration } = (await import('bandwidth-sdk')).default;
      const client = new CallsApi(new Configuration({ username: 'name', password: 'word', basePath: http }));
      return [{ place: (to) => client.createCall('1000000', { applicationId: uuid, from, to, answerUrl: url }) }];
    },
  },
  aws: {
    module: '@aws-sdk/client-connect',
    async ways({ http }) {
      const { ConnectClient, StartOutboundVoiceContactCommand: Start } = await import('@aws-sdk/client-connect');
      const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
      const client = (options) => new ConnectClient({ region: 'us-west-2', endpoint: http, credentials, ...options });
      const call = (to) => new Start({ InstanceId: uuid, ContactFlowId: uuid, SourcePhoneNumber: from, DestinationPhoneNumber: to });
      const limit = { requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true } };
      return [
        { place: (to) => client().send(call(to)) }, // A client of its own for each call, as calls with one client share its allowance of retries.
        { set: 'requestTimeout: 2000', only: ['silence'], place: (to) => client(limit).send(call(to)) },
      ];
    },
  },
};
JS

cat >server.mjs <<'JS'
// The server on 127.0.0.1, by http and by https. A call's failure is found by the number called. No connection leaves this machine.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { once } from 'node:events';

const accepted = { sid: 'CA0', callId: 'c0', ContactId: 'c0', uuid: 'c0', data: {} }; // Each SDK finds what it looks for in an answer.
const awsErrors = { 429: 'ThrottlingException', 500: 'InternalServiceException', 503: 'ServiceUnavailableException' };

/** `calls` maps a number to its call: `failure`, and `requests`, to which the server adds those that it receives. `host` is the host in the SDK's code. */
export async function listen(calls, host) {
  const sockets = new Map(); // The TCP sockets below TLS, by port: only these can be reset.
  const answer = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = body.match(/1206555\d{4}/g)?.map((digits) => calls.get(`+${digits}`)).find(Boolean);
    if (!call) throw new Error(`No call belongs to the request ${request.method} ${request.url} ${body}`);
    call.requests.push({ headers: request.headers, body });
    if (call.failure === 'silence') return;
    if (call.failure === 'reset') return void (sockets.get(request.socket.remotePort) ?? request.socket).resetAndDestroy();
    const json = { 'content-type': 'application/json' };
    if (call.failure === 'no failure') return void response.writeHead(201, json).end(JSON.stringify(accepted));
    const [status, retryAfter] = call.failure.split(', Retry-After: ');
    response.writeHead(Number(status), { ...json, 'x-amzn-errortype': awsErrors[status], ...(retryAfter && { 'retry-after': retryAfter }) });
    response.end('{"message":"unavailable"}');
  };
  const plain = http.createServer(answer).listen(0, '127.0.0.1');
  const secure = https.createServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, answer).listen(0, '127.0.0.1');
  secure.on('connection', (socket) => sockets.set(socket.remotePort, socket));
  await Promise.all([plain, secure].map((server) => once(server, 'listening')));

  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    const list = Array.isArray(given[0]) ? given[0] : given; // net.connect() hands its arguments over in one array.
    const wanted = list[0].host;
    if (wanted === host) list[0] = { ...list[0], host: '127.0.0.1', port: secure.address().port };
    else if (wanted !== '127.0.0.1') throw new Error(`A connection to ${wanted} was refused.`);
    return connect.apply(this, given);
  };
  return { http: `http://127.0.0.1:${plain.address().port}`, https: `https://127.0.0.1:${secure.address().port}` };
}
JS

cat >measure.mjs <<'JS'
// Measures the SDK that is named as argument. Each line of the output is a row of the table, a tab, and the seconds measured.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sdks } from './sdks.mjs';
import { listen } from './server.mjs';

const failures = ['reset', '500', '503', '429', '429, Retry-After: 10', 'silence'];
const patienceMs = 35_000;
const { module, host, ways } = sdks[process.argv[2]];
const { version } = JSON.parse(readFileSync(`node_modules/${module}/package.json`, 'utf8'));

const calls = new Map();
const isError = (value) => value instanceof Error;
const newCall = (failure, way) => {
  const number = `+1206555${String(100 + calls.size).padStart(4, '0')}`; // From the range that is reserved for fiction: 555-0100 to 555-0199.
  const call = { number, failure, way, requests: [] };
  calls.set(number, call);
  return call;
};

async function run(call) {
  const start = performance.now();
  const end = await Promise.race([
    call.way.place(call.number).then((value) => ({ how: 'resolves', value }), (value) => ({ how: 'rejects', value })),
    sleep(patienceMs, { how: 'waits' }),
  ]);
  return { ...call, ...end, seconds: (performance.now() - start) / 1000 };
}

// A field of a request (header or member of the body) marks a call if all its requests have one value there that no other call's request has.
// The number called does not count: two intended calls may go to one number.
const following = ['host', 'authorization', 'date', 'content-length', 'x-amz-date', 'x-amz-content-sha256', 'x-timestamp']; // These say nothing of the call.
const fieldsOf = ({ headers, body }) => {
  const members = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  const all = Object.entries({ ...headers, ...members }).map(([name, value]) => [name, JSON.stringify(value)]);
  return new Map(all.filter(([name]) => !following.includes(name)));
};
function marker(call) {
  const [first, ...repeats] = call.requests.map(fieldsOf);
  if (!repeats.length) return 'no repeat';
  const others = [...calls.values()].filter(({ number }) => number !== call.number).flatMap(({ requests }) => requests.map(fieldsOf));
  const isKey = ([name, value]) => repeats.every((fields) => fields.get(name) === value) && others.every((fields) => fields.get(name) !== value);
  const keys = [...first].filter(([, value]) => !value.includes(call.number.slice(1))).filter(isKey);
  const counters = [...first].filter(([name]) => new Set([first, ...repeats].map((fields) => fields.get(name))).size === call.requests.length);
  const names = (list) => list.map(([name]) => name).sort().join(' and ');
  return (names(keys) || 'none') + (counters.length ? `, ${names(counters)} counts` : '');
}

/** What the caller can tell: the class, and where the error has a code and a status. */
function told({ how, value }) {
  if (how === 'waits') return 'nothing yet';
  if (typeof value === 'string') return `${how} with a string, "${value.split('\n')[0]}"`;
  if (!isError(value)) return `${how} as if placed`;
  const at = (path) => path.split('.').reduce((object, key) => object?.[key], value);
  const find = (paths) => paths.map((path) => [path, at(path)]).find(([, found]) => found !== undefined && found !== null);
  const code = find(['code', 'cause.code', 'cause.cause.code', 'error.code']);
  const status = find(['status', 'statusCode', 'response.status', '$metadata.httpStatusCode']);
  const words = /ECONNRESET|status code \d+|timed out/i.exec(value.message)?.[0];
  const hints = code || status ? [code?.join(' '), status?.join(' ')] : [`only its message says "${words}"`];
  return [`${how} with ${value.name === 'Error' ? value.constructor.name : value.name}`, ...hints].filter(Boolean).join(', ');
}

// The bands are wide: a wait for a timer is never shorter than the timer, and a slow machine makes it longer.
const bands = [[0, 'under 5 s'], [5, '5 to 10 s'], [10, '10 to 20 s'], [20, '20 to 30 s'], [30, '30 to 35 s'], [35, 'no limit seen within 35 s']];
const band = (seconds) => bands.findLast(([least]) => seconds + 0.05 >= least)[1];

const all = await ways(await listen(calls, host));
for (const way of all) { // A first call is accepted, so that the SDK has loaded all it needs, and to see that it is set up correctly.
  const { how, value } = await run(newCall('no failure', way));
  if (how !== 'resolves' || isError(value)) throw value ?? new Error('The accepted call was not reported.');
}
const planned = all.flatMap((way) => (way.only ?? failures).map((failure) => newCall(failure, way)));
for (const call of await Promise.all(planned.map(run))) {
  const name = [`${module} ${version}`, call.way.set].filter(Boolean).join(', ');
  const cells = [name, call.failure, call.requests.length, band(call.seconds), marker(call), told(call)];
  console.log(`${cells.join(' | ')}\t${call.seconds.toFixed(1)} s`);
}
process.exit();
JS

cat >expected <<'ROWS'
telnyx 7.24.0 | reset | 3 | under 5 s | none, x-stainless-retry-count counts | rejects with APIConnectionError, cause.cause.code ECONNRESET
telnyx 7.24.0 | 500 | 3 | under 5 s | none, x-stainless-retry-count counts | rejects with InternalServerError, status 500
telnyx 7.24.0 | 503 | 3 | under 5 s | none, x-stainless-retry-count counts | rejects with InternalServerError, status 503
telnyx 7.24.0 | 429 | 3 | under 5 s | none, x-stainless-retry-count counts | rejects with RateLimitError, status 429
telnyx 7.24.0 | 429, Retry-After: 10 | 3 | 20 to 30 s | none, x-stainless-retry-count counts | rejects with RateLimitError, status 429
telnyx 7.24.0 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
telnyx 7.24.0, command_id | reset | 3 | under 5 s | command_id, x-stainless-retry-count counts | rejects with APIConnectionError, cause.cause.code ECONNRESET
telnyx 7.24.0, command_id | 500 | 3 | under 5 s | command_id, x-stainless-retry-count counts | rejects with InternalServerError, status 500
telnyx 7.24.0, timeout: 2000 | silence | 3 | 5 to 10 s | none, x-stainless-retry-count counts | rejects with APIConnectionTimeoutError, only its message says "timed out"
telnyx 7.24.0, maxRetries: 0 | reset | 1 | under 5 s | no repeat | rejects with APIConnectionError, cause.cause.code ECONNRESET
telnyx 7.24.0, maxRetries: 0 | 500 | 1 | under 5 s | no repeat | rejects with InternalServerError, status 500
plivo 4.79.0 | reset | 1 | under 5 s | no repeat | rejects with a string, "Error: read ECONNRESET"
plivo 4.79.0 | 500 | 3 | under 5 s | none | rejects with Error, status 500
plivo 4.79.0 | 503 | 3 | under 5 s | none | rejects with Error, only its message says "status code 503"
plivo 4.79.0 | 429 | 1 | under 5 s | no repeat | rejects with Error, only its message says "status code 429"
plivo 4.79.0 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with Error, only its message says "status code 429"
plivo 4.79.0 | silence | 1 | 5 to 10 s | no repeat | rejects with a string, "AxiosError: timeout of 5000ms exceeded"
messagebird 4.0.1 | reset | 1 | under 5 s | no repeat | rejects with Error, error.code ECONNRESET
messagebird 4.0.1 | 500 | 1 | under 5 s | no repeat | resolves as if placed
messagebird 4.0.1 | 503 | 1 | under 5 s | no repeat | resolves as if placed
messagebird 4.0.1 | 429 | 1 | under 5 s | no repeat | resolves as if placed
messagebird 4.0.1 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | resolves as if placed
messagebird 4.0.1 | silence | 1 | 5 to 10 s | no repeat | rejects with Error, error.code ECONNRESET
@infobip-api/sdk 0.3.2 | reset | 1 | under 5 s | no repeat | resolves with AxiosError, code ECONNRESET
@infobip-api/sdk 0.3.2 | 500 | 1 | under 5 s | no repeat | resolves with AxiosError, code ERR_BAD_RESPONSE, status 500
@infobip-api/sdk 0.3.2 | 503 | 1 | under 5 s | no repeat | resolves with AxiosError, code ERR_BAD_RESPONSE, status 503
@infobip-api/sdk 0.3.2 | 429 | 1 | under 5 s | no repeat | resolves with AxiosError, code ERR_BAD_REQUEST, status 429
@infobip-api/sdk 0.3.2 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | resolves with AxiosError, code ERR_BAD_REQUEST, status 429
@infobip-api/sdk 0.3.2 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
twilio 6.3.1 | reset | 1 | under 5 s | no repeat | rejects with AxiosError, code ECONNRESET
twilio 6.3.1 | 500 | 1 | under 5 s | no repeat | rejects with RestException, status 500
twilio 6.3.1 | 503 | 1 | under 5 s | no repeat | rejects with RestException, status 503
twilio 6.3.1 | 429 | 1 | under 5 s | no repeat | rejects with RestException, status 429
twilio 6.3.1 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with RestException, status 429
twilio 6.3.1 | silence | 1 | 30 to 35 s | no repeat | rejects with AxiosError, code ECONNABORTED
twilio 6.3.1, autoRetry | 500 | 1 | under 5 s | no repeat | rejects with RestException, status 500
twilio 6.3.1, autoRetry | 429 | 4 | under 5 s | none | rejects with RestException, status 429
@vonage/voice 1.24.1 | reset | 1 | under 5 s | no repeat | rejects with TypeError, cause.code ECONNRESET
@vonage/voice 1.24.1 | 500 | 1 | under 5 s | no repeat | rejects with VetchError, response.status 500
@vonage/voice 1.24.1 | 503 | 1 | under 5 s | no repeat | rejects with VetchError, response.status 503
@vonage/voice 1.24.1 | 429 | 1 | under 5 s | no repeat | rejects with VetchError, response.status 429
@vonage/voice 1.24.1 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with VetchError, response.status 429
@vonage/voice 1.24.1 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
@signalwire/compatibility-api 3.2.0 | reset | 1 | under 5 s | no repeat | rejects with AxiosError, code ECONNRESET
@signalwire/compatibility-api 3.2.0 | 500 | 1 | under 5 s | no repeat | rejects with RestException, status 500
@signalwire/compatibility-api 3.2.0 | 503 | 1 | under 5 s | no repeat | rejects with RestException, status 503
@signalwire/compatibility-api 3.2.0 | 429 | 1 | under 5 s | no repeat | rejects with RestException, status 429
@signalwire/compatibility-api 3.2.0 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with RestException, status 429
@signalwire/compatibility-api 3.2.0 | silence | 1 | 30 to 35 s | no repeat | rejects with AxiosError, code ECONNABORTED
@sinch/voice 1.4.0 | reset | 1 | under 5 s | no repeat | rejects with EmptyResponseError, only its message says "ECONNRESET"
@sinch/voice 1.4.0 | 500 | 1 | under 5 s | no repeat | rejects with RequestFailedError, statusCode 500
@sinch/voice 1.4.0 | 503 | 1 | under 5 s | no repeat | rejects with RequestFailedError, statusCode 503
@sinch/voice 1.4.0 | 429 | 1 | under 5 s | no repeat | rejects with RequestFailedError, statusCode 429
@sinch/voice 1.4.0 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with RequestFailedError, statusCode 429
@sinch/voice 1.4.0 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
bandwidth-sdk 8.1.4 | reset | 1 | under 5 s | no repeat | rejects with AxiosError, code ECONNRESET
bandwidth-sdk 8.1.4 | 500 | 1 | under 5 s | no repeat | rejects with AxiosError, code ERR_BAD_RESPONSE, status 500
bandwidth-sdk 8.1.4 | 503 | 1 | under 5 s | no repeat | rejects with AxiosError, code ERR_BAD_RESPONSE, status 503
bandwidth-sdk 8.1.4 | 429 | 1 | under 5 s | no repeat | rejects with AxiosError, code ERR_BAD_REQUEST, status 429
bandwidth-sdk 8.1.4 | 429, Retry-After: 10 | 1 | under 5 s | no repeat | rejects with AxiosError, code ERR_BAD_REQUEST, status 429
bandwidth-sdk 8.1.4 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
@aws-sdk/client-connect 3.1136.0 | reset | 3 | under 5 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with TimeoutError, code ECONNRESET
@aws-sdk/client-connect 3.1136.0 | 500 | 3 | under 5 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with InternalServiceException, $metadata.httpStatusCode 500
@aws-sdk/client-connect 3.1136.0 | 503 | 3 | under 5 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with ServiceUnavailableException, $metadata.httpStatusCode 503
@aws-sdk/client-connect 3.1136.0 | 429 | 3 | under 5 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with ThrottlingException, $metadata.httpStatusCode 429
@aws-sdk/client-connect 3.1136.0 | 429, Retry-After: 10 | 3 | 10 to 20 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with ThrottlingException, $metadata.httpStatusCode 429
@aws-sdk/client-connect 3.1136.0 | silence | 1 | no limit seen within 35 s | no repeat | nothing yet
@aws-sdk/client-connect 3.1136.0, requestTimeout: 2000 | silence | 3 | 5 to 10 s | ClientToken and amz-sdk-invocation-id, amz-sdk-request counts | rejects with TimeoutError, code ETIMEDOUT
ROWS

names='telnyx plivo messagebird infobip twilio vonage signalwire sinch bandwidth aws'
for name in $names; do
  env -i PATH="$PATH" HOME="$folder" NODE_EXTRA_CA_CERTS="$folder/cert.pem" node measure.mjs "$name" >"$name.rows" &
done
wait
for name in $names; do cat "$name.rows"; done >rows
echo 'SDK | failure | requests | gave up after | marker of the repeats | what the caller gets'
cat rows
cut -f1 rows >seen
diff expected seen && echo 'All rows are as expected.' || { echo 'The behaviour changed: < is what was expected, > what was seen.' >&2; exit 1; }
