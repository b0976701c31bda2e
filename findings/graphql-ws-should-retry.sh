#!/usr/bin/env bash
# graphql-ws 6.4.2 with ws 8.23.0 on Node 22 or newer.
#
# Expected: `shouldRetry` is asked once for each close of the socket.
# Seen: each subscription of the socket asks it. One that counts, such as "once more after 4403", lets the first subscription come back and ends the second, at the first close.
# The listener `closed` is called once, and before any of them asks. An iterator that is not to come back throws the close event, which is no Error; its
# client counts that subscription as open for good, and leaves the next socket open when nothing is left on it.
# What follows: count in `on.closed`, decide by the count in `shouldRetry`, and make another client after subscriptions were given up.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0
cat >look.mjs <<'JS'
import { createClient } from 'graphql-ws';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
let sockets = 0;
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
server.on('connection', (socket) => {
  sockets += 1;
  const isFirst = sockets === 1;
  let open = 0;
  socket.on('message', (text) => {
    const { type, id } = JSON.parse(text);
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type !== 'subscribe') return;
    open += 1;
    if (!isFirst) socket.send(JSON.stringify({ id, type: 'complete' }));
    else if (open === 2) socket.close(4403, 'Forbidden');
  });
});
await once(server, 'listening');
for (const where of ['shouldRetry', 'closed']) {
  sockets = 0;
  let [refusals, asked] = [0, 0];
  const client = createClient({
    url: `ws://127.0.0.1:${server.address().port}`,
    webSocketImpl: WebSocket,
    retryWait: () => Promise.resolve(),
    on: { closed: ({ code }) => void (where === 'closed' && code === 4403 && (refusals += 1)) },
    shouldRetry: () => ((asked += 1), where === 'closed' ? refusals < 2 : ++refusals < 2),
  });
  const follow = async () => {
    try {
      for await (const _ of client.iterate({ query: 'subscription { a }' }));
      return 'completed';
    } catch (event) {
      return `threw ${event.code}, ${event instanceof Error ? 'an Error' : 'no Error'}`;
    }
  };
  const ends = await Promise.all([follow(), follow()]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log(`counted in ${where}: asked ${asked} times; ${ends.join('; ')}; sockets left open: ${server.clients.size}`);
  for (const socket of server.clients) socket.terminate();
}
process.exit();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "counted in shouldRetry: asked 2 times; completed; threw 4403, no Error; sockets left open: 1
counted in closed: asked 2 times; completed; completed; sockets left open: 0" ]
