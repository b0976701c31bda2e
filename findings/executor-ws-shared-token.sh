#!/usr/bin/env bash
# @graphql-tools/executor-graphql-ws 3.2.0 with graphql-ws 6.4.2 and ws 8.23.0 on Node 22 or newer.
#
# Expected: `extensions.connectionParams` of an execution request are those of that request: a gateway that puts each caller's token there subscribes as that caller.
# Seen: they are merged into parameters that all requests of one executor share, and are sent when a socket is opened. While a socket is open, whoever subscribes next is the one who
# opened it: Bob is told what Alice may see. A member that only one caller sets stays for the next socket too.
# What follows: build an executor, with a client of its own, for each subscription or each token. The executor says nothing; only the server's view of the caller shows it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0 @graphql-tools/executor-graphql-ws@3.2.0
cat >look.mjs <<'JS'
import { buildGraphQLWSExecutor } from '@graphql-tools/executor-graphql-ws';
import { buildSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
const roots = {
  subscription: {
    // Stays open behind its one event.
    who: async function* (_args, { connectionParams }) {
      yield { who: JSON.stringify(connectionParams) };
      await new Promise(() => undefined);
    },
  },
};
const schema = buildSchema('type Query { hello: String } type Subscription { who: String }');
useServer({ schema, roots, context: ({ connectionParams }) => ({ connectionParams }) }, server);
await once(server, 'listening');
const url = `ws://127.0.0.1:${server.address().port}`;
const document = parse('subscription { who }');
const first = async (executor, connectionParams) => {
  const results = executor({ document, extensions: { connectionParams } });
  return (await results[Symbol.asyncIterator]().next()).value.data.who;
};
const shared = buildGraphQLWSExecutor({ url });
console.log('shared, alice:', await first(shared, { token: 'alice' }));
console.log('shared, bob:', await first(shared, { token: 'bob' }));
console.log('his own, bob:', await first(buildGraphQLWSExecutor({ url }), { token: 'bob' }));
process.exit(0);
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'shared, alice: {"token":"alice"}
shared, bob: {"token":"alice"}
his own, bob: {"token":"bob"}' ]
