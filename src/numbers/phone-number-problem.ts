import { validatePhoneNumberLength } from 'libphonenumber-js/max';
import { parsedNumber } from './parsed-number.js';
import { phoneNumberAdvice } from './phone-number-advice.js';

const wanted = 'write a plus, the country code and the number, such as +12065550100';

/** By the rules that a number can break: what is wrong, and what to write instead. */
const messages = {
  phoneNumberEmpty: `is empty; ${wanted}`,
  phoneNumberLineBreak: `has a line break; ${wanted}`,
  phoneNumberInvisible: `has an invisible character, perhaps copied along with it; ${wanted}`,
  phoneNumberScheme: `starts with a scheme such as tel:; ${wanted}`,
  phoneNumberFullWidth: `has full-width digits or digits of another script; ${wanted}, with the digits 0 to 9`,
  phoneNumberExtension: `has an extension, which cannot be dialed; ${wanted}`,
  phoneNumberLetters: `has letters; ${wanted}`,
  phoneNumberSpaces: `has spaces; ${wanted}, without spaces`,
  phoneNumberPunctuation: `has punctuation or symbols; ${wanted}, without anything else`,
  phoneNumberShort: `is an emergency or short number, which cannot be called; ${wanted}`,
  phoneNumberInternationalPrefix: `starts with an international prefix such as 00; write a plus in its place, such as +12065550100`,
  phoneNumberMissingPlus: `has no leading plus; ${wanted}`,
  phoneNumberCountryCode: `starts with a country code that is not assigned; ${wanted}`,
  phoneNumberTooShort: `is too short for its country; ${wanted}`,
  phoneNumberTooLong: `is too long: a country's numbers have a fixed range of lengths, at most 15 digits in all; ${wanted}`,
  phoneNumberImpossible: `is not a possible number: its country has no numbers of this length; ${wanted}`,
  phoneNumberNotCanonical: `has digits that are not part of the number, such as the 0 of national dialing after the country code; ${wanted}`,
} as const;

type PhoneNumberRule = keyof typeof messages;

interface PhoneNumberProblem {
  readonly rule: PhoneNumberRule;
  /** It never repeats the number. */
  readonly message: string;
}

/** Why raw text is not of the E.164 form; the first match is the most telling one. */
const signs: readonly (readonly [PhoneNumberRule, RegExp])[] = [
  ['phoneNumberEmpty', /^$/],
  ['phoneNumberLineBreak', /[\n\v\f\r\u0085\u2028\u2029]/],
  ['phoneNumberInvisible', /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?!\t)\p{Cc}/u],
  ['phoneNumberScheme', /^\s*[a-z]+:/i],
  ['phoneNumberFullWidth', /[\uff0b\ufe62]|(?![0-9])\p{Nd}/u],
  ['phoneNumberExtension', /\d{4}[\s.]*(?:ext|x|[#,;])/i],
  ['phoneNumberLetters', /\p{L}/u],
  ['phoneNumberSpaces', /\s/],
  ['phoneNumberPunctuation', /[^+0-9]|[^]\+/],
  ['phoneNumberShort', /^\d{1,6}$/],
  ['phoneNumberInternationalPrefix', /^(?:00|011\d{8})/],
  ['phoneNumberMissingPlus', /^\d/],
  ['phoneNumberCountryCode', /^\+0/],
  ['phoneNumberTooShort', /^\+\d?$/],
  ['phoneNumberTooLong', /^\+\d{16}/],
];

const e164 = /^\+[1-9]\d{1,14}$/;

/** Longer text is wrong whatever stands behind, so no pattern ever runs over more. */
const lookedAt = 64;

/** Emergency and service numbers of the world, as dialed. Some countries' metadata call them possible numbers when a country code is put before. */
const shortNumbers = new Set(
  (
    '000 100 101 102 103 104 105 106 107 108 110 111 112 113 114 115 116 117 118 119 120 122 123 128 129 131 132 133 144 150 155 158 ' +
    '190 191 192 193 194 195 197 198 199 211 311 411 511 611 711 811 911 933 988 990 991 992 993 994 995 996 997 998 999 ' +
    '116000 116006 116111 116117 116123'
  ).split(' '),
);

const lengthRules = {
  INVALID_COUNTRY: 'phoneNumberCountryCode',
  TOO_SHORT: 'phoneNumberTooShort',
  TOO_LONG: 'phoneNumberTooLong',
  INVALID_LENGTH: 'phoneNumberImpossible',
  NOT_A_NUMBER: 'phoneNumberImpossible',
} as const;

/** Rules that a number in the right form breaks because of how people write it somewhere. */
const advisable: ReadonlySet<PhoneNumberRule> = new Set([...Object.values(lengthRules), 'phoneNumberNotCanonical']);

/**
 * Names what keeps `text` from being an E.164 number that is possible (its country assigned, its length one of that country's); nothing
 * when it is one. Possible and not valid: numbering plans grow faster than metadata, and the 555-01xx numbers must pass.
 */
export function phoneNumberProblem(text: string): PhoneNumberProblem | undefined {
  const rule = brokenRule(text.slice(0, lookedAt));
  return rule && { rule, message: (advisable.has(rule) ? phoneNumberAdvice(text) : undefined) ?? messages[rule] };
}

function brokenRule(text: string): PhoneNumberRule | undefined {
  if (!e164.test(text)) return signs.find(([, pattern]) => pattern.test(text))?.[0] ?? 'phoneNumberImpossible';
  const number = parsedNumber(text);
  if (shortNumbers.has(text.slice(1)) || shortNumbers.has(number?.nationalNumber ?? '')) return 'phoneNumberShort';
  if (number?.isPossible()) return number.number === text ? undefined : 'phoneNumberNotCanonical';
  const length = validatePhoneNumberLength(text);
  return length ? lengthRules[length] : 'phoneNumberImpossible';
}
