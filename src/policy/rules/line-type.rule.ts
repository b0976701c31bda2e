import { allow, refuse, unknown } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination is a line of one of these types, as libphonenumber names them. Of +1 nobody can tell mobiles from fixed lines by their numbers. */
export function lineTypeRule(types: readonly string[]): Rule {
  return ({ facts: { destination } }) => {
    const lineType = destination.lineType?.value;
    if (lineType === undefined) {
      return unknown(
        'LINE_TYPE_NOT_ALLOWED',
        'What kind of line this is cannot be told from its number. Check that the number is in use.',
      );
    }
    if (types.includes(lineType)) return allow;
    if (lineType === 'FIXED_LINE_OR_MOBILE' && (types.includes('FIXED_LINE') || types.includes('MOBILE'))) {
      return unknown(
        'LINE_TYPE_NOT_ALLOWED',
        'This is a fixed line or a mobile, and only one of the two may be called; which it is cannot be told from the number.',
      );
    }
    return refuse('LINE_TYPE_NOT_ALLOWED', `A line of type ${lineType} may not be called.`);
  };
}
