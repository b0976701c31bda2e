import { isEnumType, Kind, parse, type EnumValueDefinitionNode, type GraphQLSchema } from 'graphql';
import { authorizeSdl, type Scope } from '../graphql/authorize.js';
import { enumValueScopes } from '../graphql/register-enum.js';

/** Puts the recorded `@authorize` on the enum values of a schema, which type-graphql cannot: reading and printing then find it like any other. */
export function guardEnumValues(schema: GraphQLSchema): void {
  for (const [typeName, guarded] of enumValueScopes) {
    const type = schema.getType(typeName);
    if (!isEnumType(type)) continue;
    for (const [valueName, required] of guarded) {
      const value = type.getValue(valueName);
      if (value) value.astNode = valueNode(valueName, required);
    }
  }
}

function valueNode(name: string, required: readonly Scope[]): EnumValueDefinitionNode {
  const [definition] = parse(`enum Any { ${name} ${authorizeSdl(required)} }`).definitions;
  if (definition?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new Error(`${name} is not the name of an enum value.`);
  return definition.values![0]!;
}
