import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { scopesOn } from '../access/schema-guards.js';

const federationUrl = 'https://specs.apollo.dev/federation/v2.5';
const authorizeUrl = 'https://outdial.dev/authorize/v1.0';
const imports = ['@key', '@shareable', '@composeDirective'];
const authImports = ['@authenticated', '@requiresScopes'];

/**
 * The SDL of a subgraph, the same for the same schema whatever the order its modules were loaded in. `federationAuthDirectives`
 * repeats every guard on an object or a field in federation's own words, for routers that refuse early; federation has none for
 * input fields and enum values.
 */
export function printSubgraph(schema: GraphQLSchema, federationAuthDirectives: boolean): string {
  const document = sorted(getDocumentNodeFromSchema(schema));
  const { definitions } = federationAuthDirectives ? withFederationGuards(document) : document;
  return `${print({ kind: Kind.DOCUMENT, definitions: [links(federationAuthDirectives), ...definitions] })}\n`;
}

function links(federationAuthDirectives: boolean): DefinitionNode {
  const imported = federationAuthDirectives ? [...imports, ...authImports] : imports;
  return parse(`extend schema
    @link(url: "${federationUrl}", import: ${JSON.stringify(imported)})
    @link(url: "${authorizeUrl}", import: ["@authorize"])
    @composeDirective(name: "@authorize")`).definitions[0]!;
}

/**
 * Decorators record in the order of loading, and those of parameters backwards. Types, fields and arguments (required ones first)
 * are sorted; input fields and enum values stay as their one class declares them.
 */
function sorted({ definitions }: DocumentNode): DocumentNode {
  const named = definitions.flatMap((node) => ('name' in node && node.name ? [{ node, name: node.name.value }] : []));
  return {
    kind: Kind.DOCUMENT,
    definitions: named
      .sort((a, b) => rank(a.node) - rank(b.node) || compare(a.name, b.name))
      .map(({ node }) => (node.kind === Kind.OBJECT_TYPE_DEFINITION ? withSortedFields(node) : node)),
  };
}

function withSortedFields(node: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const byName = (a: { name: NameNode }, b: { name: NameNode }) => compare(a.name.value, b.name.value);
  const isOptional = ({ type, defaultValue }: InputValueDefinitionNode) =>
    Number(type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined);
  const fields = (node.fields ?? []).map((field) => ({
    ...field,
    arguments: [...(field.arguments ?? [])].sort((a, b) => isOptional(a) - isOptional(b) || byName(a, b)),
  }));
  return { ...node, fields: fields.sort(byName) };
}

const rootTypes = ['Query', 'Mutation', 'Subscription'];

function rank(node: DefinitionNode): number {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return -1;
  const root = node.kind === Kind.OBJECT_TYPE_DEFINITION ? rootTypes.indexOf(node.name.value) : -1;
  return root < 0 ? rootTypes.length : root;
}

/** By code units: the order must not depend on a locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withFederationGuards(document: DocumentNode): DocumentNode {
  const guarded = <T extends FieldDefinitionNode | ObjectTypeDefinitionNode>(node: T): T => {
    const scopes = scopesOn({ astNode: node });
    return scopes.length === 0
      ? node
      : { ...node, directives: [...(node.directives ?? []), ...federationGuards(scopes)] };
  };
  return visit(document, { ObjectTypeDefinition: { leave: guarded }, FieldDefinition: { leave: guarded } });
}

function federationGuards(scopes: readonly string[]): readonly ConstDirectiveNode[] {
  const [type] = parse(`type Any @authenticated @requiresScopes(scopes: ${JSON.stringify([scopes])})`).definitions;
  return (type as ObjectTypeDefinitionNode).directives ?? [];
}
