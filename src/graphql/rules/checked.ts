import { ValidateBy } from 'class-validator';

/** One broken rule of a value; `path`, where it is not the value itself, leads from the value to the part of it, such as `3.key`. */
export interface RuleProblem {
  readonly path?: string;
  readonly rule: string;
  readonly message: string;
}

/**
 * Names every rule that a present value breaks, and never repeats the value; `owner` is the object that the value is a member of. Whoever asks
 * stops at the last problem that is reported: a check of many entries is a generator.
 */
export type Check = (value: unknown, owner: object) => Iterable<RuleProblem>;

/** Under which key of class-validator's `contexts` a check travels from its decorator to `validateInput`. */
export const checkKey = 'check';

/**
 * A property decorator for rules that class-validator's one name and one message per decorator cannot express. An absent or null value is
 * left to `@IsOptional` and `@IsDefined`; `name` must be unique on the property.
 */
export function Checked(name: string, check: Check): PropertyDecorator {
  const present: Check = (value, owner) => (value === undefined || value === null ? [] : check(value, owner));
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value, args) => isEmpty(present(value, args?.object ?? {})),
        // Never read, but class-validator attaches no context to an empty one.
        defaultMessage: () => name,
      },
    },
    { context: { [checkKey]: present } },
  );
}

function isEmpty(problems: Iterable<RuleProblem>): boolean {
  for (const _first of problems) return false;
  return true;
}
