import { validate } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { getNamedType } from 'graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { ValidatorFn } from 'type-graphql';
import { badUserInput } from '../errors.js';
import type { FieldProblem } from '../errors.js';
import { checkKey } from './rules/checked.js';
import type { Check } from './rules/checked.js';
import { shortInput } from './rules/list-of-at-most.rule.js';

/** How many broken rules one error names at most: enough for a person, and no lever for an answer far larger than the question. */
export const maxProblems = 100;

/**
 * The `validateFn` of the whole schema: runs class-validator on an argument whose type is an input class (or a list of one) and throws one
 * BAD_USER_INPUT that names all broken rules in the order of the class, without any value; lists that are too long come first, and are judged as far as they may go. An input class has the name of its GraphQL type,
 * at most one argument of a field is of that type, and each optional member says `@IsOptional()` (an explicit null counts as absent).
 */
export const validateInput: ValidatorFn = async (value, type, { info }) => {
  if (typeof type !== 'function') return;
  const prefix = argumentOfType(info, type.name);
  const problems: FieldProblem[] = [];
  const items: [path: string, item: unknown][] = Array.isArray(value)
    ? value.map((item, index) => [join(prefix, String(index)), item])
    : [[prefix, value]];
  for (const [path, item] of items) {
    if (!isInstanceOf(item, type)) continue;
    const short = shortInput(item);
    report(problems, prefixed(path, short.problems));
    const errors = await validate(short.input, {
      forbidUnknownValues: true,
      validationError: { target: true, value: false },
    });
    report(problems, problemsOf(errors, path));
  }
  if (problems.length > 0) throw badUserInput(problems);
};

/** Adds what is found, and throws once that is as much as is reported. */
function report(problems: FieldProblem[], found: Iterable<FieldProblem>): void {
  for (const problem of found) {
    problems.push(problem);
    if (problems.length === maxProblems) throw badUserInput(problems);
  }
}

function* prefixed(path: string, problems: Iterable<FieldProblem>): Generator<FieldProblem> {
  for (const problem of problems) yield { ...problem, path: join(path, problem.path) };
}

function isInstanceOf(value: unknown, type: { readonly prototype?: unknown }): value is object {
  // Date is the one class that is also a scalar.
  return typeof value === 'object' && value !== null && value instanceof (type as never) && !(value instanceof Date);
}

/** Empty for an `@Args()` class: its members are the arguments. */
function argumentOfType(info: GraphQLResolveInfo, typeName: string): string {
  const field = info.parentType.getFields()[info.fieldName];
  return field?.args.find((argument) => getNamedType(argument.type).name === typeName)?.name ?? '';
}

function* problemsOf(errors: readonly ValidationError[], parentPath: string): Generator<FieldProblem> {
  for (const error of errors) {
    // An object without a single rule is an oversight of ours, not of the caller's.
    if (error.constraints?.unknownValue) throw new Error(`The input class at "${parentPath}" has no rules.`);
    const path = join(parentPath, error.property);
    for (const [rule, message] of Object.entries(error.constraints ?? {})) {
      const check = (error.contexts?.[rule] as { [checkKey]?: Check } | undefined)?.[checkKey];
      if (!check) {
        yield { path, rule, message };
        continue;
      }
      const owner = error.target as Record<string, unknown>;
      for (const problem of check(owner[error.property], owner)) {
        yield { path: join(path, problem.path), rule: problem.rule, message: problem.message };
      }
    }
    yield* problemsOf(error.children ?? [], path);
  }
}

function join(path: string, member: string | undefined): string {
  if (member === undefined) return path;
  return path === '' ? member : `${path}.${member}`;
}
