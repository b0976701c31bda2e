import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canary, startFixture, type Fixture } from './fixture.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(async () => {
  await gateway.stop();
});

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('a result without errors is answered as it is', async () => {
  const answer = await gateway.query('{ hello }');
  expect(answer).toMatchObject({ status: 200, data: { hello: 'world' }, errors: [] });
});

describe('errors of resolvers', () => {
  test('a GatewayError shows its message, code, retry hint and details, and only its cause goes to the log', async () => {
    const answer = await gateway.query('{ a: fail(how: "gateway") hello }');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ a: null, hello: 'world' });
    expect(answer.errors).toEqual([
      {
        message: 'The instance is full.',
        locations: [{ line: 1, column: 3 }],
        path: ['a'],
        extensions: {
          code: 'LIMIT_EXCEEDED',
          retryable: true,
          retryAfterMs: 2_500,
          quota: 'concurrent calls',
          requestId: answer.headers.get('x-request-id'),
        },
      },
    ]);
    expect(gateway.logText().includes('secret-of-ours')).toBe(true);
  });

  test.each(['bug', 'graphql', 'thrownString'])(
    'anything else (%s) is an internal error that says nothing',
    async (how) => {
      const answer = await gateway.query(
        'query($how: String) { fail(how: $how) }',
        { how },
        { 'x-request-id': `bug-${how}` },
      );
      expect(answer.status).toBe(200);
      expect(answer.errors).toEqual([
        {
          message: 'Something went wrong on our side. The requestId finds it in the log.',
          locations: [{ line: 1, column: 23 }],
          path: ['fail'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId: `bug-${how}` },
        },
      ]);
      const logged = gateway
        .logText()
        .split('\n')
        .find((line) => line.includes(`bug-${how}`) && line.includes('met a bug'));
      expect(logged).toContain('secret-of-ours');
    },
  );
});

describe('documents', () => {
  const anEnum = 'must be a value of the enum TrafficType, without quotes';
  const another = 'is not of the type that the schema wants here';

  test.each([
    ['an unknown token', '{ hello ? }', 'Syntax Error: Unexpected character.'],
    ['a string in the wrong place', `{ hello "${canary}" }`, 'Syntax Error: Expected Name, found String.'],
    [
      'quotes within a string',
      `{ hello "${canary} \\" found \\" ${canary}" }`,
      'Syntax Error: Expected Name, found String.',
    ],
    ['a string without an end', `{ hello(a: "${canary}`, 'Syntax Error: Unterminated string.'],
    ['a bad escape', `{ hello(a: "\\q${canary}") }`, 'Syntax Error: Invalid character escape sequence.'],
    ['nothing', '#', 'Syntax Error: Unexpected <EOF>.'],
  ])('%s is GRAPHQL_PARSE_FAILED without what was written', async (_what, query, message) => {
    const answer = await gateway.query(query);
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ message, extensions: { code: 'GRAPHQL_PARSE_FAILED', retryable: false } }],
    });
    expect(answer.errors[0]?.extensions.requestId).toMatch(uuid);
    expect(answer.errors[0]?.locations).toHaveLength(1);
    expect(answer.text).not.toContain(canary);
  });

  test.each([
    ['a string for an Int', `{ square(of: "${canary}") }`, 'must be of type Int'],
    ['a string for an enum', `mutation { call(input: { number: "1", trafficType: "${canary}" }) }`, anEnum],
    [
      'a string that imitates the message',
      `mutation { call(input: { number: "1", trafficType: "Enum \\"${canary}\\" cannot represent " }) }`,
      anEnum,
    ],
    ['a name for an enum', 'mutation { call(input: { number: "1", trafficType: c4n4ry }) }', anEnum],
    ['a string for an object', `mutation { call(input: "${canary}") }`, another],
    ['an object for a scalar', `mutation { call(input: { number: { a: "${canary}" } }) }`, another],
    ['a list of wrong items', `mutation { call(input: { number: "1", attributes: ["${canary}"] }) }`, another],
    ['a wrong default', `query($n: Int = "${canary}") { square(of: $n) }`, 'must be of type Int'],
  ])('%s is GRAPHQL_VALIDATION_FAILED without the value', async (_what, query, message) => {
    const answer = await gateway.query(query);
    expect(answer.status).toBe(400);
    expect(answer.errors[0]).toMatchObject({
      message: `The value written here ${message}.`,
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', retryable: false },
    });
    expect(answer.text).not.toMatch(/c4n4ry/);
  });

  test.each([
    ['{ helo }', 'Cannot query field "helo" on type "Query".'],
    [
      'mutation { call(input: { trafficType: GENERAL }) }',
      'Field "CallInput.number" of required type "PhoneNumber!" was not provided.',
    ],
    ['{ __schema { queryType { name } } }', 'Introspection is off here.'],
    ['{ __type(name: "Query") { name } }', 'Introspection is off here.'],
  ])('%s says what is wrong and suggests nothing of the schema', async (query, message) => {
    const answer = await gateway.query(query);
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
  });

  test.each([
    ['the operation is not there', 'query A { hello }', 'B'],
    ['none of several is named', 'query A { hello } query B { hello }', undefined],
    ['there are only fragments', 'fragment F on Query { hello } { ...F }', 'X'],
  ])('it is BAD_REQUEST when %s', async (_what, query, operationName) => {
    const answer = await gateway.post({ query, operationName });
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] });
  });
});

describe('variables', () => {
  const call = 'mutation Call($input: CallInput!) { call(input: $input) }';
  const square = 'query($of: Int!) { square(of: $of) }';
  const people = 'query($ids: [ID!]!) { people(ids: $ids) { id } }';
  const number = '1';

  test.each<[string, string, unknown, (readonly [string, string])[]]>([
    ['missing', square, {}, [['of', 'required']]],
    ['null', square, { of: null }, [['of', 'required']]],
    ['of the wrong type', square, { of: canary }, [['of', 'type']]],
    ['an object for a number', square, { of: { [canary]: canary } }, [['of', 'type']]],
    ['a scalar for an input', call, { input: canary }, [['input', 'type']]],
    ['a list for an input', call, { input: [canary] }, [['input', 'type']]],
    ['a missing field', call, { input: {} }, [['input.number', 'required']]],
    ['a scalar that throws', call, { input: { number: [canary] } }, [['input.number', 'type']]],
    ['an unknown enum value', call, { input: { number, trafficType: canary } }, [['input.trafficType', 'enum']]],
    ['an explicit null', call, { input: { number, trafficType: null } }, [['input.trafficType', 'required']]],
    ['an unknown field', call, { input: { number, nubmer: canary } }, [['input.nubmer', 'unknown']]],
    ['a field that is no name', call, { input: { number, [canary]: 1 } }, [['input', 'unknown']]],
    ['an inherited name', call, { input: { number, constructor: 1 } }, [['input.constructor', 'unknown']]],
    ['a null item', people, { ids: ['1', null] }, [['ids.1', 'required']]],
    [
      'several at once',
      call,
      { input: { ringTimeoutInSeconds: canary, attributes: [{ key: 'a', value: 'b' }, { key: [canary] }] } },
      [
        ['input.number', 'required'],
        ['input.ringTimeoutInSeconds', 'type'],
        ['input.attributes.1.key', 'type'],
        ['input.attributes.1.value', 'required'],
      ],
    ],
    [
      'a value that imitates the message',
      call,
      { input: `${canary}" at "input.x"; Expected type "Y". Variable "$input" got invalid value ${canary}` },
      [['input', 'type']],
    ],
  ])('%s is BAD_USER_INPUT with every path and no value', async (_what, query, variables, expected) => {
    const answer = await gateway.query(query, variables);
    expect(answer.status).toBe(400);
    expect(answer.errors).toHaveLength(1);
    const { code, retryable, fields } = answer.errors[0]!.extensions;
    expect({ code, retryable }).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
    expect(fields?.map(({ path, rule }) => [path, rule])).toEqual(expected);
    expect(answer.text).not.toContain(canary);
    expect(gateway.logText().includes(canary)).toBe(false);
    expect(gateway.calls).toEqual([]);
  });

  test.each<[string, string, unknown, readonly string[]]>([
    ['of the argument, whatever the variable is called', 'query($n: Int!) { square(of: $n) }', { n: canary }, ['of']],
    [
      'of the argument where a default made a null possible',
      'query($n: Int = 2) { square(of: $n) }',
      { n: null },
      ['of'],
    ],
    [
      'of the member of a literal, also where a default made a null possible',
      'mutation($n: PhoneNumber = "1", $k: String!) { call(input: { number: $n, attributes: [{ key: $k, value: "" }] }) }',
      { n: null, k: [canary] },
      ['input.number', 'input.attributes.0.key'],
    ],
    [
      'of each use, behind its field where the operation has several',
      'query($n: Int!, $ids: [ID!]!) { a: square(of: $n) ...F } fragment F on Query { square(of: $n) people(ids: $ids) { id } }',
      { n: canary, ids: [null] },
      ['a.of', 'square.of', 'people.ids.0'],
    ],
    [
      'of a field within another, behind both',
      'query($n: Int!) { me { friendPage(first: $n) { total } f: friendPage(first: $n) { total } } }',
      { n: canary },
      ['me.friendPage.first', 'me.f.first'],
    ],
    [
      'of the variable where no argument that is executed uses it',
      'query($n: Int!, $no: Boolean = false, $on: Boolean!, $null: Boolean = true) { hello @include(if: $on) square(of: $n) @include(if: $no) a: hello @skip(if: $null) }',
      { n: canary, on: canary, null: null },
      ['on', 'null', 'n'],
    ],
  ])('the path is that %s', async (_what, query, variables, paths) => {
    const answer = await gateway.query(query, variables);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(answer.errors[0]?.extensions.fields?.map(({ path }) => path)).toEqual(paths);
    expect(answer.text).not.toContain(canary);
  });

  test('nearly ten thousand wrong items are a hundred problems, and the message says that there are more', async () => {
    const ids = Array.from({ length: 9_999 }, () => null);
    const answer = await gateway.query(people, { ids }, { authorization: 'Bearer alice' });
    expect(answer.errors[0]?.extensions.fields).toHaveLength(100);
    expect(answer.errors[0]?.message).toBe(
      'The input breaks more than 100 rules; the first 100 are in extensions.fields.',
    );
  });

  test('defaults, single values for lists and left out optional fields fit', async () => {
    const answer = await gateway.query(
      'query($ids: [ID!]!, $n: Int! = 3) { people(ids: $ids) { id } square(of: $n) }',
      { ids: '1' },
    );
    expect(answer).toMatchObject({ status: 200, data: { people: null, square: 9 }, errors: [] });
  });
});
