import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { costLimit } from '../graphql/field-cost.js';
import type { DocumentLimits } from './document-size.js';
import { inputValuesOf, valuesIn } from './input-values.js';
import { fragmentsOf, sizeOf, type OperationParts } from './operation-size.js';
import { oversized } from './oversized.js';

/** The most that one operation may ask for. */
export interface Limits extends DocumentLimits {
  /** Of the whole document; also bounds the time that validation takes. */
  readonly tokens: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly rootFields: Readonly<Record<'query' | 'mutation' | 'subscription', number>>;
  /** Selected fields, each time a fragment is used. */
  readonly fields: number;
  /** Every field is 1, or as much as its declaration says; what is below a list counts once for each row it may have. */
  readonly cost: number;
  /** Entries and members of literals and variables, each time they are used; bounds the time that the rules of the input take. */
  readonly inputValues: number;
}

export const defaultLimits: Limits = {
  tokens: 1_000,
  lines: 1_000,
  fragments: 40,
  depth: 12,
  introspectionDepth: 20,
  aliases: 50,
  rootFields: { query: 10, mutation: 5, subscription: 1 },
  fields: 1_000,
  cost: costLimit,
  inputValues: 10_000,
};

/** A body's own object, its document and `variables`, and what may stand beside them. */
const valuesAroundInput = 16;

/**
 * Throws OPERATION_TOO_LARGE where a body holds more values beside its document than an operation may use, used or not: a quarter of a MiB
 * of JSON may be five MiB of objects, and they are held as long as the operation waits.
 */
export function refuseOversizedBody(body: unknown, { inputValues }: Limits): void {
  const most = inputValues + valuesAroundInput;
  // A text is held as the bytes that it came as, of which a body has no more than it may.
  if (valuesIn(body, most, () => 1) > most) throw oversized('body', 'inputValues', inputValues, 'input values');
}

/** Throws OPERATION_TOO_LARGE, naming the limit. */
export function refuseOversized(parts: OperationParts, limits: Limits): void {
  const { document, operation } = parts;
  const check = (limit: string, asked: number, allowed: number, unit: string) => {
    if (asked <= allowed) return;
    throw oversized('operation', limit, allowed, unit);
  };
  const rootFields = rootFieldsOf(document, operation).length;
  check('rootFields', rootFields, limits.rootFields[operation.operation], `root fields in one ${operation.operation}`);
  check('inputValues', inputValuesOf(parts, limits.inputValues), limits.inputValues, 'input values');
  const size = sizeOf(parts);
  check('depth', size.depth, limits.depth, 'levels');
  check('introspectionDepth', size.introspectionDepth, limits.introspectionDepth, 'levels of introspection');
  check('aliases', size.aliases, limits.aliases, 'aliases');
  check('fields', size.fields, limits.fields, 'fields');
  check('cost', size.cost, limits.cost, 'points of cost');
}

const knownRootFields = new WeakMap<OperationDefinitionNode, readonly string[]>();

/** The names of the root fields that would be executed, one for each response key, `__typename` left out. */
export function rootFieldsOf(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const known = knownRootFields.get(operation) ?? findRootFields(document, operation);
  knownRootFields.set(operation, known);
  return known;
}

function findRootFields(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const fragments = fragmentsOf(document);
  const byResponseKey = new Map<string, string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '__typename') continue;
        byResponseKey.set((selection.alias ?? selection.name).value, selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        fragments.delete(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return [...byResponseKey.values()];
}
