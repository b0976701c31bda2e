import { allow, refuse } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The call names the record of the callee's consent. What it says is not known here. */
export const consentRule: Rule = ({ facts: { consentReference } }) =>
  consentReference === undefined
    ? refuse(
        'CONSENT_REQUIRED',
        'This call needs the consent of the callee: send the reference of its record, consentReference.',
      )
    : allow;
