import { allow, refuse, unknown } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination is not on this list. */
export function doNotCallRule(list: string): Rule {
  const rule: Rule = ({ store }) => {
    const isListed = store.isListed(list);
    if (isListed === undefined) {
      return unknown(
        'GUARD_UNAVAILABLE',
        `The do-not-call list ${list} cannot be asked, because the store is away. Ask again.`,
      );
    }
    return isListed ? refuse('DO_NOT_CALL', `The number is on the do-not-call list ${list}.`) : allow;
  };
  return Object.assign(rule, { list });
}
