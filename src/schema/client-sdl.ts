import {
  Kind,
  parse,
  print,
  specifiedDirectives,
  visit,
  type ASTNode,
  type FieldDefinitionNode,
  type EnumValueDefinitionNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { scopesOn } from '../access/schema-guards.js';

type Guarded = ObjectTypeDefinitionNode | FieldDefinitionNode | EnumValueDefinitionNode | InputValueDefinitionNode;

const standardDirectives = new Set(specifiedDirectives.map(({ name }) => name));

/**
 * The SDL of a subgraph as clients and their tools read it: the same types and fields in the same order, with the directives of the
 * GraphQL specification alone. What `@authorize` asks for stands in words behind the description.
 */
export function clientSdl(subgraphSdl: string): string {
  const document = visit(parse(subgraphSdl), {
    SchemaExtension: () => null,
    DirectiveDefinition: () => null,
    Directive: ({ name }) => (standardDirectives.has(name.value) ? undefined : null),
    ObjectTypeDefinition: withScopesInWords,
    FieldDefinition: withScopesInWords,
    EnumValueDefinition: withScopesInWords,
    InputValueDefinition: withScopesInWords,
  });
  return `${print(document)}\n`;
}

function withScopesInWords(node: Guarded): ASTNode | undefined {
  const scopes = scopesOn({ astNode: node });
  if (scopes.length === 0) return undefined;
  const named = `the scope${scopes.length > 1 ? 's' : ''} ${scopes.map((scope) => `\`${scope}\``).join(' and ')}`;
  const hasDefault = node.kind === Kind.INPUT_VALUE_DEFINITION && node.defaultValue !== undefined;
  const sentence = hasDefault ? `Any value but the default needs ${named}.` : `Needs ${named}.`;
  const value = node.description ? `${node.description.value} ${sentence}` : sentence;
  return { ...node, description: { kind: Kind.STRING, value, block: true } };
}
