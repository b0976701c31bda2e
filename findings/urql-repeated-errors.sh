#!/usr/bin/env bash
# @urql/core 6.0.3 on Node 22 or newer.
#
# Expected: `error` of a subscription's result is what that result had in `errors`.
# Seen: with `subscriptionExchange`, and by server-sent events, the errors of one result are handed out again with every later one that has none, and with the
# completion, because results are merged as those of @defer are. A result without `data` has the data of the one before.
# What follows: whoever comes back within a subscription after a result with an error (such as UNAUTHENTICATED before a fresh token) must keep that result from urql.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 @urql/core@6.0.3
cat >look.mjs <<'JS'
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
const results = [{ data: { a: 1 } }, { data: null, errors: [{ message: 'x' }] }, { data: { a: 2 } }];
const forwardSubscription = () => ({
  subscribe: (sink) => {
    for (const result of results) sink.next(result);
    sink.complete();
    return { unsubscribe: () => undefined };
  },
});
const body = results.map((result) => `event: next\ndata: ${JSON.stringify(result)}\n\n`).join('') + 'event: complete\ndata:\n\n';
const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
for (const [name, options] of [
  ['exchange', { exchanges: [subscriptionExchange({ forwardSubscription })] }],
  ['events', { exchanges: [fetchExchange], fetchSubscriptions: true, fetch }],
]) {
  const client = new Client({ url: 'http://urql.test/', preferGetMethod: false, ...options });
  const seen = [];
  client.subscription('subscription { a }', {}).subscribe(({ data, error }) => seen.push(`${data?.a}${error ? ' error' : ''}`));
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.log(`${name}: ${seen.join(', ')}`);
}
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "exchange: 1, 1 error, 2 error, 2 error
events: 1, 1 error, 2 error, 2 error" ]
