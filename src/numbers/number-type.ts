import type { PhoneNumberType } from 'libphonenumber-js/max';
import { parsedNumber } from './parsed-number.js';

/** What kind of phone the number belongs to; undefined where it is not, as it is written, a complete number that is in use. */
export function numberTypeOf(number: string): PhoneNumberType | undefined {
  const parsed = parsedNumber(number);
  return parsed?.number === number ? parsed.getType() : undefined;
}
