#!/usr/bin/env bash
# graphql-ws 6.4.2 with ws 8.23.0 on Node 22 or newer.
#
# Expected: a client that offers only the old subprotocol `graphql-ws` (of subscriptions-transport-ws) is closed with 4406 "Subprotocol not acceptable", the
# code that graphql-ws has for it and that its server for ws sends and warns of.
# Seen: the package's own `handleProtocols` answers the handshake without a subprotocol where its own is not offered. RFC 6455 lets a client fail such a connection, and ws
# does, before it reads the close frame: it reports an error and 1006. A client that offers no subprotocol at all does read 4406.
# What follows: a server that wants clients of the old protocol to learn why must accept what they offer in the handshake, and close with 4406 then.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0
cat >look.mjs <<'JS'
import { buildSchema } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
// The server's own warning of the old subprotocol.
console.warn = () => undefined;
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols });
useServer({ schema: buildSchema('type Query { hello: String }') }, server);
await once(server, 'listening');
for (const offered of [['graphql-ws'], [], ['graphql-transport-ws', 'graphql-ws']]) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`, offered);
  const errors = [];
  socket.on('error', ({ message }) => errors.push(message));
  socket.on('open', () => offered.length > 1 && socket.close(1000));
  const code = await new Promise((resolve) => socket.on('close', resolve));
  console.log(offered.join(' ') || 'none', code, errors.join() || 'no error');
}
server.close();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "graphql-ws 1006 Server sent no subprotocol
none 4406 no error
graphql-transport-ws graphql-ws 1000 no error" ]
