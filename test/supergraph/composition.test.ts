import { ApolloGateway } from '@apollo/gateway';
import { composeServices as composeWithApollo } from '@apollo/composition';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices as composeWithTheGuild } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { parse, print, type DocumentNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { schemaOf } from '../../src/gateway.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';
import { customersSdl } from './start-customers.js';

const root = resolve(import.meta.dirname, '../..');

interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/** Every library that the page names, with the supergraph that it makes of two subgraphs. */
const libraries: readonly [string, (subgraphs: Subgraph[]) => string][] = [
  [
    '@apollo/composition',
    (subgraphs) => {
      const { errors, supergraphSdl = '' } = composeWithApollo(subgraphs);
      expect(errors).toBeUndefined();
      return supergraphSdl;
    },
  ],
  [
    '@theguild/federation-composition',
    (subgraphs) => {
      const { errors, supergraphSdl = '' } = composeWithTheGuild(subgraphs);
      expect(errors).toBeUndefined();
      return supergraphSdl;
    },
  ],
  [
    '@wundergraph/composition',
    (subgraphs) => {
      const result = federateSubgraphs({
        subgraphs: subgraphs.map(({ typeDefs, ...subgraph }) => ({ ...subgraph, definitions: typeDefs })),
        version: ROUTER_COMPATIBILITY_VERSION_ONE,
      });
      if (!result.success) throw new Error('It does not compose', { cause: result.errors });
      expect(result.warnings).toEqual([]);
      return print(result.federatedGraphAST);
    },
  ],
];

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

/** Our subgraph beside another one. */
function subgraphs(federationAuthDirectives: boolean): Subgraph[] {
  const { sdl } = schemaOf({ ...gateway.config, federationAuthDirectives });
  return [
    { name: 'outdial', url: 'http://outdial.test/graphql', typeDefs: parse(sdl) },
    { name: 'customers', url: 'http://customers.test/graphql', typeDefs: parse(customersSdl) },
  ];
}

const placing = /^ *startOutboundVoiceContact\([^)]*\): Contact\b.*/m;

describe.each(libraries)('%s', (library, compose) => {
  let page: string;
  beforeAll(() => {
    const rows = readFileSync(join(root, 'docs/federation.md'), 'utf8').split('\n');
    page = rows.filter((row) => row.startsWith(`| \`${library}\` `)).join('\n');
  });

  test('has the version that the page says', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', library, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(page.split('|')[2]?.trim()).toBe(version);
  });

  test('keeps @authorize, or drops it, as the page says', () => {
    const supergraph = compose(subgraphs(false));
    const isKept = page.split('|')[3]?.trim().startsWith('kept');
    expect(supergraph).toMatch(placing);
    expect(supergraph.includes('@authorize')).toBe(isKept);
    if (!isKept) return;
    expect(supergraph).toMatch(/^ *CAMPAIGN\b.*@authorize\(scopes: \["calls:campaign"\]\)/m);
    expect(supergraph).toMatch(/^ *campaignId: ID\b.*@authorize\(scopes: \["calls:campaign"\]\)/m);
    expect(placing.exec(supergraph)?.[0]).toContain('@authorize(scopes: ["calls:start"])');
  });

  test('keeps the directives of federation itself, where they are asked for', () => {
    const supergraph = compose(subgraphs(true));
    expect(placing.exec(supergraph)?.[0]).toContain('@requiresScopes(scopes: [["calls:start"]])');
    expect(supergraph).toMatch(/^ *\w+.*: .*@authenticated\b/m);
  });
});

test('@apollo/gateway does not start with the directives of federation', async () => {
  const start = async (federationAuthDirectives: boolean) => {
    const { supergraphSdl = '' } = composeWithApollo(subgraphs(federationAuthDirectives));
    const router = new ApolloGateway({ supergraphSdl });
    await router.load();
    await router.stop();
  };
  await start(false);
  await expect(start(true)).rejects.toThrow(
    'feature https://specs.apollo.dev/authenticated/v0.1 is for: SECURITY but is unsupported',
  );
});
