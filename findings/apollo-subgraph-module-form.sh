#!/usr/bin/env bash
# @apollo/subgraph 2.14.4 and 2.15.1, with graphql 16.15.0, on Node 22 or newer.
#
# Expected: a minor release takes every form that the one before takes; or it fails with a message that names the form to use.
# Seen: 2.15.1 throws a TypeError, "doc.definitions is not iterable", for one module, `buildSubgraphSchema({ typeDefs, resolvers })`, with or without resolvers, which
# 2.14.4 takes. In a list the same module works, and so does a document by itself, although a list of one is all the difference.
# What follows: write `buildSubgraphSchema([{ typeDefs, resolvers }])`, which both take. TypeScript tells of it, plain JavaScript does so at the start alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
cat >look.mjs <<'JS'
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
const typeDefs = parse('type Query { hello: String }');
const resolvers = { Query: { hello: () => 'world' } };
for (const [form, input] of Object.entries({
  document: typeDefs,
  'list of documents': [typeDefs],
  module: { typeDefs, resolvers },
  'module without resolvers': { typeDefs },
  'list of modules': [{ typeDefs, resolvers }],
})) {
  try {
    const { data } = await graphql({ schema: buildSubgraphSchema(input), source: '{ hello }' });
    console.log(`${form}: ${data.hello}`);
  } catch ({ name, message }) {
    console.log(`${form}: ${name}, ${message.split(' (')[0]}`);
  }
}
JS
try() {
  npm install --silent --no-audit --no-fund "@apollo/subgraph@$1" graphql@16.15.0
  printf '%s\n' "$1"
  node look.mjs
}
seen=$(try 2.14.4; try 2.15.1)
printf '%s\n' "$seen"
[ "$seen" = "2.14.4
document: null
list of documents: null
module: world
module without resolvers: null
list of modules: world
2.15.1
document: null
list of documents: null
module: TypeError, doc.definitions is not iterable
module without resolvers: TypeError, doc.definitions is not iterable
list of modules: world" ]
