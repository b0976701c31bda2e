import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination begins with none of these, such as `+1900`, however the same phone may be written. */
export function deniedPrefixRule(prefixes: readonly string[]): Rule {
  return ({ facts: { destination } }) => {
    const { e164 } = destination;
    const denied = prefixes.find(
      (prefix) => e164.startsWith(prefix) || withoutMobileSign(e164).startsWith(withoutMobileSign(prefix)),
    );
    if (denied === undefined) return allow;
    return refuse('PREFIX_DENIED', `Numbers that begin with ${denied} may not be called.`);
  };
}

/** Before an area code of Argentina a 9 says that a mobile is called: with it and without it the phone is the same. The 9 alone stands for mobiles. */
function withoutMobileSign(digits: string): string {
  return digits.replace(/^\+549(?=\d)/, '+54');
}
