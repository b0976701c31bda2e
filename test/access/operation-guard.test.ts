import { describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { GraphQLList, GraphQLString, parse, validate } from 'graphql';
import { OperationGuard } from '../../src/access/operation-guard.js';
import { GatewayError } from '../../src/errors.js';
import type { Caller } from '../../src/request.js';

const schema = buildSchema(`
  directive @authorize(scopes: [String!]!) on FIELD_DEFINITION | OBJECT | ENUM_VALUE | INPUT_FIELD_DEFINITION

  type Query {
    call: Call @authorize(scopes: ["read"])
    party: Party @authorize(scopes: ["read"])
    named: Named @authorize(scopes: ["read"])
    vault: [Vault!] @authorize(scopes: ["read"])
    count(where: Where, types: [[Traffic!]!], type: Traffic = GENERAL): Int @authorize(scopes: ["read"])
    defaulted(where: Where = { types: [CAMPAIGN] }): Int @authorize(scopes: ["read"])
    _service: _Service!
    _entities(representations: [_Any!]!): [_Entity]!
  }
  type Mutation {
    start(input: StartInput!): Call @authorize(scopes: ["start"])
  }
  type Subscription {
    call(type: Traffic): Call @authorize(scopes: ["follow"])
  }
  type Call {
    id: ID
    number: String @authorize(scopes: ["read", "pii"])
    related: Call
    person: Person
  }
  type Person implements Named { name: String, age: Int @authorize(scopes: ["age"]) }
  type Machine implements Named { name: String, age: Int, model: String @authorize(scopes: ["model"]) }
  type Vault @authorize(scopes: ["vault"]) { id: ID }
  union Party = Person | Vault
  interface Named { name: String @authorize(scopes: ["name"]) }

  enum Traffic { GENERAL, CAMPAIGN @authorize(scopes: ["campaign"]) }
  input StartInput {
    number: String!
    type: Traffic! = GENERAL
    campaignId: ID @authorize(scopes: ["campaignId"])
    repeat: Boolean! = false @authorize(scopes: ["repeat"])
    limits: Limits = { most: [1, 2] } @authorize(scopes: ["limits"])
    note: String = null @authorize(scopes: ["note"])
    strategy: Strategy
    strategies: [[Strategy!]]
    again: StartInput
  }
  input Limits { most: [Int!], least: Int, type: Traffic }
  input Strategy { kind: String, preview: Preview }
  input Preview { seconds: Int @authorize(scopes: ["preview"]), type: Traffic }
  input Where { types: [Traffic!], not: Where, plain: Plain, constructor: String @authorize(scopes: ["constructor"]) }
  input Plain { text: String }

  type _Service { sdl: String }
  scalar _Any
  union _Entity = Call | Vault
`);

const guard = new OperationGuard(
  schema,
  new Map([
    ['Call', ['reference-call']],
    ['Vault', ['reference-vault']],
  ]),
);

const nobodySpecial: Caller = { subject: 'someone', tenant: 'default', scopes: new Set(), expiresAtMs: Infinity };

interface Operation {
  readonly source: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** What the guard finds missing for a caller without any scope; the document is valid, as it is in front of the real guard. */
function needs({ source, ...rest }: Operation): unknown {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  if (isRefusedUnread(source, rest.operationName)) {
    expect(() => {
      guard.authorize({ document, caller: undefined, ...rest });
    }).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  }
  return missingScopes(() => {
    guard.authorize({ document, caller: nobodySpecial, ...rest });
  });
}

function missingScopes(authorize: () => void): unknown {
  try {
    authorize();
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code: 'FORBIDDEN', retryable: false });
    return (error as GatewayError).details?.missingScopes;
  }
  return [];
}

/** Whether nobody is refused by the names of the fields alone. */
function isRefusedUnread(source: string, operationName?: string): boolean {
  try {
    guard.requireCaller(parse(source), operationName);
  } catch (error) {
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
    return true;
  }
  return false;
}

test.each<[string, boolean, string | undefined]>([
  ['{ call { id } }', true, undefined],
  ['{ __typename call { id } }', true, undefined],
  ['mutation { start(input: {}) { nothing } }', true, undefined],
  ['subscription { call { id } }', true, undefined],
  ['query A { _service { sdl } } query B { call { id } }', true, 'B'],
  // What these need, the guard tells once they are validated.
  ['query A { _service { sdl } } query B { call { id } }', false, 'A'],
  ['query A { call { id } } query B { call { id } }', false, undefined],
  ['{ call @include(if: false) { id } }', false, undefined],
  ['{ ...Q } fragment Q on Query { call { id } }', false, undefined],
  ['{ __typename _service { sdl } _entities(representations: []) { __typename } unknown }', false, undefined],
])('without a token %s is refused unread: %s', (source, isRefused, operationName) => {
  expect(isRefusedUnread(source, operationName)).toBe(isRefused);
});

describe('the selection of an operation needs', () => {
  test.each<[string, Operation, string[]]>([
    ['the scopes of a field', { source: '{ call { id } }' }, ['read']],
    ['the scopes of a nested field', { source: '{ call { related { related { number } } } }' }, ['pii', 'read']],
    ['the scopes of an aliased field', { source: '{ a: call { id: number } }' }, ['pii', 'read']],
    [
      'nothing for meta fields',
      { source: '{ __typename __schema { types { name } } __type(name: "Call") { name } }' },
      [],
    ],
    ['nothing for the SDL', { source: '{ _service { sdl } }' }, []],
    [
      'the scopes of the type a field returns, in a list too',
      { source: '{ vault { __typename } }' },
      ['read', 'vault'],
    ],
    [
      'the scopes inside a fragment',
      { source: '{ ...Q } fragment Q on Query { call { ...C } } fragment C on Call { number }' },
      ['pii', 'read'],
    ],
    [
      'the scopes inside inline fragments',
      { source: '{ ... { ... on Query { call { ... on Call { number } } } } }' },
      ['pii', 'read'],
    ],
    [
      'nothing for a fragment that is not used by the operation',
      {
        source: 'query A { _service { sdl } } query B { ...Q } fragment Q on Query { call { id } }',
        operationName: 'A',
      },
      [],
    ],
    ['the scopes of all types a union may be', { source: '{ party { __typename } }' }, ['read', 'vault']],
    [
      "the scopes of a union member's fields",
      { source: '{ party { ... on Person { age } } }' },
      ['age', 'read', 'vault'],
    ],
    [
      'the scopes an interface sets, for whoever implements it',
      { source: '{ named { name } call { person { name } } }' },
      ['name', 'read'],
    ],
    [
      'the scopes of fields behind an interface',
      { source: '{ named { ... on Machine { model } } }' },
      ['model', 'read'],
    ],
    [
      'nothing of the same field of another type',
      { source: '{ named { ... on Machine { age } ...M } } fragment M on Machine { a: age }' },
      ['read'],
    ],
    [
      'nothing of the fields behind a type that cannot be',
      { source: '{ call { person { ... on Named { ... on Machine { model } } } } }' },
      ['read'],
    ],
    ["a mutation's scopes", { source: 'mutation { start(input: { number: "1" }) { id } }' }, ['start']],
    [
      "a subscription's scopes, with what it says",
      { source: 'subscription { call(type: CAMPAIGN) { number } }' },
      ['campaign', 'follow', 'pii', 'read'],
    ],
  ])('%s', (_title, operation, expected) => {
    expect(needs(operation)).toEqual(expected);
  });

  test.each<[string, Operation, string[]]>([
    ['a literal skip', { source: '{ call { id number @skip(if: true) } }' }, ['read']],
    ['a literal include', { source: '{ call { id number @include(if: true) } }' }, ['pii', 'read']],
    [
      'a variable that skips',
      { source: 'query ($no: Boolean!) { call { id number @skip(if: $no) } }', variables: { no: true } },
      ['read'],
    ],
    [
      'a variable that includes',
      { source: 'query ($yes: Boolean!) { call { id ... @include(if: $yes) { number } } }', variables: { yes: true } },
      ['pii', 'read'],
    ],
    [
      'a default that includes',
      { source: 'query ($yes: Boolean = true) { call { id ...N @include(if: $yes) } } fragment N on Call { number }' },
      ['pii', 'read'],
    ],
    [
      'a default that is overruled',
      { source: 'query ($yes: Boolean = true) { call { id number @include(if: $yes) } }', variables: { yes: false } },
      ['read'],
    ],
    [
      'a skip that wins over an include',
      { source: '{ call { id number @include(if: true) @skip(if: true) } }' },
      ['read'],
    ],
    [
      'a fragment skipped in one place and used in another',
      { source: '{ call { ...N @skip(if: true) related { ...N } } } fragment N on Call { number }' },
      ['pii', 'read'],
    ],
    [
      'a condition of the wrong type, which counts as met',
      { source: 'query ($yes: Boolean!) { call { id number @include(if: $yes) } }', variables: { yes: 'no' } },
      ['pii', 'read'],
    ],
  ])('only what is executed: %s', (_title, operation, expected) => {
    expect(needs(operation)).toEqual(expected);
  });

  test('no more time than the fragments are long, however often they are spread', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, depth) => `fragment F${depth} on Call { a: related { ...F${depth + 1} } b: related { ...F${depth + 1} } }`,
    );
    const source = `{ call { ...F0 } } ${fragments.join(' ')} fragment F60 on Call { number }`;
    expect(
      missingScopes(() => {
        guard.authorize({ document: parse(source), caller: nobodySpecial });
      }),
    ).toEqual(['pii', 'read']);
  });
});

describe('saying a guarded value needs its scopes:', () => {
  const start = (input: string) => `mutation { start(input: ${input}) { id } }`;
  const withInput = (input: Record<string, unknown> | string) => ({
    source: 'mutation ($input: StartInput!) { start(input: $input) { id } }',
    variables: { input: typeof input === 'string' ? input : { number: '1', ...input } },
  });

  test.each<[string, Operation, string[]]>([
    ['a literal', { source: start('{ number: "1", type: CAMPAIGN }') }, ['campaign', 'start']],
    ['a harmless literal', { source: start('{ number: "1", type: GENERAL }') }, ['start']],
    ['a member of a variable', withInput({ type: 'CAMPAIGN' }), ['campaign', 'start']],
    [
      'a variable inside a literal',
      {
        source: 'mutation ($t: Traffic!) { start(input: { number: "1", type: $t }) { id } }',
        variables: { t: 'CAMPAIGN' },
      },
      ['campaign', 'start'],
    ],
    [
      'a variable default',
      { source: 'mutation ($t: Traffic! = CAMPAIGN) { start(input: { number: "1", type: $t }) { id } }' },
      ['campaign', 'start'],
    ],
    [
      'a variable default that is overruled',
      {
        source: 'mutation ($t: Traffic! = CAMPAIGN) { start(input: { number: "1", type: $t }) { id } }',
        variables: { t: 'GENERAL' },
      },
      ['start'],
    ],
    [
      'an object as a variable default',
      { source: 'mutation ($i: StartInput! = { number: "1", campaignId: "c" }) { start(input: $i) { id } }' },
      ['campaignId', 'start'],
    ],
    ['an argument default', { source: '{ defaulted }' }, ['campaign', 'read']],
    [
      'an argument default in place of a variable that is not sent',
      { source: 'query ($w: Where) { defaulted(where: $w) }' },
      ['campaign', 'read'],
    ],
    [
      'an argument default that is overruled with null',
      { source: 'query ($w: Where) { defaulted(where: $w) }', variables: { w: null } },
      ['read'],
    ],
    ['the default of a guarded field', withInput({ repeat: false }), ['start']],
    ['the default of a guarded field, as a literal', { source: start('{ number: "1", repeat: false }') }, ['start']],
    [
      'the default of a guarded field, as a variable inside a literal',
      {
        source: 'mutation ($r: Boolean!) { start(input: { number: "1", repeat: $r }) { id } }',
        variables: { r: false },
      },
      ['start'],
    ],
    [
      'the default of a guarded field, by a variable that is not sent',
      { source: 'mutation ($r: Boolean! = false) { start(input: { number: "1", repeat: $r }) { id } }' },
      ['start'],
    ],
    ['another value than the default', withInput({ repeat: true }), ['repeat', 'start']],
    ['another literal than the default', { source: start('{ number: "1", repeat: true }') }, ['repeat', 'start']],
    [
      'another value than the default, as the default of a variable',
      { source: 'mutation ($r: Boolean! = true) { start(input: { number: "1", repeat: $r }) { id } }' },
      ['repeat', 'start'],
    ],
    [
      'another value than the default, in an object that is the default of a variable',
      { source: 'mutation ($i: StartInput! = { number: "1", repeat: true }) { start(input: $i) { id } }' },
      ['repeat', 'start'],
    ],
    [
      'another value than the default, deep inside',
      withInput({ again: { number: '1', again: { number: '1', repeat: true } } }),
      ['repeat', 'start'],
    ],
    ['an object equal to the default', withInput({ limits: { most: [1, 2] } }), ['start']],
    [
      'an object equal to the default, as a literal',
      { source: start('{ number: "1", limits: { most: [1, 2] } }') },
      ['start'],
    ],
    ['an object with less than the default', withInput({ limits: {} }), ['limits', 'start']],
    ['an object with more than the default', withInput({ limits: { most: [1, 2], least: null } }), ['limits', 'start']],
    ['an object with a longer list', withInput({ limits: { most: [1, 2, 3] } }), ['limits', 'start']],
    ['an object with another order', withInput({ limits: { most: [2, 1] } }), ['limits', 'start']],
    ['null in place of a default', withInput({ limits: null }), ['limits', 'start']],
    ['null where that is the default', withInput({ note: null }), ['start']],
    ['something where null is the default', withInput({ note: '' }), ['note', 'start']],
    ['a guarded input field', withInput({ campaignId: 'c' }), ['campaignId', 'start']],
    ['a guarded input field with null', withInput({ campaignId: null }), ['campaignId', 'start']],
    [
      'a guarded input field with a literal null',
      { source: start('{ number: "1", campaignId: null }') },
      ['campaignId', 'start'],
    ],
    [
      'a guarded input field with a variable that is null',
      { source: 'mutation ($c: ID) { start(input: { number: "1", campaignId: $c }) { id } }', variables: { c: null } },
      ['campaignId', 'start'],
    ],
    [
      'a guarded input field with a variable that is not sent, which is not said',
      { source: 'mutation ($c: ID) { start(input: { number: "1", campaignId: $c }) { id } }' },
      ['start'],
    ],
    ['nested inputs', withInput({ strategy: { preview: { seconds: 1 } } }), ['preview', 'start']],
    ['nested inputs that say nothing guarded', withInput({ strategy: { kind: 'x', preview: {} } }), ['start']],
    [
      'lists of lists',
      withInput({ strategies: [null, [{}, { preview: { type: 'CAMPAIGN' } }]] }),
      ['campaign', 'start'],
    ],
    [
      'a single value where a list is expected',
      withInput({ strategies: { preview: { seconds: null } } }),
      ['preview', 'start'],
    ],
    [
      'a recursive input',
      withInput({ again: { number: '2', again: { number: '3', type: 'CAMPAIGN' } } }),
      ['campaign', 'start'],
    ],
    ['an enum argument', { source: '{ count(type: CAMPAIGN) }' }, ['campaign', 'read']],
    [
      'a list of lists of enums',
      { source: '{ count(types: [[GENERAL], [GENERAL, CAMPAIGN]]) }' },
      ['campaign', 'read'],
    ],
    [
      'a single enum value for a list of lists',
      { source: 'query ($t: [[Traffic!]!]) { count(types: $t) }', variables: { t: 'CAMPAIGN' } },
      ['campaign', 'read'],
    ],
    [
      'a filter, with a recursion before it',
      { source: '{ count(where: { not: { not: { types: CAMPAIGN } } }) }' },
      ['campaign', 'read'],
    ],
    ['through a fragment', { source: '{ ...F } fragment F on Query { count(type: CAMPAIGN) }' }, ['campaign', 'read']],
    [
      'through a fragment with a variable',
      { source: 'query ($t: Traffic) { ...F } fragment F on Query { count(type: $t) }', variables: { t: 'CAMPAIGN' } },
      ['campaign', 'read'],
    ],
    [
      'in a field that is included',
      { source: 'query ($y: Boolean!) { count(type: CAMPAIGN) @include(if: $y) }', variables: { y: true } },
      ['campaign', 'read'],
    ],
    [
      'not in a field that is skipped',
      { source: '{ count(type: CAMPAIGN) @skip(if: true) defaulted(where: {}) }' },
      ['read'],
    ],
    [
      'in the second of two root fields',
      {
        source:
          'mutation { a: start(input: { number: "1" }) { id } b: start(input: { number: "1", type: CAMPAIGN }) { id } }',
      },
      ['campaign', 'start'],
    ],
    [
      'not for an input field with the name of a member of every object',
      { source: '{ count(where: { types: [GENERAL] }) }' },
      ['read'],
    ],
    [
      'for an input field of such a name that is there',
      { source: '{ count(where: { constructor: "x" }) }' },
      ['constructor', 'read'],
    ],
    [
      'in a variable with the name of a prototype',
      {
        source:
          'query ($__proto__: Traffic, $constructor: Boolean!) { count(type: $__proto__) @include(if: $constructor) }',
        variables: JSON.parse('{"__proto__":"CAMPAIGN","constructor":true}') as Record<string, unknown>,
      },
      ['campaign', 'read'],
    ],
    [
      'not in an inherited member that looks like a variable',
      {
        source: 'query ($t: Traffic) { count(type: $t) }',
        variables: Object.create({ t: 'CAMPAIGN' }) as Record<string, unknown>,
      },
      ['read'],
    ],
    [
      'beside a variable of the wrong type',
      { source: 'query ($t: Traffic, $w: Where) { count(type: $t, where: $w) }', variables: { t: 'CAMPAIGN', w: 7 } },
      ['campaign', 'read'],
    ],
  ])('%s', (_title, operation, expected) => {
    expect(needs(operation)).toEqual(expected);
  });

  test.each([
    ['an enum value beside it', withInput({ number: 12, type: 'CAMPAIGN' }), ['campaign', 'start']],
    ['a guarded field beside it', withInput({ number: 12, repeat: true }), ['repeat', 'start']],
    ['the default of a guarded field beside it', withInput({ number: 12, repeat: false }), ['start']],
    ['a guarded field itself', withInput({ number: '1', repeat: 'yes' }), ['repeat', 'start']],
    ['all of it', withInput('CAMPAIGN'), ['start']],
    [
      'a literal around it',
      {
        source: 'mutation ($n: String!) { start(input: { number: $n, type: CAMPAIGN }) { id } }',
        variables: { n: 12 },
      },
      ['campaign', 'start'],
    ],
    [
      'a literal around a null that only a variable made possible',
      {
        source: 'mutation ($n: String = "1") { start(input: { number: $n, type: CAMPAIGN }) { id } }',
        variables: { n: null },
      },
      ['campaign', 'start'],
    ],
  ])('where a variable does not fit its type, %s is said all the same', (_title, operation, expected) => {
    expect(needs(operation)).toEqual(expected);
  });

  test('an object as a default says what its own defaults say, even where these lead back to it', () => {
    const written = buildSchema(`
      directive @authorize(scopes: [String!]!) on ENUM_VALUE | INPUT_FIELD_DEFINITION
      type Query { ask(input: Input): String }
      enum Kind { PLAIN SPECIAL @authorize(scopes: ["special"]) }
      input Input { constructor: String @authorize(scopes: ["constructor"]) }
    `);
    const astNodeOf = (field: string) =>
      (written.getType('Input') as GraphQLInputObjectType).getFields()[field]?.astNode;
    // The internal value is another than the name: that is what a default holds.
    const special = { value: 1, astNode: (written.getType('Kind') as GraphQLEnumType).getValue('SPECIAL')?.astNode };
    const kind = new GraphQLEnumType({ name: 'Kind', values: { PLAIN: { value: 0 }, SPECIAL: special } });
    const input: GraphQLInputObjectType = new GraphQLInputObjectType({
      name: 'Input',
      fields: () => ({
        kinds: { type: new GraphQLList(kind), defaultValue: [1] },
        // Every object has something of this name, which is nothing that was said.
        constructor: { type: GraphQLString, astNode: astNodeOf('constructor') },
        again: { type: input, defaultValue: {} },
      }),
    });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { ask: { type: GraphQLString, args: { input: { type: input, defaultValue: {} } } } },
    });
    const itsGuard = new OperationGuard(new GraphQLSchema({ query }), new Map());
    const needsOf = (source: string) =>
      missingScopes(() => {
        itsGuard.authorize({ document: parse(source), caller: nobodySpecial });
      });
    expect(needsOf('{ ask }')).toEqual(['special']);
    expect(needsOf('{ ask(input: { again: null }) }')).toEqual(['special']);
    expect(needsOf('{ ask(input: { kinds: PLAIN, again: null }) }')).toEqual([]);
    expect(needsOf('{ ask(input: null) }')).toEqual([]);
  });
});

describe('resolving references needs', () => {
  const entities = (selection: string) => `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;
  const everything = ['reference-call', 'reference-vault', 'vault'];

  test.each<[string, Operation, string[]]>([
    [
      'the scopes of the reference resolver',
      { source: entities('__typename'), variables: { r: [{ __typename: 'Call', id: '1' }] } },
      ['reference-call'],
    ],
    [
      'the scopes of the fields',
      { source: entities('... on Call { number }'), variables: { r: [{ __typename: 'Call' }] } },
      ['pii', 'read', 'reference-call'],
    ],
    [
      'the scopes of the type',
      { source: entities('... on Vault { id }'), variables: { r: [{ __typename: 'Vault' }] } },
      ['reference-vault', 'vault'],
    ],
    [
      'nothing for entities that are not named',
      { source: entities('... on Call { number } ... on Vault { id }'), variables: { r: [{ __typename: 'Vault' }] } },
      ['reference-vault', 'vault'],
    ],
    [
      'the scopes of each one named',
      { source: entities('__typename'), variables: { r: [{ __typename: 'Call' }, { __typename: 'Vault' }] } },
      everything,
    ],
    [
      'the same under an alias',
      {
        source:
          'query ($r: [_Any!]!) { a: _entities(representations: []) { __typename } b: _entities(representations: $r) { ...N } } fragment N on _Entity { ... on Call { n: number } }',
        variables: { r: [{ __typename: 'Call' }] },
      },
      ['pii', 'read', 'reference-call'],
    ],
    [
      'the same through a fragment',
      {
        source:
          '{ ...Q } fragment Q on Query { _entities(representations: [{ __typename: "Vault", id: "1" }]) { __typename } }',
      },
      ['reference-vault', 'vault'],
    ],
    [
      'the same for a literal with a variable in it',
      {
        source: 'query ($t: _Any!) { _entities(representations: [{ __typename: $t, id: "1" }]) { __typename } }',
        variables: { t: 'Call' },
      },
      ['reference-call'],
    ],
    [
      'the same for a single one',
      { source: entities('__typename'), variables: { r: { __typename: 'Call' } } },
      ['reference-call'],
    ],
    ['nothing for an empty list', { source: entities('... on Call { number }'), variables: { r: [] } }, []],
    [
      'all of them for a type that is not known',
      { source: entities('__typename'), variables: { r: [{ __typename: 'Call' }, { __typename: 'Query' }] } },
      everything,
    ],
    [
      'all of them for a name that is no text',
      { source: entities('__typename'), variables: { r: [{ __typename: ['Call'] }] } },
      everything,
    ],
    [
      'all of them for an inherited name',
      { source: entities('__typename'), variables: { r: [Object.create({ __typename: 'Call' })] } },
      everything,
    ],
    [
      'all of them for something that is no object',
      { source: entities('__typename'), variables: { r: ['Call'] } },
      everything,
    ],
    ['all of them for null', { source: entities('__typename'), variables: { r: null } }, everything],
    ['all of them for nothing sent', { source: entities('__typename') }, everything],
  ])('%s', (_title, operation, expected) => {
    expect(needs(operation)).toEqual(expected);
  });
});

describe('the guard', () => {
  const document = parse('query Read { call { number } } mutation Start { start(input: { number: "1" }) { id } }');
  const callerWith = (...scopes: string[]): Caller => ({ ...nobodySpecial, scopes: new Set(scopes) });
  const authorize = (operationName: string | undefined, caller: Caller | undefined) => () => {
    guard.authorize({ document, operationName, caller });
  };

  test('lets an operation through whose scopes the caller has, whatever the document holds besides', () => {
    expect(authorize('Read', callerWith('pii', 'read', 'more'))).not.toThrow();
    expect(authorize('Start', callerWith('start'))).not.toThrow();
  });

  test('refuses all of it for one missing scope, naming what is missing', () => {
    expect(authorize('Read', callerWith('read', 'start', 'PII'))).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'This operation needs scopes that your token does not have: pii.',
        details: { missingScopes: ['pii'] },
      }),
    );
  });

  test('refuses an anonymous caller where anything is needed, and only there', () => {
    expect(authorize('Read', undefined)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    expect(() => {
      guard.authorize({ document: parse('{ _service { sdl } }'), caller: undefined });
    }).not.toThrow();
  });

  test('leaves it to graphql to refuse an operation that cannot be told', () => {
    expect(authorize('Other', undefined)).not.toThrow();
    expect(authorize(undefined, undefined)).not.toThrow();
  });
});
