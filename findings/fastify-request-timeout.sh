#!/usr/bin/env bash
# fastify 5.12.8, on Node 22 or newer. It takes about a minute.
#
# Expected: with the option `requestTimeout: 2_000` and a server that looks every half second, a request that is not sent to its end is cut after two to three seconds,
# whether its head or its body is missing, as with Node's own `createServer({ requestTimeout: 2_000 })`.
# Seen: without its head it is cut then, and without its body after 60 s. Fastify sets `requestTimeout` on a server that exists. What `createServer` would have
# lowered with it, `headersTimeout`, stays at 60 s there, and where that is longer than `requestTimeout` Node exchanges the two without a word. (It throws where both
# are given at once.) With `http: { headersTimeout: 2_000 }` beside it the body is limited as it should be.
# What follows: a limit for requests of less than a minute needs `headersTimeout` set as well, no longer than it. By default Node looks every 30 s, so that a limit of
# 30 s means 60 to 90 s for a body.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8
cat >look.mjs <<'JS'
import Fastify from 'fastify';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
const requestTimeout = 2_000;
const connectionsCheckingInterval = 500;
const answer = (request, response) => request.resume().on('end', () => response.end());
async function fastify(http) {
  const app = Fastify({ requestTimeout, http: { connectionsCheckingInterval, ...http } });
  app.post('/', () => 'done');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
async function node(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
const afterwards = createServer({ connectionsCheckingInterval }, answer);
afterwards.requestTimeout = requestTimeout;
const servers = {
  fastify: await fastify(),
  'fastify, headersTimeout too': await fastify({ headersTimeout: requestTimeout }),
  'node, at the start': await node(createServer({ requestTimeout, connectionsCheckingInterval }, answer)),
  'node, afterwards': await node(afterwards),
};
const head = 'POST / HTTP/1.1\r\nHost: any\r\nContent-Type: application/json\r\nContent-Length: 9\r\n';
const parts = { 'part of the head': head, 'part of the body': `${head}\r\n{` };
const rows = Object.entries(servers).flatMap(([name, server]) =>
  Object.entries(parts).map(async ([part, text]) => {
    const socket = connect(server.address().port, '127.0.0.1');
    let answered = '';
    socket.on('data', (chunk) => (answered += chunk)).on('error', () => undefined);
    const sentAt = performance.now();
    socket.write(text);
    await once(socket, 'close');
    const seconds = (performance.now() - sentAt) / 1_000;
    const when = seconds < 30 ? 'within seconds' : seconds < 59.5 ? 'in between' : 'after a minute';
    return `${name}, ${part}: ${answered.split(' ')[1]} ${when}`;
  }),
);
console.log((await Promise.all(rows)).join('\n'));
process.exit();
JS
seen=$(timeout 110 node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "fastify, part of the head: 408 within seconds
fastify, part of the body: 408 after a minute
fastify, headersTimeout too, part of the head: 408 within seconds
fastify, headersTimeout too, part of the body: 408 within seconds
node, at the start, part of the head: 408 within seconds
node, at the start, part of the body: 408 within seconds
node, afterwards, part of the head: 408 within seconds
node, afterwards, part of the body: 408 after a minute" ]
