#!/usr/bin/env bash
# undici 8.13.1, on Node 22.19 or newer.
#
# Expected: whoever sends one request after another, each once the answer to the one before it was read to its end, uses one kept-alive connection.
# Seen: an Agent and a Pool without a limit of `connections` open a second one for the second request, by `request` and by `dispatch` alike, and then use these two
# by turns. The first connection counts as free only after the code has run that waited for the end of its answer.
# What follows: counting connections does not tell how many requests ran at once, and a pool that was warmed up with one request may still open a connection for the
# second. `connections: 1`, or a turn of the event loop between two requests, keeps it at one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@8.13.1
cat >look.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { Agent, Pool } from 'undici';

async function connectionsOf(open, pause = () => undefined) {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{}'));
  }).on('connection', () => (connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const client = open(origin);
  for (let sent = 0; sent < 5; sent += 1) {
    const { body } = await client.request({ origin, path: '/', method: 'PUT', body: '{}' });
    await body.text();
    await pause();
  }
  await client.close();
  server.close();
  server.closeAllConnections();
  return connections;
}
console.log(
  'Agent', await connectionsOf(() => new Agent()),
  'Pool', await connectionsOf((origin) => new Pool(origin)),
  'limited', await connectionsOf((origin) => new Pool(origin, { connections: 1 })),
  'with pauses', await connectionsOf((origin) => new Pool(origin), setImmediate),
);
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "Agent 2 Pool 2 limited 1 with pauses 1" ]
