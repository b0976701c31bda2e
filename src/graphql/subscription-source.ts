import type { SubscriptionOptions } from 'type-graphql';

/** Which method of a resolver class opens the event stream of a field of Subscription. */
export interface SubscriptionSourceSpec {
  readonly fieldName: string;
  readonly resolverClass: abstract new (...args: never[]) => unknown;
  readonly methodName: string;
}

/** Recorded at import like every type-graphql decorator; read once by `schema/`. */
export const subscriptionSources: SubscriptionSourceSpec[] = [];

/**
 * Makes a method `(args: Record<string, unknown>, context: RequestContext) => AsyncIterable<payload> | Promise<AsyncIterable<payload>>`
 * of a resolver class the source of the subscription field `fieldName`. It is asked once per subscription, with the arguments as
 * graphql coerced them (rules of input classes have not been looked at); its `context.signal` aborts where the subscription ends
 * before its first payload, and the iterator's `return` is called where it ends later. The first payload is where things stand: it comes at once. The next payload is asked for only when the client has been handed the last one;
 * what comes in between is the source's to keep or to merge.
 */
export function SubscriptionSource(fieldName: string): MethodDecorator {
  return (prototype, methodName) => {
    subscriptionSources.push({
      fieldName,
      resolverClass: prototype.constructor as SubscriptionSourceSpec['resolverClass'],
      methodName: String(methodName),
    });
  };
}

/**
 * The `subscribe` option of every `@Subscription(() => Type, { subscribe: fromSource })`. type-graphql calls that option without
 * the resolver's instance, so `schema/` puts the SubscriptionSource in its place; without the option, topics of a pubSub would be
 * asked for.
 */
export const fromSource: NonNullable<SubscriptionOptions['subscribe']> = () => {
  throw new Error('The subscription field has no source.');
};
