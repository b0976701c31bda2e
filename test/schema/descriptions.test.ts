import { expect, test } from '@jest/globals';
import { Kind, parse, type DefinitionNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Described {
  readonly name: { readonly value: string };
  readonly description?: unknown;
  readonly fields?: readonly Described[];
  readonly values?: readonly Described[];
  readonly arguments?: readonly Described[];
}

const rootTypes = ['Query', 'Mutation', 'Subscription'];

/** Of the definition and all in it, what has no description. What federation brings begins with an underscore, or has two in it. */
function undescribedIn({ name, description, ...parts }: Described, path = name.value): readonly string[] {
  if (/^_|__/.test(name.value)) return [];
  const inside = [parts.fields, parts.values, parts.arguments].flatMap((list = []) =>
    list.flatMap((one) => undescribedIn(one, `${path}.${one.name.value}`)),
  );
  return description || rootTypes.includes(path) ? inside : [path, ...inside];
}

const isNamed = (definition: DefinitionNode): definition is DefinitionNode & Described =>
  'name' in definition && !definition.kind.endsWith('Extension') && definition.kind !== Kind.DIRECTIVE_DEFINITION;

test('everything that the schema offers is described', () => {
  const sdl = readFileSync(join(resolve(import.meta.dirname, '../..'), 'schema.graphql'), 'utf8');
  const definitions = parse(sdl).definitions.filter(isNamed);
  expect(definitions.length).toBeGreaterThan(50);
  expect(definitions.flatMap((definition) => undescribedIn(definition))).toEqual([]);
});
