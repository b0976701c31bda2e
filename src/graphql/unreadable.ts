/**
 * Stands for a value that is not what its type wants, so that no rule can be asked of it. Where it would be a member of an object or an entry of a
 * list, reading the member throws instead: a rule that needs it ends there, and says nothing that may be wrong.
 */
export const unreadable = Symbol('unreadable');

class Unreadable extends Error {}
const refusal = new Unreadable('This member does not fit its type.');

/** Makes `value` a member of an object or an entry of a list. */
export function put(holder: object, name: string | number, value: unknown): void {
  if (value !== unreadable) {
    (holder as Record<string | number, unknown>)[name] = value;
    return;
  }
  Object.defineProperty(holder, name, {
    enumerable: true,
    get: () => {
      throw refusal;
    },
  });
}

/** The member or entry, or `unreadable`. */
export function peek<T extends object, K extends keyof T>(holder: T, name: K): T[K] | typeof unreadable {
  try {
    return holder[name];
  } catch (error) {
    if (error instanceof Unreadable) return unreadable;
    throw error;
  }
}

/** Those of a list that can be read, each with its place. */
export function* readableEntries<T>(list: readonly T[]): Generator<[index: number, entry: T]> {
  for (let index = 0; index < list.length; index += 1) {
    const entry = peek(list, index);
    if (entry !== unreadable) yield [index, entry];
  }
}

/** What `items` gives before it reads something unreadable. */
export function* whileReadable<T>(items: () => Iterable<T>): Generator<T, void> {
  try {
    yield* items();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
}
