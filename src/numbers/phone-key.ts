import { getCountries, getCountryCallingCode, Metadata, type PhoneNumberType } from 'libphonenumber-js/max';
import { numberTypeOf } from './number-type.js';
import { parsedNumber } from './parsed-number.js';

/** Of a mobile number after its country code. Patterns of some countries take fewer digits for one, and would lump thousands of phones together. */
const minMobileDigits = 8;
/** Of a line after its country code: the longest that a new number of a German line may be. What follows is an extension. */
const maxLineDigits = 11;

const mobileTypes: ReadonlySet<PhoneNumberType | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
const lineTypes: ReadonlySet<PhoneNumberType | undefined> = new Set([
  'FIXED_LINE',
  'VOIP',
  'PERSONAL_NUMBER',
  'TOLL_FREE',
  'SHARED_COST',
  'PREMIUM_RATE',
]);

/** Of each calling code that is of countries, how many digits their numbers may have after it. */
const lengthsByCode = possibleLengths();

function possibleLengths(): ReadonlyMap<string, ReadonlySet<number>> {
  const lengths = new Map<string, Set<number>>();
  const metadata = new Metadata();
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country);
    const code = getCountryCallingCode(country);
    const ofCode = lengths.get(code) ?? new Set();
    for (const length of metadata.numberingPlan?.possibleLengths() ?? []) ofCode.add(length);
    lengths.set(code, ofCode);
  }
  return lengths;
}

/**
 * A name for the phone that a possible E.164 number rings: equal for two numbers that ring the same one, as far as a numbering plan can tell. It is
 * itself such a number, mostly the same one, and never what is dialed.
 *
 * An exchange connects as soon as it has a complete number and ignores the digits that follow, so no mobile number in use begins another one: the
 * shortest complete one names the phone. Lines may have extensions, which are other phones: there the longest complete number counts.
 * What is complete is known by patterns. Where these take several lengths, neighbours of one number may have its key: to take two phones for
 * one costs a wait, to take one phone for two rings it twice.
 */
export function phoneKeyOf(number: string): string {
  const parsed = parsedNumber(number);
  if (!parsed) return number;
  const code = `+${parsed.countryCallingCode}`;
  const digits = nationalDigits(code, number.slice(code.length));
  const beginningOf = (length: number) => code + digits.slice(0, length);
  const lengths = lengthsByCode.get(parsed.countryCallingCode);
  const typeOf = (length: number) => (lengths?.has(length) === false ? undefined : numberTypeOf(beginningOf(length)));
  for (let length = minMobileDigits; length <= digits.length; length += 1) {
    if (mobileTypes.has(typeOf(length))) return beginningOf(length);
  }
  for (let length = digits.length; length > 0; length -= 1) {
    const type = typeOf(length);
    if (mobileTypes.has(type) || (length <= maxLineDigits && lineTypes.has(type))) return beginningOf(length);
  }
  return code + digits;
}

/** In Argentina a 9 before the area code says that a mobile is called; with it and without it the number is the same. */
function nationalDigits(code: string, digits: string): string {
  return code === '+54' && /^9\d{10}$/.test(digits) ? digits.slice(1) : digits;
}
