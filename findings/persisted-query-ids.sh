#!/usr/bin/env bash
# @apollo/client 4.3.8, @apollo/generate-persisted-query-manifest 1.4.0, @apollo/persisted-query-lists 1.1.0, @apollo/server 5.5.1, @graphql-codegen/client-preset 6.2.0 and
# graphql 16.15.0 on Node 22 or newer.
#
# Expected: the ids of a manifest are those that the client of the same maker sends with its own SHA-256, and what one tool writes the other reads.
# Seen:
# - `PersistedQueryLink({ sha256 })` hashes a document as it stands in the source. The manifest's tool sorts the definitions first: a document whose fragments are not behind
#   its operation in the order of their names has another id in the manifest. `generatePersistedQueryIdsAtRuntime({ sha256 })` sorts, and has the id of the manifest.
# - The client preset writes SHA-256 ids as `sha256:<hex>`, by the draft of GraphQL over HTTP. Sent as `sha256Hash`, Apollo Server answers the document that a client of automatic
#   persisted queries sends next with "provided sha does not match query": it compares the hex alone.
# What follows: a server takes an id with the prefix and without, and compares a text that comes beside an id by what it says, in whatever order its definitions stand.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts graphql@16.15.0 rxjs@7.8.2 @apollo/client@4.3.8 @apollo/generate-persisted-query-manifest@1.4.0 \
  @apollo/persisted-query-lists@1.1.0 @apollo/server@5.5.1 @graphql-codegen/cli@7.4.3 @graphql-codegen/client-preset@6.2.0
mkdir src
echo 'fragment B on Query { b } query Q { ...B ...A } fragment A on Query { a }' >src/q.graphql
npx generate-persisted-query-manifest >/dev/null
cat >look.mjs <<'JS'
import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryIdsAtRuntime } from '@apollo/persisted-query-lists';
import { ApolloServer } from '@apollo/server';
import { generate } from '@graphql-codegen/cli';
import { parse } from 'graphql';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const source = readFileSync('src/q.graphql', 'utf8');
const { operations } = JSON.parse(readFileSync('persisted-query-manifest.json', 'utf8'));
async function sentBy(options) {
  let sent;
  const end = new ApolloLink(({ extensions }) => {
    sent = extensions.persistedQuery.sha256Hash;
    return new Observable((observer) => (observer.next({ data: { a: 'a', b: 'b' } }), observer.complete()));
  });
  const client = new ApolloClient({ link: new PersistedQueryLink(options).concat(end), cache: new InMemoryCache() });
  await client.query({ query: parse(source) });
  return sent === operations[0].id;
}
console.log('the link with sha256 has the id of the manifest:', await sentBy({ sha256 }));
console.log('with ids at run time:', await sentBy(generatePersistedQueryIdsAtRuntime({ sha256 })));
const schema = 'type Query { a: String b: String }';
const generates = { 'out/': { preset: 'client', presetConfig: { persistedDocuments: true } } };
const files = await generate({ schema, documents: source, silent: true, generates }, false);
const [[id, query]] = Object.entries(JSON.parse(files.find(({ filename }) => filename.endsWith('persisted-documents.json')).content));
const server = new ApolloServer({ typeDefs: schema });
for (const sha256Hash of [id, id.replace('sha256:', '')]) {
  const { body } = await server.executeOperation({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } });
  console.log(sha256Hash.startsWith('sha256:') ? 'prefixed:' : 'bare:', body.singleResult.errors?.[0].message ?? 'runs');
}
await server.stop();
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'the link with sha256 has the id of the manifest: false
with ids at run time: true
prefixed: provided sha does not match query
bare: runs' ]
