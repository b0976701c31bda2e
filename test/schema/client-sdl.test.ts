import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  validateSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scopesOn } from '../../src/access/schema-guards.js';
import { clientSdl } from '../../src/schema/client-sdl.js';

const read = (name: string) => readFileSync(resolve(import.meta.dirname, '../..', name), 'utf8');
const subgraphSdl = read('schema.graphql');
const sdl = read('schema.client.graphql');

/** What introspection tells of the types, without their descriptions: names, fields, arguments, defaults, deprecations. */
function typesOf(schema: GraphQLSchema): readonly object[] {
  const told = introspectionFromSchema(schema, { descriptions: false, specifiedByUrl: true, oneOf: true });
  return told.__schema.types;
}

type Described = Parameters<typeof scopesOn>[0] & { readonly name: string; readonly description?: string | null };

function elementsOf(type: GraphQLNamedType): readonly Described[] {
  if (isEnumType(type)) return type.getValues();
  if (!isObjectType(type) && !isInputObjectType(type)) return [];
  return Object.values<Described>(type.getFields());
}

describe('schema.client.graphql', () => {
  const subgraph = buildSchema(subgraphSdl, { assumeValidSDL: true });

  test('is fresh: `npm run schema` writes it', () => {
    expect(sdl).toBe(clientSdl(subgraphSdl));
  });

  test('is read by a tool that knows nothing of federation', () => {
    expect(() => buildSchema(subgraphSdl)).toThrow(/Unknown directive "@(?:link|key)"/);
    expect(validateSchema(buildSchema(sdl))).toEqual([]);
  });

  test('has every type, field and argument of the subgraph, and no others', () => {
    const types = typesOf(buildSchema(sdl));
    expect(types.length).toBeGreaterThan(50);
    expect(types).toEqual(typesOf(subgraph));
  });

  test('has nothing of federation, and no directive of our own', () => {
    const directives = buildSchema(sdl).getDirectives();
    expect(directives.map(({ name }) => name)).toEqual(
      buildSchema('type Query { a: Int }')
        .getDirectives()
        .map(({ name }) => name),
    );
    expect(sdl).not.toMatch(
      /federation|\b_(?:Any|Entity|Service|entities|service)\b|@(?:key|link|shareable|authorize)\b/,
    );
  });

  test('says in words what @authorize asks for', () => {
    const schema = buildSchema(sdl);
    const unsaid = Object.values(subgraph.getTypeMap()).flatMap((type) => {
      const told = new Map(elementsOf(schema.getType(type.name)!).map(({ name, description }) => [name, description]));
      return elementsOf(type).flatMap((element) => {
        const sentence = / (?:Needs|Any value but the default needs) the scopes? (.*)\.$/.exec(
          told.get(element.name) ?? '',
        );
        const said = [...(sentence?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, scope]) => scope);
        return JSON.stringify(said) === JSON.stringify(scopesOn(element)) ? [] : [`${type.name}.${element.name}`];
      });
    });
    expect(unsaid).toEqual([]);
  });
});

test('guards of every kind are worded, and standard directives stay', () => {
  const made = clientSdl(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
    directive @authorize(scopes: [String!]!) on OBJECT | FIELD_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION
    type Query @authorize(scopes: ["a"]) {
      "It is old."
      old(kind: Kind, filter: Filter): Int @deprecated(reason: "Use another.") @authorize(scopes: ["a", "b"]) @authenticated
    }
    enum Kind { PLAIN RARE @authorize(scopes: ["c"]) }
    input Filter @oneOf { any: Boolean, one: Url @authorize(scopes: ["d"]) }
    input Page { size: Int = 20 @authorize(scopes: ["e"]) }
    scalar Url @specifiedBy(url: "https://example.com")
  `);
  expect(made).toBe(`"""Needs the scope \`a\`."""
type Query {
  """It is old. Needs the scopes \`a\` and \`b\`."""
  old(kind: Kind, filter: Filter): Int @deprecated(reason: "Use another.")
}

enum Kind {
  PLAIN
  """Needs the scope \`c\`."""
  RARE
}

input Filter @oneOf {
  any: Boolean
  """Needs the scope \`d\`."""
  one: Url
}

input Page {
  """Any value but the default needs the scope \`e\`."""
  size: Int = 20
}

scalar Url @specifiedBy(url: "https://example.com")
`);
});
