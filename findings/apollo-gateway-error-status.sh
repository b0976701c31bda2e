#!/usr/bin/env bash
# @apollo/gateway 2.14.4 with graphql 16.15.0 on Node 22 or newer.
#
# Expected: an error of a subgraph reaches the client with the `extensions` that the subgraph gave it, whatever the HTTP status of the subgraph's answer is, as the body is read in either case.
# Seen: only with 200. With 400 its code is gone, so that Apollo Server calls it INTERNAL_SERVER_ERROR; 401 and 403 get the codes UNAUTHENTICATED and FORBIDDEN, whatever the subgraph said;
# every other member is gone too. What the subgraph did say goes to the client below `extensions.response.body`, beside the internal URL of the subgraph.
# What follows: a subgraph that answers 400 for a wrong input is a broken server to a client behind this gateway. Override `errorFromResponse` of RemoteGraphQLDataSource.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts graphql@16.15.0 @apollo/gateway@2.14.4
cat >look.mjs <<'JS'
import { RemoteGraphQLDataSource } from '@apollo/gateway';
import { once } from 'node:events';
import { createServer } from 'node:http';
const errors = [{ message: 'The number is too short', extensions: { code: 'BAD_USER_INPUT', retryable: false } }];
const server = createServer((request, response) => {
  response.writeHead(Number(request.url.slice(1)), { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors, data: null }));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
for (const status of [200, 400, 401]) {
  const source = new RemoteGraphQLDataSource({ url: `http://127.0.0.1:${server.address().port}/${status}` });
  let told;
  try {
    [told] = (await source.process({ kind: 'health check', request: { query: '{ a }', variables: {} }, context: {} })).errors;
  } catch (error) {
    told = error;
  }
  const { code, retryable, response } = told.extensions;
  console.log(status, told.message, code, retryable, Object.keys(response ?? {}).join(' '));
}
server.close();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = '200 The number is too short BAD_USER_INPUT false 
400 400: Bad Request undefined undefined url status statusText body
401 401: Unauthorized UNAUTHENTICATED undefined url status statusText body' ]
