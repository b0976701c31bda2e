import { getNamedType, isInputObjectType, type GraphQLArgument, type GraphQLInputObjectType } from 'graphql';
import type { FieldProblem } from '../errors.js';
import { memberRulesOf, type MemberRules } from './member-rules.js';
import type { RuleContext } from './rules/checked.js';
import { peek, put, readableEntries, unreadable, whileReadable } from './unreadable.js';

type Member = Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>;

/** The members of an object in their order, and the class whose decorators are their rules. */
export interface InputShape {
  readonly members: readonly Member[];
  readonly inputClass: object | undefined;
}

/** The rules of the input types of a schema: the decorators of their classes. */
export class InputRules {
  /** Undefined for a type without rules, at any depth. */
  readonly #shapes = new Map<GraphQLInputObjectType, InputShape | undefined>();

  constructor(private readonly classOf: (type: GraphQLInputObjectType) => object | undefined) {}

  /**
   * Names the rules that the members of a coerced object break, one after the other as they are asked for: in the order of the members, and an input
   * within another after the rules of the member that holds it. A rule that reads what is `unreadable` is passed over. Paths begin with `above`.
   */
  *brokenBy(given: object, shape: InputShape, context: RuleContext, above = ''): Generator<FieldProblem> {
    const rules = shape.inputClass && memberRulesOf(shape.inputClass);
    const owner = withDefaults(given, shape.members);
    for (const { name, type } of shape.members) {
      const value = peek(owner as Readonly<Record<string, unknown>>, name);
      if (value === unreadable) continue;
      const path = above === '' ? name : `${above}.${name}`;
      const ofMember = rules?.get(name);
      const [areAsked] = whileReadable(() => [ofMember?.areAsked(owner, value) ?? true]);
      if (areAsked !== true) continue;
      const judged = Array.isArray(value) && ofMember?.limit ? firstOf(value, ofMember.limit.mostEntries) : value;
      for (const problem of brokenChecks(ofMember, { value, judged, owner, context }))
        yield { ...problem, path: problem.path === undefined ? path : `${path}.${problem.path}` };
      const named = getNamedType(type);
      if (isInputObjectType(named)) yield* this.#within(judged, named, context, path);
    }
  }

  *#within(
    value: unknown,
    type: GraphQLInputObjectType,
    context: RuleContext,
    path: string,
  ): Generator<FieldProblem, void> {
    const shape = this.#shapeOf(type);
    if (!shape || typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) yield* this.brokenBy(value, shape, context, path);
    else
      for (const [index, entry] of readableEntries<unknown>(value))
        yield* this.#within(entry, type, context, `${path}.${index}`);
  }

  #shapeOf(type: GraphQLInputObjectType): InputShape | undefined {
    if (this.#shapes.has(type)) return this.#shapes.get(type);
    const shape = { members: Object.values(type.getFields()), inputClass: this.classOf(type) };
    // For a type that contains itself.
    this.#shapes.set(type, shape);
    const hasRules = shape.inputClass !== undefined && memberRulesOf(shape.inputClass).size > 0;
    const isJudged =
      hasRules ||
      shape.members.some((member) => {
        const named = getNamedType(member.type);
        return isInputObjectType(named) && this.#shapeOf(named) !== undefined;
      });
    if (!isJudged) this.#shapes.set(type, undefined);
    return this.#shapes.get(type);
  }
}

/** graphql fills in what a client leaves out, but not what a default leaves out: there the input class does it later. */
function withDefaults(owner: object, members: readonly Member[]): object {
  const left = members.filter(({ name, defaultValue }) => defaultValue !== undefined && !(name in owner));
  if (left.length === 0) return owner;
  const filled = Object.create(owner) as object;
  for (const { name, defaultValue } of left) put(filled, name, defaultValue);
  return filled;
}

function* brokenChecks(
  rules: MemberRules | undefined,
  { value, judged, owner, context }: { value: unknown; judged: unknown; owner: object; context: RuleContext },
) {
  if (!rules) return;
  const { limit, checks } = rules;
  if (limit) yield* limit.check(value, owner, context);
  for (const check of checks) yield* whileReadable(() => check(judged, owner, context));
}

function firstOf(list: readonly unknown[], most: number): readonly unknown[] {
  if (list.length <= most) return list;
  const first: unknown[] = [];
  for (let index = 0; index < most; index += 1) put(first, index, peek(list, index));
  return first;
}
