import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination begins with none of these, such as `+1900`. */
export function deniedPrefixRule(prefixes: readonly string[]): Rule {
  return ({ facts: { destination } }) => {
    const denied = prefixes.find((prefix) => destination.e164.startsWith(prefix));
    if (denied === undefined) return allow;
    return refuse('PREFIX_DENIED', `Numbers that begin with ${denied} may not be called.`);
  };
}
