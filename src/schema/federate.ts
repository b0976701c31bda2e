import { extendSchema, isObjectType, isUnionType, parse, type GraphQLSchema } from 'graphql';
import { badUserInput } from '../errors.js';
import { costOfOnly } from '../graphql/field-cost.js';
import type { RequestContext } from '../request.js';
import type { Entity } from './entities.js';

const maxRepresentations = 100;

/**
 * The schema with federation's `_service` and, where there are entities, `_entities`. An entity that cannot be found is null,
 * one that fails is null with an error at its own path; neither touches the others.
 */
export function federate(schema: GraphQLSchema, sdl: string, entities: readonly Entity[]): GraphQLSchema {
  const names = entities.map(({ typeName }) => typeName);
  const federated = extendSchema(
    schema,
    parse(`
      type _Service { sdl: String! }
      extend type Query { _service: _Service! }
      ${
        names.length === 0
          ? ''
          : `
        scalar _Any
        union _Entity = ${names.join(' | ')}
        extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`
      }
    `),
  );
  const { _service, _entities } = federated.getQueryType()!.getFields();
  _service!.resolve = () => ({ sdl });
  const service = federated.getType('_Service');
  if (isObjectType(service)) service.getFields().sdl!.extensions = { complexity: costOfOnly(Buffer.byteLength(sdl)) };

  const union = federated.getType('_Entity');
  if (_entities && isUnionType(union)) {
    // The representation says what the entity is; the guard has let through no other.
    const typeNames = new WeakMap<object, string>();
    union.resolveType = (entity: object) => typeNames.get(entity);
    _entities.resolve = (
      _root,
      { representations }: { representations: readonly unknown[] },
      context: RequestContext,
    ) => {
      if (representations.length > maxRepresentations) {
        throw badUserInput([
          {
            path: 'representations',
            rule: 'maxItems',
            message: `Send at most ${maxRepresentations} representations at once.`,
          },
        ]);
      }
      // All start in this tick, so that the loaders see them together. A rejection stays with its own representation.
      return representations.map(async (representation, index) => {
        const { entity, reference } = referenceFrom(representation, `representations.${index}`, entities);
        const found = (await entity.resolve(reference, context)) as object | null | undefined;
        if (found) typeNames.set(found, entity.typeName);
        return found;
      });
    };
  }
  return federated;
}

/** The key fields of a representation and nothing else it carries. Throws BAD_USER_INPUT where no key is complete. */
function referenceFrom(
  representation: unknown,
  path: string,
  entities: readonly Entity[],
): { entity: Entity; reference: Readonly<Record<string, string>> } {
  const said = new Map<string, unknown>(
    typeof representation === 'object' && representation !== null ? Object.entries(representation) : [],
  );
  const entity = entities.find(({ typeName }) => typeName === said.get('__typename'));
  if (!entity) {
    throw badUserInput([
      {
        path: `${path}.__typename`,
        rule: 'isEntity',
        message: `Name one of ${entities.map(({ typeName }) => typeName).join(', ')}.`,
      },
    ]);
  }
  const reference: Record<string, string> = {};
  for (const field of new Set(entity.keys.flat())) {
    const value = said.get(field);
    if (value === undefined) continue;
    if (typeof value !== 'string')
      throw badUserInput([{ path: `${path}.${field}`, rule: 'isString', message: 'A key is a string.' }]);
    reference[field] = value;
  }
  if (!entity.keys.some((key) => key.every((field) => Object.hasOwn(reference, field)))) {
    const keys = entity.keys.map((key) => key.join(' and ')).join(', or ');
    throw badUserInput([{ path, rule: 'isReference', message: `Send a whole key of ${entity.typeName}: ${keys}.` }]);
  }
  return { entity, reference };
}
