#!/usr/bin/env bash
# @graphql-codegen/client-preset 6.2.0 with @graphql-tools/documents 1.0.2 and graphql 16.15.0 on Node 22 or newer.
#
# Expected: a document in the `persisted-documents.json` that the preset writes (`persistedDocuments: true`) does what the operation in the source does: the fields of a mutation
# run in the order in which they stand, and a literal has the value that was written.
# Seen: the preset prints documents with `printExecutableGraphQLDocument`, which sorts fields by name and then makes one space of every run of white space.
# - The fields of a mutation keep their order where they stand in the operation, and lose it where they stand in a fragment: fragments are visited before the mutation
#   that spreads them. Fields of a mutation run one after the other, so that `second first` runs `first` first.
# - White space within literals is reduced as well: "two  spaces" has one, and the lines of a block string become one line.
# The hash is that of the changed text, so that nothing notices.
# What follows: whoever runs persisted documents of the preset selects the fields of a mutation in the operation itself, and sends texts as variables.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts graphql@16.15.0 @graphql-codegen/cli@7.4.3 @graphql-codegen/client-preset@6.2.0 @graphql-tools/documents@1.0.2
cat >look.mjs <<'JS'
import { generate } from '@graphql-codegen/cli';
const schema = 'type Query { a: String } type Mutation { first: String second: String say(text: String!): String }';
const documents = `
  mutation Plain { second first }
  mutation Spread { ...Steps }
  fragment Steps on Mutation { second first }
  mutation Say { say(text: "two  spaces") }
`;
const files = await generate(
  { schema, documents, silent: true, generates: { 'out/': { preset: 'client', presetConfig: { persistedDocuments: true } } } },
  false,
);
const { content } = files.find(({ filename }) => filename.endsWith('persisted-documents.json'));
for (const text of Object.values(JSON.parse(content)).sort()) console.log(text);
JS
seen=$(node look.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'fragment Steps on Mutation { first second } mutation Spread { ...Steps }
mutation Plain { second first }
mutation Say { say(text: "two spaces") }' ]
