import type { SelectionNode } from 'graphql';
import { refuse, type FieldProblem } from '../errors.js';
import { argumentRulesOf } from '../graphql/argument-rules.js';
import { OperationInput } from '../graphql/operation-input.js';
import { textOf } from '../graphql/read-value.js';
import type { Caller } from '../request.js';
import { rootFieldsOf } from './limits.js';
import type { OperationParts } from './operation-size.js';
import { fieldsWithArguments, type SelectedField } from './selected-fields.js';

type RulesOf = (field: SelectedField['field'], args: Readonly<Record<string, unknown>>) => Iterable<FieldProblem>;

/**
 * Throws BAD_USER_INPUT where a value does not fit its type, which refuses the whole operation. It names all that is wrong with the input: for each
 * field what does not fit, and then which rules are broken by the rest. Where everything fits, broken rules are left to the fields that they refuse.
 */
export function refuseUncoercibleInput(parts: OperationParts, caller: Caller | undefined): void {
  const fits = problemsOf(parts, () => []).next().done === true;
  if (fits) return;
  refuse(problemsOf(parts, (field, args) => argumentRulesOf(field)?.(args, caller) ?? []));
}

function* problemsOf(parts: OperationParts, rulesOf: RulesOf): Generator<FieldProblem> {
  const input = new OperationInput(parts.schema, parts.operation, parts.variables);
  const conditions = new Conditions(input);
  const isOnlyField = rootFieldsOf(parts.document, parts.operation).length === 1;
  for (const { field, node, place } of fieldsWithArguments(parts, conditions.select)) {
    const above = isOnlyField && !place.above ? undefined : place;
    const args = yield* input.argumentsOf(field, node, above);
    for (const problem of rulesOf(field, args)) yield { ...problem, path: textOf({ name: problem.path, above }) };
  }
  yield* conditions.problems;
  yield* input.unusedVariables();
}

/** `@skip` and `@include`, and what is wrong with their arguments. */
class Conditions {
  readonly #problems = new Map<string, FieldProblem>();

  constructor(private readonly input: OperationInput) {}

  get problems(): Iterable<FieldProblem> {
    return this.#problems.values();
  }

  /** Whether it would be executed; where that cannot be told, it counts as if it would. */
  readonly select = ({ directives = [] }: SelectionNode): boolean =>
    directives.every(({ name, arguments: args = [] }) => {
      const node = args.find((argument) => argument.name.value === 'if')?.value;
      if (!node) return true;
      const reading = this.input.condition(node);
      let step = reading.next();
      for (; !step.done; step = reading.next()) this.#problems.set(step.value.path, step.value);
      return step.value !== (name.value === 'skip');
    });
}
