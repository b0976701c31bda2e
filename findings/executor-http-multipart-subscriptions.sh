#!/usr/bin/env bash
# @graphql-tools/executor-http 3.4.1 (of Hive Gateway and of schema stitching) on Node 22 or newer.
#
# Expected: a subscription that is answered by Apollo's multipart protocol, with each result in `payload` and an empty object as a heartbeat, yields those results; or it fails
# with an error that says so. Of server-sent events with the same members the executor does take `payload`.
# Seen: each part is merged as one of incremental delivery. No data and no error of any part arrives: each event is an object without `data` and `errors`, a heartbeat too.
# What follows: ask for `text/event-stream`. A gateway above it answers null for each event, without an error, and nobody is told that the subscription was refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 @graphql-tools/executor-http@3.4.1
cat >look.mjs <<'JS'
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { parse } from 'graphql';
import { once } from 'node:events';
import { createServer } from 'node:http';
const results = [{ data: { who: 'alice' } }, { errors: [{ message: 'expired' }], data: null }];
const parts = (messages) => messages.map((one) => `--graphql\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(one)}\r\n`);
const events = results.map((one) => `event: next\ndata: ${JSON.stringify({ payload: one })}\n\n`);
const server = createServer(({ headers: { accept } }, response) => {
  const isMultipart = accept.startsWith('multipart/mixed');
  response.writeHead(200, { 'content-type': isMultipart ? 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"' : accept });
  const body = isMultipart ? [...parts([{}, ...results.map((payload) => ({ payload }))]), '--graphql--\r\n'] : [...events, 'event: complete\ndata:\n\n'];
  response.end(body.join(''));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const endpoint = `http://127.0.0.1:${server.address().port}`;
for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
  const executor = buildHTTPExecutor({ endpoint, method: 'POST', headers: { accept } });
  for await (const { data, errors } of await executor({ document: parse('subscription { who }') })) {
    console.log(accept.split('/')[0], JSON.stringify(data), JSON.stringify(errors?.map(({ message }) => message)));
  }
}
server.close();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'text {"who":"alice"} undefined
text null ["expired"]
multipart undefined undefined
multipart undefined undefined
multipart undefined undefined' ]
