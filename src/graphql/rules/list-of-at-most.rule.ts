import { getMetadataStorage, ValidateBy } from 'class-validator';
import type { RuleProblem } from './checked.js';

const ruleName = 'arrayMaxSize';

/** The value must be a list of at most `most` entries. Every list of an input class has it: `shortInput` looks for those that break it. */
export function ListOfAtMost(most: number): PropertyDecorator {
  return ValidateBy({
    name: ruleName,
    constraints: [most],
    validator: {
      validate: (value) => !Array.isArray(value) || value.length <= most,
      defaultMessage: () => messageOf(most),
    },
  });
}

/** An input whose lists are as long as they may be, and what was wrong with them. */
export interface ShortInput<T> {
  readonly input: T;
  readonly problems: readonly (RuleProblem & { readonly path: string })[];
}

/**
 * Cuts the lists within an instance of an input class that are too long, and names them; the instance itself stays as it is. To be called
 * before the other rules: class-validator judges every entry of a list whatever its length.
 */
export function shortInput<T extends object>(input: T): ShortInput<T> {
  const mostOf = mostEntriesOf(input.constructor);
  const problems: (RuleProblem & { readonly path: string })[] = [];
  const cut: Record<string, unknown> = {};
  const within = <V>(path: string, value: V): V => {
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    const short = shortInput(value);
    problems.push(...short.problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` })));
    return short.input;
  };
  for (const [member, value] of Object.entries(input) as [string, unknown][]) {
    if (!Array.isArray(value)) {
      cut[member] = within(member, value);
      continue;
    }
    const most = mostOf.get(member) ?? Number.POSITIVE_INFINITY;
    if (value.length > most) problems.push({ path: member, rule: 'arrayMaxSize', message: messageOf(most) });
    cut[member] = value.slice(0, most).map((item, index) => within(`${member}.${index}`, item as unknown));
  }
  if (problems.length === 0) return { input, problems };
  return { input: Object.assign(Object.create(Object.getPrototypeOf(input) as object) as T, cut), problems };
}

const known = new WeakMap<object, ReadonlyMap<string, number>>();

/** How many entries the lists of an input class may have, by the names of its members. */
export function mostEntriesOf(inputClass: object): ReadonlyMap<string, number> {
  const found = known.get(inputClass);
  if (found) return found;
  const rules = getMetadataStorage().getTargetValidationMetadatas(inputClass as never, '', false, false);
  const most = new Map(
    rules
      .filter(({ name }) => name === ruleName)
      .map(({ propertyName, constraints: [count] }) => [propertyName, Number(count)]),
  );
  known.set(inputClass, most);
  return most;
}

function messageOf(most: number): string {
  return `must have at most ${most} entries`;
}
