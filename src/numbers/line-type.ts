import type { PhoneNumberType } from 'libphonenumber-js/max';

/** What kind of line a number belongs to, as the library names it. In the plan of +1 nobody can tell mobiles from lines: FIXED_LINE_OR_MOBILE. */
export type LineType = PhoneNumberType;

export const lineTypes: readonly LineType[] = [
  'FIXED_LINE',
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'TOLL_FREE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'VOIP',
  'UAN',
  'PAGER',
  'VOICEMAIL',
];

export function isLineType(value: unknown): value is LineType {
  return lineTypes.some((type) => type === value);
}
