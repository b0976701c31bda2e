import {
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf, type OperationParts } from './operation-size.js';

/** A text counts once for each so many characters that it begins. */
export const charactersPerValue = 25;

/**
 * How many input values an operation holds, each time it uses them: the entries and members of literals and variables, lists and objects
 * themselves included. Where it is more than `most`, any number above that; it looks at no more values than that.
 */
export function inputValuesOf(parts: OperationParts, most: number): number {
  return new InputCount(parts, most).ofOperation();
}

class InputCount {
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  readonly #ofFragments = new Map<string, number>();
  readonly #ofVariables = new Map<string, number>();

  constructor(
    private readonly parts: OperationParts,
    private readonly most: number,
  ) {
    this.#fragments = fragmentsOf(parts.document);
  }

  ofOperation(): number {
    // There is no variable without a use: validation refuses it.
    const { directives, selectionSet } = this.parts.operation;
    return this.#ofDirectives(directives) + this.#ofSelections(selectionSet);
  }

  #ofSelections({ selections }: SelectionSetNode): number {
    return this.#sum(
      selections,
      (selection) => this.#ofDirectives(selection.directives) + this.#ofSelection(selection),
    );
  }

  #ofSelection(selection: SelectionNode): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#ofSelections(selection.selectionSet);
    const below = selection.selectionSet ? this.#ofSelections(selection.selectionSet) : 0;
    return below + this.#ofArguments(selection.arguments);
  }

  #ofFragment(name: string): number {
    const known = this.#ofFragments.get(name);
    if (known !== undefined) return known;
    // Stands in for a fragment that contains itself, which validation refuses.
    this.#ofFragments.set(name, 0);
    const fragment = this.#fragments.get(name);
    const count = fragment ? this.#ofSelections(fragment.selectionSet) : 0;
    this.#ofFragments.set(name, count);
    return count;
  }

  #ofDirectives(directives: readonly DirectiveNode[] = []): number {
    return this.#sum(directives, (directive) => this.#ofArguments(directive.arguments));
  }

  #ofArguments(args: readonly ArgumentNode[] = []): number {
    return this.#sum(args, ({ value }) => this.#ofLiteral(value));
  }

  #ofLiteral(node: ValueNode): number {
    if (node.kind === Kind.VARIABLE) return this.#ofVariable(node.name.value);
    if (node.kind === Kind.LIST) return 1 + this.#sum(node.values, (value) => this.#ofLiteral(value));
    if (node.kind === Kind.OBJECT) return 1 + this.#sum(node.fields, ({ value }) => this.#ofLiteral(value));
    return 'value' in node && typeof node.value === 'string' ? valuesOfText(node.value) : 1;
  }

  #ofVariable(name: string): number {
    const known = this.#ofVariables.get(name);
    if (known !== undefined) return known;
    const { operation, variables } = this.parts;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const byDefault = definition?.defaultValue ? this.#ofLiteral(definition.defaultValue) : 1;
    const count = given === undefined ? byDefault : valuesIn(given, this.most);
    this.#ofVariables.set(name, count);
    return count;
  }

  #sum<T>(items: readonly T[], countOf: (item: T) => number): number {
    let count = 0;
    for (const item of items) {
      count += countOf(item);
      // Fragments that double each other must not reach Infinity either.
      if (count > this.most) return this.most + 1;
    }
    return count;
  }
}

/** Counts JSON to `most`, each text as `countOf` says, and not much further. Without recursion: a body may hold lists a hundred thousand levels deep. */
export function valuesIn(json: unknown, most: number, countOf = valuesOfText): number {
  const open: unknown[] = [json];
  let count = 0;
  while (open.length > 0) {
    // Each of those still to come counts at least once.
    if (count + open.length > most) return most + 1;
    const value = open.pop();
    count += typeof value === 'string' ? countOf(value) : 1;
    if (Array.isArray(value)) {
      if (value.length > most) return most + 1;
      for (const item of value as unknown[]) open.push(item);
    } else if (typeof value === 'object' && value !== null) {
      // Not its entries: making a list of thirty thousand takes longer than reading them from JSON.
      for (const name in value) {
        count += Math.floor(name.length / charactersPerValue);
        if (count + open.length > most) return most + 1;
        open.push((value as Readonly<Record<string, unknown>>)[name]);
      }
    }
  }
  return count;
}

function valuesOfText(text: string): number {
  return Math.max(1, Math.ceil(text.length / charactersPerValue));
}
