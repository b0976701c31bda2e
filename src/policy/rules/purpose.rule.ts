import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The call says what it is for, which is one of these. */
export function purposeRule(purposes: readonly string[]): Rule {
  return ({ facts: { purpose } }) => {
    const may = `one of ${purposes.join(', ')}`;
    if (purpose === undefined) return refuse('PURPOSE_REQUIRED', `Say what the call is for: purpose is ${may}.`);
    if (purposes.includes(purpose)) return allow;
    return refuse('PURPOSE_NOT_ALLOWED', `${purpose} is no purpose of this call: purpose is ${may}.`);
  };
}

/** Whoever calls for this purpose, or with this kind of traffic, has the scope for it. */
export function scopeRule(scope: string): Rule {
  return ({ facts: { scopes } }) =>
    scopes.has(scope)
      ? allow
      : refuse('PURPOSE_NOT_ALLOWED', `This call needs the scope ${scope}. Ask for a token with it.`);
}
