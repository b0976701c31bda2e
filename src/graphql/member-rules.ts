import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { inputRules, type InputRule } from '../errors.js';
import { checkKey, type Check } from './rules/checked.js';
import { readableEntries } from './unreadable.js';

/** The rules of one member of an input class. */
export interface MemberRules {
  /** Whether they are asked at all: `@IsOptional`, `@ValidateIf`. */
  readonly areAsked: (owner: object, value: unknown) => boolean;
  readonly checks: readonly Check[];
  /** Of a list: it is asked first, and no other rule looks at more entries. */
  readonly limit: { readonly mostEntries: number; readonly check: Check } | undefined;
}

type Stored = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
/** Without options there is no message, whatever the type says. */
type Metadata = Omit<Stored, 'message'> & { readonly message?: Stored['message'] | undefined };

/** The name of the rule that a list breaks which is too long, in class-validator's words. */
export const listRule = 'arrayMaxSize' satisfies InputRule;

const known = new WeakMap<object, ReadonlyMap<string, MemberRules>>();

/**
 * What the decorators of an input class, and of those that it extends, say of its members. class-validator would judge whole objects only, and all of
 * their rules before the first problem is told; this takes its metadata, so that rules can be asked one by one.
 */
export function memberRulesOf(inputClass: object): ReadonlyMap<string, MemberRules> {
  const found = known.get(inputClass);
  if (found) return found;
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(inputClass as never, '', false, false);
  const rules = new Map(
    Object.entries(storage.groupByPropertyName(all)).map(([name, ofMember]) => [name, rulesFrom(ofMember)]),
  );
  known.set(inputClass, rules);
  return rules;
}

/** An input within another is judged by its own rules whether `@ValidateNested` says so or not. */
const carriedOut: readonly string[] = [
  ValidationTypes.CONDITIONAL_VALIDATION,
  ValidationTypes.IS_DEFINED,
  ValidationTypes.CUSTOM_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
];

function rulesFrom(all: readonly Metadata[]): MemberRules {
  const lost = all.find(({ type, validateIf }) => !carriedOut.includes(type) || validateIf !== undefined);
  if (lost) throw new Error(`A rule of ${lost.propertyName} is of a kind that is not carried out: ${lost.type}.`);
  const of = (type: string) => all.filter((metadata) => metadata.type === type);
  const conditions = of(ValidationTypes.CONDITIONAL_VALIDATION).map(
    ({ constraints }) => constraints[0] as (owner: object, value: unknown) => boolean,
  );
  const limit = all.find(({ name }) => name === listRule);
  const rules = [...of(ValidationTypes.IS_DEFINED), ...of(ValidationTypes.CUSTOM_VALIDATION)];
  return {
    areAsked: (owner, value) => conditions.every((condition) => condition(owner, value)),
    checks: rules.filter((rule) => rule !== limit).map(checkFrom),
    limit: limit && { mostEntries: Number(limit.constraints[0]), check: checkFrom(limit) },
  };
}

function checkFrom(metadata: Metadata): Check {
  const own = (metadata.context as { [checkKey]?: Check } | undefined)?.[checkKey];
  if (own) return own;
  const [constraint] = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (!constraint) throw new Error(`The rule of ${metadata.propertyName} does not say how it is judged.`);
  const { instance } = constraint;
  const rule = inputRules.find((name) => name === constraint.name);
  if (!rule)
    throw new Error(
      `The rule ${constraint.name} of ${metadata.propertyName} is not among the rules of input (inputRules in errors.ts).`,
    );
  return (value, object) => {
    const { propertyName: property, constraints } = metadata;
    const args = { value, object, property, constraints, targetName: '' };
    const values = metadata.each && Array.isArray(value) ? entriesOf(value) : [value];
    for (const one of values) {
      // Anything else, such as a promise, is no yes.
      if (instance.validate(one, args) === true) continue;
      const message = metadata.message ?? instance.defaultMessage?.(args) ?? '';
      return [{ rule, message: worded(typeof message === 'string' ? message : message(args), metadata) }];
    }
    return [];
  };
}

function* entriesOf(list: readonly unknown[]): Generator {
  for (const [, entry] of readableEntries(list)) yield entry;
}

/** class-validator's messages name the property and the limits by these tokens. */
function worded(message: string, { propertyName, constraints }: Metadata): string {
  return message
    .replace(/\$constraint(\d)/g, (_token, place: string) => [constraints[Number(place) - 1]].flat().join(', '))
    .replaceAll('$property', propertyName);
}
