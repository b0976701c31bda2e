import { parsePhoneNumberFromString, type PhoneNumberType } from 'libphonenumber-js/max';

/** What kind of phone the number belongs to; undefined where it is not, as it is written, a complete number that is in use. */
export function numberTypeOf(number: string): PhoneNumberType | undefined {
  const parsed = parsePhoneNumberFromString(number);
  return parsed?.number === number ? parsed.getType() : undefined;
}
