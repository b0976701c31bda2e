import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import { LRUCache } from 'lru-cache';

/** Those of the calls that came last, and their beginnings; a number is personal data, and no more of them are kept than that. */
const mostKept = 200;

/** To parse a number takes longer than all checks of a policy, and a call asks for the same one several times. */
const parsed = new LRUCache<string, { readonly number: PhoneNumber | undefined }>({ max: mostKept });

/** What libphonenumber makes of a text in E.164 form; undefined where it is no number to it. Callers change nothing of it. */
export function parsedNumber(text: string): PhoneNumber | undefined {
  const kept = parsed.get(text);
  if (kept) return kept.number;
  const number = parsePhoneNumberFromString(text);
  parsed.set(text, { number });
  return number;
}
