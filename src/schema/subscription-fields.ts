import type { GraphQLSchema } from 'graphql';
import type { PubSub } from 'type-graphql';
import { subscriptionSources } from '../graphql/subscription-source.js';
import type { RequestContext } from '../request.js';

type Source = (args: Record<string, unknown>, context: RequestContext) => unknown;

/**
 * Gives every field of Subscription the source that an instance among `resolvers` has for it. Answers what is wrong, one line
 * each: a field without exactly one source, a source without a field.
 */
export function attachSubscriptionSources(schema: GraphQLSchema, resolvers: readonly object[]): readonly string[] {
  const problems: string[] = [];
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  const specs = subscriptionSources.flatMap((spec) => {
    const instance = resolvers.find((resolver) => resolver.constructor === spec.resolverClass);
    return instance ? [{ ...spec, instance }] : [];
  });
  for (const { fieldName } of specs) {
    if (!Object.hasOwn(fields, fieldName)) {
      problems.push(`Subscription.${fieldName} has a source, but is no field of the schema.`);
    }
  }
  for (const field of Object.values(fields)) {
    const [spec, second] = specs.filter(({ fieldName }) => fieldName === field.name);
    if (!spec) problems.push(`Subscription.${field.name} has no source.`);
    if (second) problems.push(`Subscription.${field.name} has more than one source.`);
    if (!spec || second) continue;
    const { instance, methodName } = spec;
    field.subscribe = (_root, args: Record<string, unknown>, context: RequestContext) =>
      (instance as Record<string, Source>)[methodName]!.call(instance, args, context);
  }
  return problems;
}

/** type-graphql builds no Subscription without a pubSub, though none is used where every field has a source of its own. */
export const noPubSub: PubSub = { publish: refuse, subscribe: refuse };

function refuse(): never {
  throw new Error('There is no pubSub: subscriptions have sources.');
}
