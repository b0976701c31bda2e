import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination's calling code is one of these. It is judged before the region: satellite phones and other numbers of no country have none. */
export function callingCodeRule(codes: readonly string[]): Rule {
  return ({ facts: { destination } }) => {
    const { callingCode } = destination;
    if (callingCode !== undefined && codes.includes(callingCode)) return allow;
    const named = callingCode === undefined ? 'The number begins with no calling code' : `+${callingCode} is none`;
    return refuse('CALLING_CODE_NOT_ALLOWED', `${named} that may be called; these may: ${listed(codes)}.`);
  };
}

function listed(codes: readonly string[]): string {
  return codes.length === 0 ? 'none' : codes.map((code) => `+${code}`).join(', ');
}
