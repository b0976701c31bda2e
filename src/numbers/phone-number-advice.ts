import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { numberTypeOf } from './number-type.js';

/** A way to write numbers that was right once, or is inside a country. */
interface Habit {
  readonly written: RegExp;
  /** The number that is meant, where that can be told. Advice is given only if it is in use, and it is neither dialed nor told itself. */
  readonly meant?: (text: string) => string;
  readonly advice: string;
}

/** Sources: the regulators' announcements of the dates named here, and libphonenumber's FAQ for Argentina. */
const habits: readonly Habit[] = [
  {
    // Messengers keep the 1 of mobiles.
    written: /^\+52(?:1|01|044|045)\d{10}$/,
    meant: (text) => `+52${text.slice(-10)}`,
    advice:
      'has a prefix after +52 that Mexico gave up in 2019 (1, 01, 044 or 045); leave it out, so that ten digits follow +52',
  },
  {
    written: /^\+549?0?\d{2,4}15\d{6,8}$/,
    meant: mobileOfArgentina,
    advice: 'has the 15 of mobile numbers as dialed within Argentina; leave the 15 out and write a 9 right after +54',
  },
  {
    written: /^\+225\d{8}$/,
    advice:
      "is too short: numbers of Côte d'Ivoire have had ten digits after +225 since 2021, the older eight and two before them that depend on the operator " +
      '(01, 05 or 07 for mobiles, 21, 25 or 27 for lines); find out the present number',
  },
  {
    written: /^\+229\d{8}$/,
    meant: (text) => text.replace('+229', '+22901'),
    advice:
      'is too short: numbers of Benin have had ten digits after +229 since the end of 2024; write 01 before the older eight',
  },
  {
    // The other beginnings are those of other countries.
    written: /^\+8[39]\d{9}$/,
    meant: (text) => text.replace('+8', '+7'),
    advice: 'starts with the 8 of calls within Russia and Kazakhstan; write +7 in its place',
  },
  {
    written: /^\+(?:00|011)\d+$/,
    meant: (text) => text.replace(/^\+(?:00|011)/, '+'),
    advice:
      'has an international prefix such as 00 after the plus; leave it out, so that the country code follows the plus',
  },
];

const national =
  'has a prefix of national dialing after the country code, such as 0 in most countries, 1 in North America or 8 in Russia; leave it out';
const carrier =
  "has digits of national dialing after the country code, such as a prefix with a carrier's code; leave them out";
const areaCode = 'lacks its area code, which comes after the country code';

/** Calling codes of plans whose lines or mobiles begin with a 0; of a prefix that they have besides, the library knows. */
const zeroBelongs: ReadonlySet<string> = new Set(['225', '226', '229', '241', '242', '250', '378', '39', '992']);

/** Of more digits than a number has, and a prefix, nothing can be told. */
const advised = /^\+\d{6,18}$/;

/**
 * What to change in a number that is refused, where that is known for certain: an obsolete prefix, one of national dialing, a missing area code. A
 * constant, with nothing of the number in it. Never done for the caller: a number that is put right wrongly rings a stranger.
 */
export function phoneNumberAdvice(text: string): string | undefined {
  if (!advised.test(text)) return undefined;
  const habit = habits.find(({ written, meant }) => written.test(text) && (!meant || isInUse(meant(text))));
  return habit?.advice ?? nationalAdvice(text);
}

/** By the prefixes that the library knows, and by what a number becomes without them. */
function nationalAdvice(text: string): string | undefined {
  const parsed = parsePhoneNumberFromString(text);
  if (!parsed) return undefined;
  const code = `+${parsed.countryCallingCode}`;
  const digits = text.slice(code.length);
  const canonical = parsed.number.slice(code.length);
  if (digits !== canonical) {
    if (!parsed.isValid()) return undefined;
    if (canonical.endsWith(digits)) return areaCode;
    if (!digits.endsWith(canonical)) return undefined;
    return digits.length - canonical.length > 2 ? carrier : national;
  }
  const isPrefixed = digits.startsWith('0') && !zeroBelongs.has(parsed.countryCallingCode);
  return isPrefixed && isInUse(code + digits.slice(1)) ? national : undefined;
}

function isInUse(number: string): boolean {
  return numberTypeOf(number) !== undefined;
}

/** The library knows where the area code ends, and writes the 9 itself where it finds a 15 behind it. */
function mobileOfArgentina(text: string): string {
  const number = parsePhoneNumberFromString(text.replace('+549', '+54'))?.number;
  return number?.startsWith('+549') ? number : '';
}
