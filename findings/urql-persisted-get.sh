#!/usr/bin/env bash
# @urql/exchange-persisted 5.0.1 with @urql/core 6.0.3 on Node 22 or newer.
#
# Expected: with `preferGetMethod: false` no document is sent by GET, also where the server answers PersistedQueryNotSupported to the GET of a hash.
# Seen: `persistedExchange` asks by GET with its defaults, and repeats the query with its document by GET too; only the next queries go by POST. Apollo Client's PersistedQueryLink goes
# over to POST at once. With `preferGetForPersistedQueries: false` all go by POST.
# What follows: a server that answers no GET fails the first query of each such client; there is no status or message that would have urql go over to POST.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 @urql/core@6.0.3 @urql/exchange-persisted@5.0.1
cat >look.mjs <<'JS'
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
for (const message of ['PersistedQueryNotSupported', 'PersistedQueryNotFound']) {
  for (const options of [{}, { preferGetForPersistedQueries: false }]) {
    const sent = [];
    const fetch = async (url, { method, body }) => {
      const hasDocument = new URL(url).searchParams.has('query') || (body ?? '').includes('"query":"');
      sent.push(`${method} ${hasDocument ? 'document' : 'hash'}`);
      const isRefused = method === 'GET' || !hasDocument;
      const answer = isRefused ? { errors: [{ message: hasDocument ? 'POST it' : message }] } : { data: { a: 1 } };
      return new Response(JSON.stringify(answer), {
        status: method === 'GET' ? 405 : 200,
        headers: { 'content-type': 'application/graphql-response+json' },
      });
    };
    const client = new Client({
      url: 'http://urql.test/',
      preferGetMethod: false,
      fetch,
      exchanges: [persistedExchange(options), fetchExchange],
    });
    const { data } = await client.query('{ a }', {}).toPromise();
    console.log(message, Object.values(options)[0] ?? 'default', sent.join(', '), data ? 'data' : 'none');
  }
}
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = "PersistedQueryNotSupported default GET hash, GET document none
PersistedQueryNotSupported false POST hash, POST document data
PersistedQueryNotFound default GET hash, GET document none
PersistedQueryNotFound false POST hash, POST document data" ]
