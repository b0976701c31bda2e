import {
  defaultFieldResolver,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { refuse } from '../errors.js';
import { setArgumentRules, type ArgumentRules } from '../graphql/argument-rules.js';
import { InputRules } from '../graphql/input-rules.js';
import { memberRulesOf } from '../graphql/member-rules.js';
import type { RuleContext } from '../graphql/rules/checked.js';
import type { Caller, RequestContext } from '../request.js';

/** What the rules of an operation's input know beside it. */
export type RuleContextOf = (caller: Caller | undefined) => RuleContext;

type Field = GraphQLField<unknown, RequestContext>;

/**
 * Gives every field with arguments its rules, and lets no resolver run, nor a subscription begin, whose arguments break one: BAD_USER_INPUT names all
 * that are broken. The rules are the decorators of the class of each input, and of the `@Args()` class. Answers what is wrong, one line each.
 */
export function guardInput(
  schema: GraphQLSchema,
  resolverClasses: readonly unknown[],
  contextOf: RuleContextOf = () => ({}),
): readonly string[] {
  const { inputTypes } = getMetadataStorage();
  const classes = new Map(inputTypes.map(({ name, target }) => [name, target]));
  const rules = new InputRules(({ name }) => classes.get(name));
  const problems: string[] = [];
  // Throws for a rule that could not be judged later.
  for (const { target } of inputTypes) memberRulesOf(target);
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      if (field.args.length === 0) continue;
      field.args = sorted(field.args);
      const shape = { members: field.args, inputClass: argsClassOf(type, field, schema, resolverClasses) };
      problems.push(...lawlessArguments(type, field, classes));
      const ofField: ArgumentRules = (args, caller) => rules.brokenBy(args, shape, contextOf(caller));
      setArgumentRules(field, ofField);
      guard(field, ofField, type === schema.getSubscriptionType());
    }
  }
  return problems;
}

function guard(field: Field, rules: ArgumentRules, isSubscription: boolean): void {
  const { subscribe, resolve = defaultFieldResolver } = field;
  if (isSubscription) {
    // Each event is resolved with the arguments that the subscription began with.
    field.subscribe = (root, args: Record<string, unknown>, context, info) => {
      refuse(rules(args, context.caller));
      return subscribe?.(root, args, context, info);
    };
    return;
  }
  field.resolve = (root, args: Record<string, unknown>, context, info) => {
    refuse(rules(args, context.caller));
    return resolve(root, args, context, info);
  };
}

/** As the SDL has them: decorators of parameters are recorded backwards. */
function sorted(args: Field['args']): Field['args'] {
  return args.toSorted(
    (one, other) =>
      Number(!isRequiredArgument(one)) - Number(!isRequiredArgument(other)) || (one.name < other.name ? -1 : 1),
  );
}

/** An input without a single rule is an oversight. */
function lawlessArguments(type: GraphQLObjectType, field: Field, classes: ReadonlyMap<string, object>): string[] {
  return field.args.flatMap((argument) => {
    const named = getNamedType(argument.type);
    const inputClass = isInputObjectType(named) ? classes.get(named.name) : undefined;
    if (!inputClass || memberRulesOf(inputClass).size > 0) return [];
    return [`${type.name}.${field.name}(${argument.name}:) takes ${named.name}, whose class has no rules.`];
  });
}

/** The class of the parameter with `@Args()` of the method that resolves a field. */
function argsClassOf(
  type: GraphQLObjectType,
  field: Field,
  schema: GraphQLSchema,
  resolverClasses: readonly unknown[],
): object | undefined {
  const { queries, mutations, subscriptions, fieldResolvers, objectTypes } = getMetadataStorage();
  const roots = new Map([
    [schema.getQueryType(), queries],
    [schema.getMutationType(), mutations],
    [schema.getSubscriptionType(), subscriptions],
  ]);
  const typeClass = objectTypes.find(({ name }) => name === type.name)?.target;
  const ofType = fieldResolvers.filter(({ getObjectType }) => getObjectType?.() === typeClass);
  // A method of the type's own class may resolve a field too.
  const owners = [...resolverClasses, typeClass];
  const handler = (roots.get(type) ?? ofType).find(
    ({ schemaName, target, params = [] }) => schemaName === field.name && owners.includes(target) && params.length > 0,
  );
  const args = handler?.params?.find(({ kind }) => kind === 'args');
  return args?.kind === 'args' ? (args.getType() as object) : undefined;
}
