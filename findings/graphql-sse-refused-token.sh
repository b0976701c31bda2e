#!/usr/bin/env bash
# graphql-sse 2.6.1 on Node 22 or newer.
#
# Expected: an answer of 401 ends a subscription, as one of another type than an event stream would.
# Seen: every answer that is no success is a NetworkError and is tried again, five times with waits that double, 401, 403 and 400 as well. There is no `shouldRetry`, and `retry` is not
# told the reason; with `retryAttempts: 0` the first one is thrown, with its `response`.
# What follows: whoever wants to ask for another sign-in, and not half a minute later, sets `retryAttempts: 0` and comes back in code of their own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-sse@2.6.1
cat >look.mjs <<'JS'
import { createClient } from 'graphql-sse';
for (const status of [401, 400]) {
  for (const options of [{}, { retryAttempts: 0 }]) {
    let asked = 0;
    const told = [];
    const client = createClient({
      url: 'http://sse.test/',
      fetchFn: async () => ((asked += 1), new Response('{}', { status })),
      retry: async (...args) => void told.push(...args),
      ...options,
    });
    try {
      for await (const _ of client.iterate({ query: 'subscription { a }' }));
    } catch (error) {
      console.log(`${status}: asked ${asked} times, ${error.name} of ${error.response.status}, retry was told ${told.join() || 'nothing'}`);
    }
  }
}
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "401: asked 6 times, NetworkError of 401, retry was told 0,1,2,3,4
401: asked 1 times, NetworkError of 401, retry was told nothing
400: asked 6 times, NetworkError of 400, retry was told 0,1,2,3,4
400: asked 1 times, NetworkError of 400, retry was told nothing" ]
