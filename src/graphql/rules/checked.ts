import { ValidateBy } from 'class-validator';
import type { InputRule } from '../../errors.js';

/** One broken rule of a value; `path`, where it is not the value itself, leads from the value to the part of it, such as `3.key`. */
export interface RuleProblem {
  readonly path?: string;
  readonly rule: InputRule;
  readonly message: string;
}

/** What rules know beside the input. */
export interface RuleContext {
  /** The instance that an input means which names none; undefined where its caller may use none. */
  readonly defaultInstanceId?: string | undefined;
}

/**
 * Names every rule that a present value breaks, and never repeats the value; `owner` is the object that the value is a member of. Whoever asks
 * stops at the last problem that is reported: a check of many entries is a generator. Parts that do not fit their types throw where they are read,
 * which ends the check without a problem; a check of many entries passes over them (see `unreadable.ts`).
 */
export type Check = (value: unknown, owner: object, context: RuleContext) => Iterable<RuleProblem>;

/** Under which key of class-validator's `context` a check travels from its decorator to `memberRulesOf`. */
export const checkKey = 'check';

/**
 * A property decorator for rules that class-validator's one name and one message per decorator cannot express. An absent or null value is
 * left to `@IsOptional` and `@IsDefined`; `name` must be unique on the property.
 */
export function Checked(name: string, check: Check): PropertyDecorator {
  const present: Check = (value, owner, context) =>
    value === undefined || value === null ? [] : check(value, owner, context);
  // Whoever judges takes the check out of the context.
  return ValidateBy({ name, validator: { validate: () => true } }, { context: { [checkKey]: present } });
}
