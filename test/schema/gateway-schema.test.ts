import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createSourceEventStream, execute, graphql, parse, validateSchema, type GraphQLEnumType } from 'graphql';
import { OperationGuard } from '../../src/access/operation-guard.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import { buildGatewaySchema } from '../../src/schema/gateway-schema.js';
import { CallResolver, LineResolver } from './fixture.js';

function build(options: { instanceId?: string; federationAuthDirectives?: boolean; reversed?: boolean } = {}) {
  const calls = new CallResolver(options.instanceId ?? 'main');
  const resolvers = [calls, new LineResolver()];
  const built = buildGatewaySchema({
    resolvers: options.reversed ? resolvers.reverse() : resolvers,
    federationAuthDirectives: options.federationAuthDirectives ?? false,
  });
  const ask = (source: string, variableValues?: Record<string, unknown>) =>
    graphql({
      schema: built.schema,
      source,
      variableValues,
      contextValue: createRequestContext({
        requestId: 'r1',
        caller: undefined,
        log: createLog('silent'),
        signal: new AbortController().signal,
      }),
    });
  return { ...built, calls, ask };
}

const asPlain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the schema', () => {
  test('is valid, and its resolvers are the methods of the given instances', async () => {
    const first = build({ instanceId: 'first' });
    const second = build({ instanceId: 'second' });
    expect(validateSchema(first.schema)).toEqual([]);
    const query = '{ call(id: "7", again: true) { id instanceId number } }';
    expect(asPlain(await first.ask(query))).toEqual({
      data: { call: { id: '7 again', instanceId: 'first', number: 'number of 7 again' } },
    });
    expect(asPlain(await second.ask(query))).toMatchObject({ data: { call: { instanceId: 'second' } } });
  });

  test('checks the rules of input classes', async () => {
    const { ask, calls } = build();
    const { errors } = await ask('mutation { startCall(input: { number: "123456" }) { id } }');
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.number' }] });
    expect(calls.asked).toEqual([]);
  });

  test('guards enum values, input fields, and what an input class fills in by itself', async () => {
    const { schema, referenceScopes, ask } = build();
    const guard = new OperationGuard(schema, referenceScopes);
    const caller = {
      subject: 's',
      tenant: 't',
      scopes: new Set(['calls:start', 'contacts:read']),
      expiresAtMs: Infinity,
    };
    const authorize = (source: string) => () => {
      guard.authorize({ document: parse(source), caller });
    };
    const needsCampaign = expect.objectContaining({ details: { missingScopes: ['calls:campaign'] } });

    expect(authorize('mutation { startCall(input: { number: "1" }) { id } }')).not.toThrow();
    expect(authorize('mutation { startCall(input: { number: "1", trafficType: CAMPAIGN }) { id } }')).toThrow(
      needsCampaign,
    );
    expect(authorize('mutation { startCall(input: { number: "1", campaignId: null }) { id } }')).toThrow(needsCampaign);

    // Here graphql passes on `{}`: only the class says CAMPAIGN.
    expect(asPlain(await ask('{ planned }'))).toEqual({ data: { planned: 'CAMPAIGN' } });
    expect(authorize('{ planned }')).toThrow(needsCampaign);
    expect(authorize('{ planned(plan: { attempts: 1 }) }')).toThrow(needsCampaign);
    expect(authorize('{ planned(plan: { trafficType: GENERAL }) }')).not.toThrow();
  });

  test('guards every reference', () => {
    const { schema, referenceScopes } = build();
    const guard = new OperationGuard(schema, referenceScopes);
    const document = parse('{ _entities(representations: [{ __typename: "Call", id: "1" }]) { ... on Call { id } } }');
    const with_ = (...scopes: string[]) => ({
      subject: 's',
      tenant: 't',
      scopes: new Set(scopes),
      expiresAtMs: Infinity,
    });
    expect(() => {
      guard.authorize({ document, caller: undefined });
    }).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    expect(() => {
      guard.authorize({ document, caller: with_('directory:read') });
    }).toThrow(expect.objectContaining({ details: { missingScopes: ['contacts:read'] } }));
    expect(() => {
      guard.authorize({ document, caller: with_('contacts:read') });
    }).not.toThrow();
  });
});

describe('a subscription', () => {
  test('asks the source of the given instance once, and its resolver for each event', async () => {
    const { schema, calls } = build({ instanceId: 'first' });
    const other = build({ instanceId: 'second' });
    const args = { schema, document: parse('subscription { callChanged(id: "7") { id instanceId } }') };
    const context = (requestId: string) =>
      createRequestContext({
        requestId,
        caller: undefined,
        log: createLog('silent'),
        signal: new AbortController().signal,
      });
    const events = await createSourceEventStream({ ...args, contextValue: context('r') });
    const results: unknown[] = [];
    for await (const rootValue of events as AsyncIterable<number>) {
      results.push(await execute({ ...args, rootValue, contextValue: context(`r-${rootValue}`) }));
    }
    expect(asPlain(results)).toEqual([
      { data: { callChanged: { id: '7 1', instanceId: 'first' } } },
      { data: { callChanged: { id: '7 2', instanceId: 'first' } } },
    ]);
    expect(calls.asked).toEqual([
      { args: { id: '7' }, requestId: 'r' },
      { event: 1, requestId: 'r-1' },
      { event: 2, requestId: 'r-2' },
    ]);
    expect(other.calls.asked).toEqual([]);
  });

  test('is guarded', () => {
    const { schema, referenceScopes } = build();
    const guard = new OperationGuard(schema, referenceScopes);
    const document = parse('subscription { callChanged(id: "7") { id number } }');
    const caller = { subject: 's', tenant: 't', scopes: new Set(['contacts:read']), expiresAtMs: Infinity };
    expect(() => {
      guard.authorize({ document, caller });
    }).toThrow(expect.objectContaining({ details: { missingScopes: ['contacts:pii'] } }));
    expect(() => {
      guard.authorize({ document: parse('subscription { callChanged(id: "7") { id } }'), caller: undefined });
    }).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});

describe('the SDL', () => {
  test('is what `_service` answers, and the same whatever the order of the resolvers', async () => {
    const { sdl, ask } = build();
    expect(asPlain(await ask('{ _service { sdl } }'))).toEqual({ data: { _service: { sdl } } });
    expect(build({ reversed: true }).sdl).toBe(sdl);
  });

  test('holds descriptions, defaults, guards and keys, and nothing of the machinery', () => {
    const { sdl } = build();
    expect(sdl).toMatchInlineSnapshot(`
     "extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@composeDirective"]) @link(url: "https://outdial.dev/authorize/v1.0", import: ["@authorize"]) @composeDirective(name: "@authorize")

     directive @authorize(scopes: [String!]!) on FIELD_DEFINITION | OBJECT | ENUM_VALUE | INPUT_FIELD_DEFINITION

     type Query {
       """One call."""
       call(id: ID!, again: Boolean): Call @authorize(scopes: ["contacts:read"])
       lines: [Line!] @authorize(scopes: ["directory:read"])
       planned(plan: Plan! = {}): String @authorize(scopes: ["contacts:read"])
     }

     type Mutation {
       """Places a call."""
       startCall(input: StartCallInput!): Call @authorize(scopes: ["calls:start"])
     }

     type Subscription {
       """A call, each time it changes."""
       callChanged(id: ID!): Call @authorize(scopes: ["contacts:read"])
     }

     """A call."""
     type Call @key(fields: "id") @key(fields: "instanceId id") {
       id: ID!
       instanceId: ID!
       """Whom it reached, such as \`"+12025550100"\`."""
       number: String @authorize(scopes: ["contacts:read", "contacts:pii"])
     }

     """A line."""
     type Line @key(fields: "id") @authorize(scopes: ["directory:read"]) {
       id: ID!
     }

     """How to dial."""
     input Plan {
       attempts: Int
       trafficType: Traffic! = CAMPAIGN
     }

     """A call to place."""
     input StartCallInput {
       number: String!
       trafficType: Traffic! = GENERAL
       campaignId: ID @authorize(scopes: ["calls:campaign"])
     }

     """Why a call is placed."""
     enum Traffic {
       GENERAL
       """One of many."""
       CAMPAIGN @authorize(scopes: ["calls:campaign"]) @deprecated(reason: "An example.")
     }
     "
    `);
  });

  test('is a subgraph as federation understands it, and the guards survive composition', () => {
    const { sdl } = build();
    const executable = buildSubgraphSchema(parse(sdl));
    expect(executable.getType('_Entity')).toBeDefined();
    const { supergraphSdl } = composeServices([{ name: 'outdial', url: 'http://outdial.test', typeDefs: parse(sdl) }]);
    expect(supergraphSdl).toMatch(/CAMPAIGN.*@authorize\(scopes: \["calls:campaign"\]\)/);
    expect(supergraphSdl).toMatch(/campaignId: ID .*@authorize\(scopes: \["calls:campaign"\]\)/);
    expect(supergraphSdl).toMatch(/number: String .*@authorize\(scopes: \["contacts:read", "contacts:pii"\]\)/);
  });

  test("repeats the guards in federation's own words where that is wanted, on fields and types alone", () => {
    const { sdl } = build({ federationAuthDirectives: true });
    const inFederationsWords = '@authenticated @requiresScopes(scopes: [["contacts:read", "contacts:pii"]])';
    expect(sdl).toContain(`number: String @authorize(scopes: ["contacts:read", "contacts:pii"]) ${inFederationsWords}`);
    expect(sdl).toMatch(/type Line .*@requiresScopes\(scopes: \[\["directory:read"\]\]\)/);
    expect(sdl).toMatch(/CAMPAIGN @authorize\(scopes: \["calls:campaign"\]\) @deprecated/);
    expect(sdl).toMatch(/campaignId: ID @authorize\(scopes: \["calls:campaign"\]\)\n/);
    const { errors, supergraphSdl } = composeServices([
      { name: 'outdial', url: 'http://outdial.test', typeDefs: parse(sdl) },
    ]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('@requiresScopes(scopes: [["contacts:read", "contacts:pii"]])');
  });

  test('has the enum as it is executed', () => {
    const type = build().schema.getType('Traffic') as GraphQLEnumType;
    expect(type.getValue('CAMPAIGN')).toMatchObject({ value: 'CAMPAIGN', description: 'One of many.' });
  });
});

describe('_entities', () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Call { id instanceId } ... on Line { id } } }';
  const call = (id: string, more: object = {}) => ({ __typename: 'Call', id, ...more });

  test('resolves class instances and plain objects, each by its key, in the order asked for', async () => {
    const { ask, calls } = build();
    const r = [call('1', { instanceId: 'other', status: 'ENDED' }), { __typename: 'Line', id: '2' }, call('3')];
    expect(asPlain(await ask(query, { r }))).toEqual({
      data: {
        _entities: [
          { __typename: 'Call', id: '1', instanceId: 'other' },
          { __typename: 'Line', id: '2' },
          { __typename: 'Call', id: '3', instanceId: 'main' },
        ],
      },
    });
    expect(calls.asked[0]).toEqual({ reference: { id: '1', instanceId: 'other' }, requestId: 'r1' });
  });

  test('asks for all of them before the first is answered', async () => {
    const { ask, calls } = build();
    await ask(query, { r: [call('1'), call('2')] });
    expect(calls.asked.slice(2)).toEqual(['answering 1', 'answering 2']);
  });

  test('is null for what is not there, and null with an error for what fails, whatever the others do', async () => {
    const { ask } = build();
    const r = [call('missing'), call('broken'), { __typename: 'Line', id: 'broken' }, call('1')];
    const { data, errors } = await ask(query, { r });
    expect(asPlain(data)).toEqual({
      _entities: [null, null, null, { __typename: 'Call', id: '1', instanceId: 'main' }],
    });
    expect(errors?.map(({ path, message }) => [path, message])).toEqual([
      [['_entities', 2], 'at once'],
      [['_entities', 1], 'Not now.'],
    ]);
  });

  test.each<[string, unknown, string, string]>([
    ['is no object', 'Call', 'representations.1.__typename', 'isEntity'],
    ['is null in a list', [], 'representations.1.__typename', 'isEntity'],
    ['names no type', { id: '1' }, 'representations.1.__typename', 'isEntity'],
    ['names a type that is no entity', { __typename: 'Query', id: '1' }, 'representations.1.__typename', 'isEntity'],
    [
      'names a member of every object',
      { __typename: 'constructor', id: '1' },
      'representations.1.__typename',
      'isEntity',
    ],
    ['has no key', { __typename: 'Call' }, 'representations.1', 'isReference'],
    ['has half a key', { __typename: 'Call', instanceId: 'main' }, 'representations.1', 'isReference'],
    ['has a number as its key', { __typename: 'Call', id: 7 }, 'representations.1.id', 'isString'],
    ['has an object as its key', { __typename: 'Call', id: { a: 1 } }, 'representations.1.id', 'isString'],
    [
      'has null in a further key',
      { __typename: 'Call', id: '1', instanceId: null },
      'representations.1.instanceId',
      'isString',
    ],
  ])('refuses a representation that %s, and only that one', async (_title, representation, path, rule) => {
    const { ask, calls } = build();
    const { data, errors } = await ask(query, { r: [call('1'), representation] });
    expect(asPlain(data)).toMatchObject({ _entities: [{ id: '1' }, null] });
    expect(errors?.map((error) => [error.path, error.originalError])).toEqual([
      [
        ['_entities', 1],
        expect.objectContaining({ code: 'BAD_USER_INPUT', fields: [expect.objectContaining({ path, rule })] }),
      ],
    ]);
    expect(calls.asked).toHaveLength(2);
  });

  test('takes a hundred representations, and none of a hundred and one', async () => {
    const { ask, calls } = build();
    const many = (count: number) => ({ r: Array.from({ length: count }, (_, index) => call(String(index))) });
    expect((await ask(query, many(100))).data?._entities).toHaveLength(100);
    calls.asked.length = 0;
    const { data, errors } = await ask(query, many(101));
    expect(data).toBeNull();
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'representations' }] });
    expect(calls.asked).toEqual([]);
  });
});
