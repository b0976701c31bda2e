#!/usr/bin/env bash
# @urql/core 6.0.3 on Node 22 or newer.
#
# Expected: `unsubscribe` of a subscription by server-sent events ends it quietly, and a subscription that HTTP refuses with JSON is over.
# Seen: called while a result is handed out it leaves a rejection that nobody handles, an AbortError, at which Node ends the process; called later it does not. After a 401 with
# errors in JSON the subscription is told of them with `hasNext: true`, and never ends.
# What follows: leave a stream in a later task than that of its result; after a refusal unsubscribe yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 @urql/core@6.0.3 wonka@6.3.6
cat >look.mjs <<'JS'
import { Client, fetchExchange } from '@urql/core';
import { createServer } from 'node:http';
import { onEnd, pipe, subscribe } from 'wonka';
const seen = [];
process.on('unhandledRejection', ({ name }) => seen.push(`unhandled ${name}`));
const server = createServer((request, response) => {
  if (request.url === '/refused') {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"errors":[{"message":"no"}]}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: next\ndata: {"data":{"a":1}}\n\n');
}).listen(0);
for (const how of ['within', 'later', 'refused']) {
  const url = `http://127.0.0.1:${server.address().port}/${how}`;
  const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchSubscriptions: true });
  let hasEnded = false;
  const { unsubscribe } = pipe(
    client.subscription('subscription { a }', {}),
    onEnd(() => (hasEnded = true)),
    subscribe(({ hasNext, error }) => {
      if (how === 'within') unsubscribe();
      if (how === 'later') setTimeout(unsubscribe);
      if (error) seen.push(`hasNext ${hasNext}`);
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log([how, ...seen.splice(0), hasEnded ? 'ended' : 'open'].join(', '));
}
server.close();
server.closeAllConnections();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "within, unhandled AbortError, ended
later, ended
refused, hasNext true, open" ]
