#!/usr/bin/env bash
# messagebird 4.0.1, @signalwire/compatibility-api 3.2.0, plivo 4.79.0: what the caller is told of one refused call. It needs Node 22 or newer, npm and openssl.
#
# Expected: the caller gets an error with the status 503 (or 429), whatever the body of the answer is: a provider's own error, or the JSON, the HTML page or
# the empty body of a gateway or load balancer before it.
# Seen (November 2026): what reaches the caller depends on the body.
# - messagebird looks at the body alone. JSON without a member `errors` is a success, with that JSON as the call, for a 503 as for a 429. JSON with `errors`,
#   HTML or no body at all give an error with `statusCode`.
# - signalwire parses the body on its way to the error. HTML or no body make it a SyntaxError without status: a 429, which places no call, cannot be told
#   from a 503, which leaves that open.
# - plivo sends three requests for a 503, whatever the body. Where the body is JSON, and for each 429, the error has no status: only its text tells it.
#   Where the 503 has HTML or no body the error has a status, and the HTML or nothing as its text. Its class is Error in all of these.
# What follows: with messagebird, a call is placed only if the result has the call's id. With signalwire, a SyntaxError is an unknown outcome. With plivo,
# a caller has to look for the status in two places.
#
# How it is measured: a server on 127.0.0.1 answers by the number called. The connections that the SDKs open to their own host are led there, all others
# are refused.
set -euo pipefail
node -e 'process.exit(parseInt(process.versions.node) >= 22 ? 0 : 1)' || { echo "Node 22 or newer is needed, this is $(node --version)." >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts messagebird@4.0.1 @signalwire/compatibility-api@3.2.0 plivo@4.79.0 axios@1.21.1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=local \
  -addext 'subjectAltName=DNS:api.plivo.com,DNS:voice.messagebird.com,DNS:space.signalwire.com' 2>/dev/null
cat >look.mjs <<'JS'
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { once } from 'node:events';
import { RestClient } from '@signalwire/compatibility-api';
import { initClient } from 'messagebird';
import plivo from 'plivo';

const from = '+12065550199';
const url = 'https://answer.invalid/';
const signalwire = RestClient('00000000-0000-0000-0000-000000000000', 'token', { signalwireSpaceUrl: 'space.signalwire.com' });
const messagebird = initClient('key');
const plivoClient = new plivo.Client('MA000000000000000000', 'token');
const call = (to) => ({ source: from, destination: to, callFlow: { steps: [{ action: 'hangup' }] } });
const sdks = {
  messagebird: (to) => new Promise((resolve, reject) => messagebird.calls.create(call(to), (error, result) => (error ? reject(error) : resolve(result)))),
  signalwire: (to) => signalwire.calls.create({ from, to, url }),
  plivo: (to) => plivoClient.calls.create(from, to, url),
};
const json = 'application/json';
const answers = [
  { name: '201, the call', status: 201, type: json, body: '{"data":[{"id":"c0"}],"sid":"c0","request_uuid":"c0"}' },
  { name: '503, JSON', status: 503, type: json, body: '{"message":"unavailable"}' },
  { name: '429, JSON', status: 429, type: json, body: '{"message":"unavailable"}' },
  { name: '503, JSON with errors', status: 503, type: json, body: '{"errors":[{"code":9,"description":"unavailable"}]}' },
  { name: '503, HTML', status: 503, type: 'text/html', body: '<h1>unavailable</h1>' },
  { name: '429, HTML', status: 429, type: 'text/html', body: '<h1>unavailable</h1>' },
  { name: '503, no body', status: 503, type: 'text/plain', body: '' },
];
const numberOf = (answer) => `+120655501${String(answers.indexOf(answer)).padStart(2, '0')}`; // From the range that is reserved for fiction.

let requests = 0;
const server = https.createServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  requests += 1;
  const answer = answers.find((each) => body.includes(numberOf(each).slice(1)));
  response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const hosts = ['api.plivo.com', 'voice.messagebird.com', 'space.signalwire.com'];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const list = Array.isArray(given[0]) ? given[0] : given; // net.connect() hands its arguments over in one array.
  if (!hosts.includes(list[0].host)) throw new Error(`A connection to ${list[0].host} was refused.`);
  list[0] = { ...list[0], host: '127.0.0.1', port: server.address().port };
  return connect.apply(this, given);
};

const found = (value) => `success, ${value.data?.[0]?.id ?? value.sid ?? value.requestUuid ? 'with' : 'without'} the id of a call`;
function told(error) {
  const status = ['status', 'statusCode'].filter((name) => error[name]).map((name) => `${name} ${error[name]}`)[0] ?? 'no status';
  const message = error instanceof SyntaxError ? 'that of JSON.parse' : error.message || 'none';
  return `${error.constructor.name}, ${status}, message: ${message}`;
}
for (const [name, place] of Object.entries(sdks)) {
  for (const answer of answers) {
    requests = 0;
    const result = await place(numberOf(answer)).then(found, told);
    console.log(`${name} | ${answer.name} | ${requests} | ${result}`);
  }
}
process.exit();
JS
seen=$(env -i PATH="$PATH" HOME="$folder" NODE_EXTRA_CA_CERTS="$folder/cert.pem" node look.mjs)
printf '%s\n' 'SDK | answer | requests | what the caller gets' "$seen"
[ "$seen" = "messagebird | 201, the call | 1 | success, with the id of a call
messagebird | 503, JSON | 1 | success, without the id of a call
messagebird | 429, JSON | 1 | success, without the id of a call
messagebird | 503, JSON with errors | 1 | Error, statusCode 503, message: api error(s): unavailable (code: 9)
messagebird | 503, HTML | 1 | Error, statusCode 503, message: response failed
messagebird | 429, HTML | 1 | Error, statusCode 429, message: response failed
messagebird | 503, no body | 1 | Error, statusCode 503, message: response failed
signalwire | 201, the call | 1 | success, with the id of a call
signalwire | 503, JSON | 1 | RestException, status 503, message: unavailable
signalwire | 429, JSON | 1 | RestException, status 429, message: unavailable
signalwire | 503, JSON with errors | 1 | RestException, status 503, message: none
signalwire | 503, HTML | 1 | SyntaxError, no status, message: that of JSON.parse
signalwire | 429, HTML | 1 | SyntaxError, no status, message: that of JSON.parse
signalwire | 503, no body | 1 | SyntaxError, no status, message: that of JSON.parse
plivo | 201, the call | 1 | success, with the id of a call
plivo | 503, JSON | 3 | Error, no status, message: AxiosError: Request failed with status code 503
plivo | 429, JSON | 1 | Error, no status, message: AxiosError: Request failed with status code 429
plivo | 503, JSON with errors | 3 | Error, no status, message: AxiosError: Request failed with status code 503
plivo | 503, HTML | 3 | Error, status 503, message: <h1>unavailable</h1>
plivo | 429, HTML | 1 | Error, no status, message: AxiosError: Request failed with status code 429
plivo | 503, no body | 3 | Error, status 503, message: none" ]
