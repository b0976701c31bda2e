import { allow, refuse, unknown } from '../outcome.js';
import type { Rule } from '../rule.js';

const notKnown = unknown(
  'CALLER_ID_NOT_ALLOWED',
  'Which number the callee would see is not known here, because the queue decides. Send sourcePhoneNumber.',
);

/** The callee sees one of the numbers that are the tenant's. */
export function ownedCallerIdRule(numbersOf: (tenant: string) => readonly string[]): Rule {
  return ({ facts: { callerNumber, tenant } }) => {
    if (!callerNumber) return notKnown;
    if (numbersOf(tenant).includes(callerNumber.e164)) return allow;
    return refuse('CALLER_ID_NOT_ALLOWED', 'sourcePhoneNumber is none of the numbers that your tenant may show.');
  };
}

/** The callee sees a number of their own country. */
export const domesticCallerIdRule: Rule = ({ facts: { callerNumber, destination } }) => {
  if (!callerNumber) return notKnown;
  const [own, region] = [callerNumber.region?.value, destination.region?.value];
  if (own === undefined || region === undefined) {
    return unknown('CALLER_ID_NOT_ALLOWED', 'Whether both numbers are of one country cannot be told.');
  }
  if (own === region) return allow;
  return refuse(
    'CALLER_ID_NOT_ALLOWED',
    `A number of ${region} may only be shown one of the same country; sourcePhoneNumber is of ${own}.`,
  );
};

/** The callee sees a number that begins so, such as `+34400`. */
export function callerIdPrefixRule(prefix: string): Rule {
  return ({ facts: { callerNumber } }) => {
    if (!callerNumber) return notKnown;
    if (callerNumber.e164.startsWith(prefix)) return allow;
    return refuse('CALLER_ID_NOT_ALLOWED', `sourcePhoneNumber must begin with ${prefix} for this call.`);
  };
}
