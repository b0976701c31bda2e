import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, Kind, parse } from 'graphql';
import { defaultLimits, refuseOversized } from '../../src/operations/limits.js';
import { startFixture, type Fixture } from './fixture.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(async () => {
  await gateway.stop();
});

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const nested = (depth: number) => `{ me ${'{ bestFriend '.repeat(depth - 2)} { id } ${'}'.repeat(depth - 1)}`;
/** Each fragment uses the next one twice: 2^count selections. */
const doubling = (count: number, body: (next: string) => string, last: string) =>
  `${times(count, (i) => `fragment F${i} on Person { ${body(`...F${i + 1}`)} }`)} fragment F${count} on Person { ${last} }`;

const friends = (levels: number) => `{ me { ${'friends { '.repeat(levels)} id ${'} '.repeat(levels)} } }`;

interface Case {
  readonly limit: string;
  readonly what: string;
  readonly query: string;
  readonly variables?: unknown;
}

const tooLarge: readonly Case[] = [
  { limit: 'tokens', what: 'a thousand fields', query: `{ ${times(1_000, (i) => `a${i}`)} }` },
  { limit: 'tokens', what: 'a hundred thousand braces', query: '{ a '.repeat(60_000) },
  { limit: 'lines', what: 'line breaks', query: `${'\n'.repeat(1_000)}{ hello }` },
  { limit: 'lines', what: 'line breaks of another system', query: `${'\r\n'.repeat(500)}${'\r'.repeat(500)}{ hello }` },
  { limit: 'lines', what: 'comments', query: `${'#\n'.repeat(1_000)}{ hello }` },
  {
    limit: 'fragments',
    what: 'fragments in a circle',
    query: `{ me { ...F0 } } ${times(41, (i) => `fragment F${i} on Person { ...F${(i + 1) % 41} }`)}`,
  },
  { limit: 'overlaps', what: 'fields to merge', query: `{ ${times(997, () => 'hello')} }` },
  { limit: 'depth', what: 'fields in fields', query: nested(13) },
  {
    limit: 'depth',
    what: 'fields in fragments in fragments',
    query: `{ me { ...F0 } } ${times(12, (i) => `fragment F${i} on Person { bestFriend { ...F${i + 1} } }`)} fragment F12 on Person { id }`,
  },
  { limit: 'aliases', what: 'aliases', query: `{ me { ${times(51, (i) => `a${i}: id`)} } }` },
  {
    limit: 'aliases',
    what: 'aliases in a fragment used often',
    query: `{ me { ...A } b: me { ...A } } fragment A on Person { ${times(30, (i) => `a${i}: id`)} }`,
  },
  { limit: 'rootFields', what: 'queries', query: `{ ${times(11, (i) => `a${i}: hello`)} }` },
  { limit: 'rootFields', what: 'mutations', query: `mutation { ${times(6, (i) => `a${i}: ring`)} }` },
  {
    limit: 'rootFields',
    what: 'mutations in fragments',
    query: `mutation { ...A ...B ... { f: ring } } fragment A on Mutation { a: ring b: ring c: ring } fragment B on Mutation { d: ring e: ring }`,
  },
  {
    limit: 'fields',
    what: 'fragments that double each other',
    query: `{ me { ...F0 } } ${doubling(39, (next) => `${next} ${next}`, 'id')}`,
  },
  {
    limit: 'fields',
    what: 'fragments that double each other, nested',
    query: `{ me { ...F0 } } ${doubling(8, (next) => `bestFriend { ${next} } bestFriend { ${next} } bestFriend { ${next} }`, 'id')}`,
  },
  { limit: 'cost', what: 'lists in lists', query: friends(5) },
  { limit: 'cost', what: 'a literal first', query: '{ search(first: 20000) { nodes { id } } }' },
  {
    limit: 'cost',
    what: 'a variable first',
    query: 'query($n: Int!) { search(first: $n) { nodes { friends { id name } } } }',
    variables: { n: 1_000 },
  },
  {
    limit: 'cost',
    what: 'a variable default',
    query: 'query($n: Int! = 1000) { search(first: $n) { nodes { friends { id name } } } }',
  },
  {
    limit: 'cost',
    what: 'rows reached through a fragment',
    query: '{ search(first: 10000) { ...P } } fragment P on PersonPage { nodes { id name } }',
  },
  {
    limit: 'cost',
    what: 'many ids',
    query: 'query($ids: [ID!]!) { people(ids: $ids) { id name bestFriend { id } } }',
    variables: { ids: Array.from({ length: 9_999 }, () => '1') },
  },
  {
    limit: 'inputValues',
    what: 'entries of a variable',
    query: 'query($ids: [ID!]!) { people(ids: $ids) { id } }',
    variables: { ids: Array.from({ length: 10_000 }, () => '1') },
  },
  {
    limit: 'inputValues',
    what: 'entries of a variable that is used often',
    query: `query($ids: [ID!]!) { ${times(10, (i) => `a${i}: people(ids: $ids) { id }`)} }`,
    variables: { ids: Array.from({ length: 1_000 }, () => '1') },
  },
  {
    limit: 'inputValues',
    what: 'entries of a variable in a literal in a fragment that is used often',
    query: `query($id: ID!) { ${times(5, (i) => `...A a${i}: hello`)} } fragment A on Query { people(ids: [$id, $id]) { id } }`,
    variables: { id: 'a'.repeat(25 * 1_000) },
  },
  {
    limit: 'inputValues',
    what: 'characters of a text',
    query: 'query($ids: [ID!]!) { people(ids: $ids) { id } }',
    variables: { ids: 'a'.repeat(25 * 10_000 + 1) },
  },
  {
    limit: 'inputValues',
    what: 'characters of a literal that is used often',
    query: `{ ${times(9, (i) => `a${i}: people(ids: "${'a'.repeat(21_000)}") { id }`)} ...A ...A ...A } fragment A on Query { b: people(ids: "${'a'.repeat(21_000)}") { id } }`,
  },
  {
    limit: 'inputValues',
    what: 'members of an object',
    query: 'query($ids: [ID!]!) { people(ids: $ids) { id } }',
    variables: { ids: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, i])) },
  },
  {
    limit: 'cost',
    what: 'no rows of very much',
    query: `{ search(first: 0) { nodes { friends { ...F0 } } } me { ...F0 } } ${doubling(8, (next) => `friends { ${next} }`, 'id')}`,
  },
];

test.each(tooLarge)('$what exceed the limit of $limit before anything runs', async ({ limit, query, variables }) => {
  const answer = await gateway.query(query, variables, { authorization: 'Bearer alice' });
  expect(answer).toMatchObject({
    status: 400,
    data: undefined,
    errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', retryable: false, limit } }],
  });
  expect(gateway.calls).toEqual([]);
});

const withinLimits: readonly Omit<Case, 'limit'>[] = [
  { what: 'twelve levels', query: nested(12) },
  { what: 'fifty aliases', query: `{ me { ${times(50, (i) => `a${i}: id`)} } }` },
  { what: 'ten queries and __typename', query: `{ __typename ${times(10, (i) => `a${i}: hello`)} }` },
  { what: 'five mutations', query: `mutation { ${times(5, (i) => `a${i}: ring`)} }` },
  { what: 'the same mutation written often, which runs once', query: `mutation { ${times(20, () => 'ring')} }` },
  { what: 'lists in lists', query: friends(3) },
  {
    what: 'a page of a hundred rows with a list in each',
    query: '{ search(first: 100) { nodes { id name bestFriend { id name } friends { id name } } } }',
  },
  {
    what: 'a larger operation that is not the one to run',
    query: `query A { hello } query B { ${times(11, (i) => `a${i}: hello`)} }`,
  },
];

test.each(withinLimits)('$what are within the limits', async ({ query, variables }) => {
  const answer = await gateway.post({ query, variables, operationName: query.startsWith('query A') ? 'A' : undefined });
  expect(answer).toMatchObject({ status: 200, errors: [] });
});

test('a directive is written once in a place, and the list of errors ends at some point', async () => {
  const answer = await gateway.query(`{ hello ${'@include(if: true) '.repeat(100)} }`);
  expect(answer.status).toBe(400);
  expect(answer.errors).toHaveLength(21);
  expect(answer.errors.at(0)?.message).toBe('The directive "@include" can only be used once at this location.');
  expect(answer.errors.at(-1)?.message).toBe('There are more errors than these.');
  expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(
    new Set(['GRAPHQL_VALIDATION_FAILED']),
  );
});

/** Without an accepted token a body may have a few kilobytes only. */
const asAlice = { authorization: 'Bearer alice' };

test('a list of a hundred thousand levels exceeds the limit of inputValues', async () => {
  const levels = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const query = 'query($ids: [ID!]!) { people(ids: $ids) { id } }';
  const answer = await gateway.post(`{"query":"${query}","variables":{"ids":${levels}}}`, asAlice);
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { limit: 'inputValues' } }] });
});

test('as many input values as the limit are taken, and a text counts for each 25 characters that it begins', async () => {
  const query = 'query($ids: [ID!]!) { people(ids: $ids) { id } }';
  const most = defaultLimits.inputValues;
  for (const ids of [Array.from({ length: most - 1 }, () => 'a'), 'a'.repeat(25 * most)]) {
    expect(await gateway.query(query, { ids }, asAlice)).toMatchObject({ status: 200, errors: [] });
  }
  const ids = Array.from({ length: most / 2 }, () => 'a'.repeat(26));
  expect(await gateway.query(query, { ids }, asAlice)).toMatchObject({
    errors: [{ extensions: { limit: 'inputValues' } }],
  });
});

test.each([
  ['a variable that nothing uses', (bulk: string) => `{"query":"{ hello }","variables":{"bulk":${bulk}}}`],
  ['extensions', (bulk: string) => `{"query":"{ hello }","extensions":{"bulk":${bulk}}}`],
  ['a member of no meaning', (bulk: string) => `{"query":"{ hello }","bulk":${bulk}}`],
])(
  'input values beyond the limit in %s are refused, for they are held while the operation waits',
  async (_where, body) => {
    const bulk = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({})));
    const { inputValues: allowed } = defaultLimits;
    expect(await gateway.post(body(bulk(allowed + 16)), asAlice)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'inputValues', allowed } }],
    });
    expect(await gateway.post(body(bulk(allowed - 1)), asAlice)).toMatchObject({ status: 200, errors: [] });
  },
);

test('a mutation with fragments that are used twice counts what runs', async () => {
  gateway.calls.length = 0;
  const query = 'mutation { ...R ...R a: ring } fragment R on Mutation { ring b: ring }';
  expect(await gateway.query(query)).toMatchObject({ status: 200, errors: [] });
  expect(gateway.calls).toEqual(['ring', 'ring', 'ring']);
});

describe('in development', () => {
  let open: Fixture;
  beforeAll(async () => {
    open = await startFixture({ development: { landingPage: {}, addRoutes: () => Promise.resolve() } });
  });
  afterAll(async () => {
    await open.stop();
  });

  test('the introspection of every tool passes', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(await open.query(query)).toMatchObject({ status: 200, errors: [] });
  });

  test('introspection that goes in circles does not', async () => {
    const circle = (levels: number): string => (levels === 0 ? 'name' : `ofType { ${circle(levels - 1)} }`);
    const answer = await open.query(`{ __type(name: "Query") { ${circle(20)} } }`);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'introspectionDepth' } }]);
    const lists = await open.query(
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    );
    expect(lists.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

test('a fragment that contains itself, which validation refuses, does not hold up the sizing', async () => {
  const { schema } = gateway;
  const document = parse(
    '{ me { ...A } ...R } fragment A on Person { bestFriend { ...B } } fragment B on Person { ...A } fragment R on Query { ...R }',
  );
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  expect(() => {
    refuseOversized({ schema, document, operation, variables: {} }, defaultLimits);
  }).not.toThrow();
  const answer = await gateway.query('{ me { ...A } } fragment A on Person { bestFriend { ...A } }');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

test('sizing looks at each selection once, however often its fragment is used', () => {
  const { schema } = gateway;
  const document = parse(`{ me { ...F0 } } ${doubling(100, (next) => `${next} ${next} ${next}`, 'id')}`);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  let reads = 0;
  const getType = schema.getType.bind(schema);
  const counting = Object.assign(Object.create(schema) as typeof schema, {
    getType: (name: string) => {
      reads += 1;
      return getType(name);
    },
  });
  expect(() => {
    refuseOversized({ schema: counting, document, operation, variables: {} }, defaultLimits);
  }).toThrow('1000 fields');
  expect(reads).toBe(101);
});

test.each([
  ['a number', 'query($n: Int!) { search(first: $n) { nodes { friends { id name } } } }', { n: 1 }, { n: 1_000 }],
  [
    'a list',
    'query($ids: [ID!]!) { people(ids: $ids) { id name bestFriend { id } } }',
    { ids: ['1'] },
    { ids: Array.from({ length: 9_999 }, () => '1') },
  ],
])('what an operation cost with a small variable says nothing of a large one: %s', (_what, text, small, large) => {
  const { schema } = gateway;
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const check = (variables: Readonly<Record<string, unknown>>) => () => {
    refuseOversized({ schema, document, operation, variables }, defaultLimits);
  };
  expect(check(small)).not.toThrow();
  expect(check(large)).toThrow('points of cost');
  expect(check(small)).not.toThrow();
});
