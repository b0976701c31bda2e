import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { filled, filledWith, type Shape } from './shape.js';

/** A place of the schema where a client writes a value, and the many that may be written there. */
export interface InputShape {
  readonly name: string;
  /** With so many bytes of input. */
  readonly of: (bytes: number) => Shape;
}

/** Stands where the many go. */
const hole = '@@hole@@';

/** Values of which the smallest rule is broken, so that nothing is ever placed, changed or found. */
const broken: Readonly<Record<string, unknown>> = {
  PhoneNumber: '12',
  DateTime: '2026-11-21T00:00:00Z',
  Int: 0,
  Boolean: true,
};

interface Place {
  readonly path: string;
  readonly type: GraphQLInputType;
  /** The arguments of the field, with a hole. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** How many times one operation may use a variable at its root. */
const mostUses = { query: 10, mutation: 5, subscription: 1 } as const;
type OperationType = keyof typeof mostUses;

/** Every place for input x what fills it x how often it is used x who sends it and how. */
export function inputShapes(schemaFile: string): InputShape[] {
  const federated = `${readFileSync(schemaFile, 'utf8')}
    scalar _Any union _Entity = Contact | Queue extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const schema = buildASTSchema(parse(federated), { assumeValid: true, assumeValidSDL: true });
  return (['query', 'mutation', 'subscription'] as const).flatMap((operation) =>
    Object.values(rootType(schema, operation).getFields()).flatMap((field) =>
      placesOf(field).flatMap((place) => shapesOf(operation, field, place)),
    ),
  );
}

function rootType(schema: GraphQLSchema, operation: OperationType): GraphQLObjectType {
  return {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[operation]!;
}

function placesOf(field: GraphQLField<unknown, unknown>): Place[] {
  const least = Object.fromEntries(
    field.args.flatMap(({ name, type, defaultValue }) =>
      isNonNullType(type) && defaultValue === undefined ? [[name, leastOf(type)]] : [],
    ),
  );
  // The first row asks for none.
  if (field.args.some(({ name }) => name === 'first')) least.first = 0;
  return field.args.flatMap(({ name, type }) =>
    placesIn(type).map(({ path, type: inner, value }) => ({
      path: [name, ...path].join('.'),
      type: inner,
      args: { ...least, [name]: value },
    })),
  );
}

/** The type itself and every place in it, each with the value that leads there. */
function placesIn(type: GraphQLInputType): { path: string[]; type: GraphQLInputType; value: unknown }[] {
  const here = { path: [], type, value: hole };
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [here];
  const isList = isListType(getNullableType(type));
  const inside = Object.values(named.getFields()).flatMap((field) =>
    placesIn(field.type).map(({ path, type: inner, value }) => {
      const object = { ...(leastOf(named) as object), [field.name]: value };
      return { path: [field.name, ...path], type: inner, value: isList ? [object] : object };
    }),
  );
  return [here, ...inside];
}

function leastOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return leastOf(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return new EnumName(type.getValues()[0]!.name);
  if (!isInputObjectType(type)) return broken[type.name] ?? '';
  return Object.fromEntries(
    Object.values(type.getFields()).flatMap((field) =>
      isNonNullType(field.type) && field.defaultValue === undefined ? [[field.name, leastOf(field.type)]] : [],
    ),
  );
}

/** A literal without quotes. */
class EnumName {
  constructor(readonly name: string) {}
  toJSON(): string {
    return this.name;
  }
}

/** JSON text of as many bytes as are asked for, by what it is. */
function fillsOf(type: GraphQLInputType): ReadonlyMap<string, (bytes: number) => string> {
  const text = (character: string) => (bytes: number) => `"${filled(character, bytes - 2, '')}"`;
  const fills = new Map<string, (bytes: number) => string>([
    ['text', text('a')],
    ['emoji', text('😀')],
    ['keys', (bytes) => `{${filledWith((index) => `"k${index}":0`, bytes - 2)}}`],
    ['depth', (bytes) => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`],
  ]);
  const inner = getNullableType(type);
  const list =
    (item: (index: number) => string, last = '') =>
    (bytes: number) =>
      `[${filledWith(item, bytes - 2 - last.length)}${last}]`;
  fills.set(
    'zeros',
    list(() => '0'),
  );
  if (!isListType(inner)) return fills;
  const item = getNullableType(inner.ofType);
  fills.set(
    'nulls',
    list(() => 'null'),
  );
  fills.set(
    'empty objects',
    list(() => '{}'),
  );
  fills.set(
    'least items',
    list(() => JSON.stringify(leastOf(item))),
  );
  fills.set(
    'short texts',
    list((index) => `"${index.toString(36)}"`),
  );
  if (isEnumType(item))
    fills.set(
      'no enum',
      list(() => '"AAAAAAAA"'),
    );
  if (!isInputObjectType(item)) return fills;
  const names = Object.keys(item.getFields());
  if (names.includes('type')) {
    for (const [kind, value] of [
      ['STRING', ''],
      ['EMAIL', 'a@b.co'],
      ['EMAIL', 'a'.repeat(60) + '@' + 'b.'.repeat(90) + 'co'],
      ['URL', 'http://a'],
      ['DATE', '2030-01-31'],
      ['NUMBER', '1'],
      ['NUMBER', 'x'],
    ] as const) {
      fills.set(
        `${kind} of ${value.length}`,
        list((index) => `{"name":"${index.toString(36)}","type":"${kind}","value":"${value}"}`),
      );
    }
  } else if (names.includes('values')) {
    fills.set(
      'filters',
      list((index) => `{"key":"${index.toString(36)}","values":["a"]}`),
    );
    fills.set(
      'filters of long values',
      list(() => `{"key":"k","values":["${'a'.repeat(101)}"]}`),
    );
  } else if (names.includes('key')) {
    fills.set(
      'entries',
      list((index) => `{"key":"${index.toString(36)}","value":""}`),
    );
    // So that all are looked at before the operation is refused, and then judged.
    fills.set(
      'entries, then a wrong one',
      list((index) => `{"key":"${index.toString(36)}","value":""}`, ',0'),
    );
    fills.set(
      'broken entries',
      list(() => '{"key":"","value":""}'),
    );
    fills.set(
      'reserved entries',
      list(() => '{"key":"toString","value":""}'),
    );
    fills.set(
      'emoji entries',
      list((index) => `{"key":"${index.toString(36)}","value":"${'😀'.repeat(100)}"}`),
    );
  }
  return fills;
}

function shapesOf(operation: OperationType, field: GraphQLField<unknown, unknown>, place: Place): InputShape[] {
  const argument = field.args.find(({ name }) => place.path.split('.')[0] === name)!;
  const many = mostUses[operation];
  const uses = [many];
  const senders = [
    ['all', operation === 'subscription' ? 'stream' : 'post'],
    ['none', operation === 'subscription' ? 'socket' : 'post'],
  ] as const;
  const selection = getNamedType(field.type).name === 'Boolean' ? '' : ' { __typename }';
  return [...fillsOf(place.type)].flatMap(([fill, textOf]) =>
    uses.flatMap((times) =>
      senders.flatMap(([as, over]) => {
        const name = `${operation} ${field.name}(${place.path}: ${fill}) x${times}`;
        const body = (bytes: number) => {
          const others = Object.entries(place.args).filter(([key]) => key !== argument.name);
          const args = [`${argument.name}: $v`, ...others.map(([key, value]) => `${key}: ${literal(value)}`)].join(
            ', ',
          );
          const fields = Array.from({ length: times }, (_, index) => `a${index}: ${field.name}(${args})${selection}`);
          const query = `${operation} Q($v: ${String(argument.type)}) { ${fields.join(' ')} }`;
          const value = JSON.stringify(place.args[argument.name]).replace(`"${hole}"`, () => textOf(bytes));
          return `{"query":${JSON.stringify(query)},"variables":{"v":${value}}}`;
        };
        return [
          {
            name: `${name} by ${as}`,
            of: (bytes: number) => ({ name: `${name} by ${as}`, over, as, body: body(bytes) }),
          },
        ];
      }),
    ),
  );
}

/** A GraphQL literal. */
export function literal(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${literal(member)}`)
    .join(', ')}}`;
}
