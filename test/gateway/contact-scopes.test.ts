import { getDirective } from '@graphql-tools/utils';
import { describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { schemaOf } from '../../src/gateway.js';
import { seed } from '../../src/simulator/seed.js';
import { placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
let schema: GraphQLSchema;
shareGateway((started) => {
  gateway = started;
  ({ schema } = schemaOf(gateway.config));
});

const read = ['contacts:read'];
const personal = ['contacts:pii', 'contacts:read'];
const id = '00000000-0000-4000-8000-000000000000';

function fieldsOf(typeName: string): (GraphQLField<unknown, unknown> | GraphQLInputField)[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`${typeName} has no fields`);
  return Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields());
}

/** What `@authorize` asks for, sorted; nothing where there is none. */
function scopesOf(field: GraphQLField<unknown, unknown> | GraphQLInputField | GraphQLObjectType): string[] {
  const uses = (getDirective(schema, field, 'authorize') ?? []) as { scopes: string[] }[];
  return uses.flatMap(({ scopes }) => scopes).sort();
}

const guardedFields = (typeName: string) =>
  Object.fromEntries(fieldsOf(typeName).map((field) => [field.name, scopesOf(field)]));

describe('what a field of a contact needs', () => {
  const free = ['id', 'instanceId'];
  const personalFields = [
    'name',
    'description',
    'customerId',
    'recordings',
    'segmentAttributes',
    'agent',
    'attributes',
    'references',
  ];

  test('is contacts:read, but for its two ids; and contacts:pii too for what tells of a person', () => {
    const names = fieldsOf('Contact').map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...free, ...personalFields, 'status', 'queue', 'associatedContacts']),
    );
    expect(guardedFields('Contact')).toEqual(
      Object.fromEntries(
        names.map((name) => [name, free.includes(name) ? [] : personalFields.includes(name) ? personal : read]),
      ),
    );
  });

  test('is contacts:pii for the addresses of its two ends', () => {
    expect(guardedFields('ContactEndpoint')).toEqual({
      type: [],
      address: ['contacts:pii'],
      displayName: ['contacts:pii'],
    });
  });

  test('is contacts:pii for a search by what tells of a person', () => {
    expect(guardedFields('SearchContactsInput')).toEqual({
      timeRange: [],
      channels: [],
      initiationMethods: [],
      queueIds: [],
      agentIds: ['contacts:pii'],
      name: ['contacts:pii'],
      attributes: ['contacts:pii'],
      sort: [],
    });
  });

  test('is directory:read for everything a dialer picks from', () => {
    expect(guardedFields('Query')).toMatchObject({
      contact: read,
      contacts: read,
      searchContacts: read,
      ...Object.fromEntries(
        ['queue', 'queues', 'contactFlow', 'contactFlows', 'phoneNumbers', 'agent', 'agents', 'connectInstance'].map(
          (name) => [name, ['directory:read']],
        ),
      ),
    });
  });
});

/** A selection of `field`, with the first of whatever is below it. */
function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  return isObjectType(type) ? `${field.name} { ${leafOf(type)} }` : field.name;
}

/** `__typename` needs nothing, so that only the field itself is asked about. */
const leafOf = (type: GraphQLObjectType) => (type.getFields().pageInfo ? 'pageInfo { hasNextPage }' : '__typename');

describe('over HTTP', () => {
  test('each field of a contact is refused without any one of its scopes, and given with all of them', async () => {
    for (const field of fieldsOf('Contact') as GraphQLField<unknown, unknown>[]) {
      const query = `{ contact(id: "${id}") { ${selectionOf(field)} } }`;
      // `contact` itself needs contacts:read.
      const needed = [...new Set([...scopesOf(field), ...read])];
      for (const missing of needed) {
        const scopes = ['calls:start', 'directory:read', ...needed.filter((scope) => scope !== missing)];
        const { status, errors, data } = await gateway.ask(query, {}, { scopes });
        expect({ field: field.name, status, data: data ?? null }).toEqual({
          field: field.name,
          status: 200,
          data: null,
        });
        expect(errors).toHaveLength(1);
        expect(errors?.[0]?.extensions).toMatchObject({
          code: 'FORBIDDEN',
          retryable: false,
          missingScopes: [missing],
        });
      }
      expect(gateway.simulator.requests()).toEqual({});
      const { data, errors } = await gateway.ask(query, {}, { scopes: needed });
      expect({ field: field.name, data, errors }).toEqual({
        field: field.name,
        data: { contact: null },
        errors: undefined,
      });
      gateway.simulator.reset();
      gateway.clock.advance(2_000);
    }
  });

  test('each root field of the directory is refused without directory:read, and given with it alone', async () => {
    const directory = (fieldsOf('Query') as GraphQLField<unknown, unknown>[]).filter((field) =>
      scopesOf(field).includes('directory:read'),
    );
    expect(directory).toHaveLength(8);
    for (const field of directory) {
      const required = field.args.some(({ name }) => name === 'id') && field.name !== 'connectInstance';
      const selection = selectionOf(field).replace(field.name, required ? `${field.name}(id: "${id}")` : field.name);
      const query = `{ ${selection} }`;
      const scopes = ['contacts:read', 'contacts:pii', 'calls:start', 'calls:campaign', 'contacts:manage'];
      const refused = await gateway.ask(query, {}, { scopes });
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['directory:read'] });
      expect(gateway.simulator.requests()).toEqual({});
      const { errors } = await gateway.ask(query, {}, { scopes: ['directory:read'] });
      expect(errors).toBeUndefined();
      gateway.simulator.reset();
    }
  });

  test.each([
    ['a contact', `{ contact(id: "${id}") { id } }`],
    ['contacts', `{ contacts(ids: ["${id}"]) { id } }`],
    [
      'a search',
      '{ searchContacts(input: { timeRange: { startTime: "2026-11-01T00:00:00Z", endTime: "2026-11-02T00:00:00Z" } }) { nodes { id } } }',
    ],
    ['queues', '{ queues { nodes { id } } }'],
    ['the instance', '{ connectInstance { id } }'],
    ['an entity', `{ _entities(representations: [{ __typename: "Contact", id: "${id}" }]) { ... on Contact { id } } }`],
  ])('nobody gets %s without a token: UNAUTHENTICATED, with status 200', async (_title, query) => {
    const { status, errors, data } = await gateway.ask(query, {}, null);
    expect(status).toBe(200);
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(gateway.simulator.requests()).toEqual({});
  });
});

describe('what tells of a person', () => {
  const range = '{ startTime: "2026-11-20T00:00:00Z", endTime: "2026-11-30T00:00:00Z" }';

  test.each([
    ['the name', 'name: { searchText: ["Order"] }'],
    ['the name as null', 'name: null'],
    ['the agent', `agentIds: ["${seed.users.ada}"]`],
    ['no agent', 'agentIds: []'],
    ['an attribute', 'attributes: [{ key: "orderId", values: ["A"] }]'],
  ])('cannot be probed by a search for %s', async (_title, filter) => {
    const query = `{ searchContacts(input: { timeRange: ${range}, ${filter} }) { nodes { id } } }`;
    const { errors } = await gateway.ask(query, {}, { scopes: ['contacts:read', 'directory:read'] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['contacts:pii'] });
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('is nowhere in all that contacts:read alone can select of a contact and what is around it', async () => {
    const earlier = await placeCall(gateway, {
      name: 'CANARY earlier',
      attributes: [{ key: 'canary', value: 'CANARY' }],
    });
    const contactId = await placeCall(gateway, {
      relatedContactId: earlier,
      name: 'CANARY name',
      description: 'CANARY description',
      attributes: [{ key: 'orderId', value: 'CANARY attribute' }],
      references: [{ name: 'order', type: 'STRING', value: 'CANARY reference' }],
    });
    gateway.clock.advance(120_000);
    const bodies: string[] = [];
    const ask = async (query: string, variables: Record<string, unknown> = {}) => {
      const { data, errors, body } = await gateway.ask(query, variables, { scopes: read });
      expect(errors).toBeUndefined();
      bodies.push(body);
      return data;
    };
    // They do answer, with what is around the contact.
    expect(await ask(`{ contact(id: "${contactId}") { ${everythingOf('Contact', 2)} } }`)).toMatchObject({
      contact: { status: 'ENDED', queue: { name: 'Sales' }, relatedContact: { id: earlier, queue: { name: 'Sales' } } },
    });
    expect(
      await ask(
        `{ contact(id: "${contactId}") { associatedContacts { nodes { ${everythingOf('Contact', 1)} } } }
           searchContacts(input: { timeRange: ${range} }) { nodes { ${everythingOf('Contact', 1)} } } }`,
      ),
    ).toMatchObject({
      contact: { associatedContacts: { nodes: [{ id: earlier, status: 'ENDED' }, { id: contactId }] } },
      searchContacts: { nodes: [{ queue: { name: 'Sales' } }, { queue: { name: 'Sales' } }] },
    });
    expect(
      await ask(
        `query ($representations: [_Any!]!) {
           contacts(ids: ["${contactId}"]) { ${everythingOf('Contact', 1)} }
           _entities(representations: $representations) { ... on Contact { ${everythingOf('Contact', 1)} } }
         }`,
        { representations: [{ __typename: 'Contact', id: contactId }] },
      ),
    ).toMatchObject({
      contacts: [{ id: contactId, status: 'ENDED' }],
      _entities: [{ id: contactId, status: 'ENDED' }],
    });
    const told = bodies.join();
    for (const secret of [
      'CANARY',
      '+12065550100',
      seed.numbers.us.number,
      ...Object.values(seed.users),
      'Ada',
      'Lovelace',
      'grace.hopper',
      '.wav',
    ]) {
      expect({ secret, isTold: told.includes(secret) }).toEqual({ secret, isTold: false });
    }
  });
});

/** All fields of a type that contacts:read alone may select, with what is `levels` below them. */
function everythingOf(typeName: string, levels: number): string {
  return (fieldsOf(typeName) as GraphQLField<unknown, unknown>[])
    .filter((field) => scopesOf(field).every((scope) => read.includes(scope)))
    .flatMap((field) => {
      const type = getNamedType(field.type);
      if (!isObjectType(type)) return [field.name];
      return levels > 0 ? [`${field.name} { ${everythingOf(type.name, levels - 1)} }`] : [];
    })
    .concat('__typename')
    .join(' ');
}
