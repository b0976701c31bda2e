import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  Metadata,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { phoneNumberProblem } from '../../src/numbers/phone-number-problem.js';

/** The part of a plan that the library keeps to itself. */
interface Plan {
  /** 0 where there is none. */
  nationalPrefix(): string | 0;
  possibleLengths(): readonly number[];
  type(name: 'FIXED_LINE' | 'MOBILE'): { pattern(): string } | undefined;
}
function planOf(country: CountryCode): Plan {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan as unknown as Plan;
}

/** Whether lines or mobiles of the plan begin with a 0, as far as some numbers with each beginning of four digits show. */
function hasZero(plan: Plan): boolean {
  const patterns = (['FIXED_LINE', 'MOBILE'] as const).flatMap((type) => plan.type(type)?.pattern() ?? []);
  return patterns.some((pattern) => {
    const whole = new RegExp(`^(?:${pattern})$`);
    return plan.possibleLengths().some((length) => withZero.some((digits) => whole.test(digits.slice(0, length))));
  });
}
const withZero = Array.from({ length: 1_000 }, (_, next) => `0${String(next).padStart(3, '0')}`).flatMap((begin) =>
  ['12345678901', '66666666666', '80859095051', '97531864209'].map((tail) => begin + tail),
);

const countries = getCountries();
const wordsFor = (text: string) => phoneNumberProblem(text)?.message ?? 'accepted';
const isInUse = (text: string) =>
  parsePhoneNumberFromString(text)?.isValid() === true && phoneNumberProblem(text) === undefined;

const nationalDialing = /^has a prefix of national dialing after the country code.*leave it out/;

describe('a number as people and messengers write it is told what to change, under the rule that it breaks', () => {
  test.each<[what: string, text: string, rule: string, message: RegExp, meant: string | null]>([
    [
      'Mexico: the 1 of mobiles, as messengers keep it',
      '+5215512345678',
      'TooLong',
      /after \+52 that Mexico gave up.*leave it out/,
      '+525512345678',
    ],
    [
      'Mexico: 044 of mobiles',
      '+520445512345678',
      'TooLong',
      /after \+52 that Mexico gave up.*leave it out/,
      '+525512345678',
    ],
    [
      'Mexico: 045 of mobiles',
      '+520455512345678',
      'TooLong',
      /after \+52 that Mexico gave up.*leave it out/,
      '+525512345678',
    ],
    [
      'Mexico: 01 of long distance',
      '+52015512345678',
      'TooLong',
      /after \+52 that Mexico gave up.*leave it out/,
      '+525512345678',
    ],
    [
      'Argentina: the 15 of mobiles',
      '+54111512345678',
      'NotCanonical',
      /15.*Argentina.*9 right after \+54/,
      '+5491112345678',
    ],
    [
      'Argentina: the 0 and the 15',
      '+540111512345678',
      'NotCanonical',
      /15.*Argentina.*9 right after \+54/,
      '+5491112345678',
    ],
    [
      'Argentina: the 9 and the 15',
      '+549111512345678',
      'TooLong',
      /15.*Argentina.*9 right after \+54/,
      '+5491112345678',
    ],
    [
      "Côte d'Ivoire: eight digits, before 2021",
      '+22507123456',
      'TooShort',
      /^is too short.*ten digits after \+225 since 2021/,
      null,
    ],
    [
      'Benin: eight digits, before December 2024',
      '+22997123456',
      'TooShort',
      /ten digits after \+229 .*2024.*01 before/,
      '+2290197123456',
    ],
    [
      'Russia: the 8 of national dialing in the place of +7',
      '+89123456789',
      'CountryCode',
      /8 .*Russia.*\+7 in its place/,
      '+79123456789',
    ],
    ['Russia: the 8 after +7', '+789123456789', 'NotCanonical', nationalDialing, '+79123456789'],
    ['Kazakhstan: the 8 after +7', '+787011234567', 'NotCanonical', nationalDialing, '+77011234567'],
    ['United Kingdom: the 0', '+4402071838750', 'NotCanonical', nationalDialing, '+442071838750'],
    ['Germany: the 0', '+490301234567', 'NotCanonical', nationalDialing, '+49301234567'],
    ['France: the 0', '+330612345678', 'NotCanonical', nationalDialing, '+33612345678'],
    ['Australia: the 0', '+610412345678', 'NotCanonical', nationalDialing, '+61412345678'],
    ['China: the 0', '+86013812345678', 'NotCanonical', nationalDialing, '+8613812345678'],
    ['Hungary: the 06', '+3606201234567', 'NotCanonical', nationalDialing, '+36201234567'],
    ['Lithuania: the 8 of before', '+370861234567', 'NotCanonical', nationalDialing, '+37061234567'],
    ['North America: the 1', '+112065550100', 'NotCanonical', nationalDialing, '+12065550100'],
    ['Spain: a 0, which no number there has', '+340612345678', 'TooLong', nationalDialing, '+34612345678'],
    ['Brazil: the 0', '+55011912345678', 'NotCanonical', nationalDialing, '+5511912345678'],
    [
      'Brazil: the 0 and a carrier',
      '+550151130123456',
      'NotCanonical',
      /carrier's code.*leave them out/,
      '+551130123456',
    ],
    ['San Marino: without the area code', '+378886377', 'NotCanonical', /^lacks its area code/, '+3780549886377'],
    [
      'an international prefix after the plus',
      '+00442071838750',
      'CountryCode',
      /international prefix.*after the plus.*leave it out/,
      '+442071838750',
    ],
    [
      'an American international prefix after the plus',
      '+011442071838750',
      'CountryCode',
      /international prefix.*after the plus.*leave it out/,
      '+442071838750',
    ],
  ])('%s', (_what, text, rule, message, meant) => {
    expect(phoneNumberProblem(text)).toEqual({
      rule: `phoneNumber${rule}`,
      message: expect.stringMatching(message),
    });
    // What the advice leads to is a number that is dialed as it is.
    if (meant !== null) expect([meant, isInUse(meant)]).toEqual([meant, true]);
  });

  test.each([
    ['a number of no range in use, with a 0', '+490151234567', /such as the 0 of national dialing/],
    [
      'eleven digits that would not be a number of Mexico without the 1',
      '+5211234567890',
      /^is too long: a country's numbers/,
    ],
    ['twelve digits of Mexico', '+52155123456789', /^is too long: a country's numbers/],
    ['a line of Argentina with a 15 that belongs to it, beside a 0', '+5402215123456', nationalDialing],
    ['a 15 that is no prefix in Argentina', '+5491115123456789', /^is too long: a country's numbers/],
    ["seven digits of Côte d'Ivoire", '+2250712345', /^is too short for its country/],
    ['eight digits that were no number of Benin', '+22900123456', /^is too short for its country/],
    ['an unassigned country code', '+8901234567', /country code that is not assigned/],
    ['noughts', '+000', /country code that is not assigned/],
  ])('but %s gets no advice that may be wrong', (_what, text, message) => {
    expect(wordsFor(text)).toMatch(message);
  });
});

describe('the 0 of a number', () => {
  const zeroBelongs = countries.filter((country) => hasZero(planOf(country)));

  test('is never told to be left out where lines or mobiles begin with it, as in Italy', () => {
    expect(zeroBelongs).toEqual(expect.arrayContaining(['BF', 'BJ', 'CG', 'CI', 'GA', 'IT', 'RW', 'SM', 'TJ', 'VA']));
    // Rwanda has a prefix as well, which the library tells from the 0 of its lines.
    for (const country of zeroBelongs.filter((country) => planOf(country).nationalPrefix() === 0)) {
      const code = `+${getCountryCallingCode(country)}`;
      const digits = getExampleNumber(country, examples)!.nationalNumber;
      for (const text of [
        `${code}${digits}`,
        `${code}0${digits}`,
        `${code}00${digits}`,
        `${code}0${digits}1`,
        `${code}0${digits.slice(1)}`,
      ]) {
        expect([text, wordsFor(text)]).not.toEqual([text, expect.stringMatching(nationalDialing)]);
      }
    }
    for (const text of ['+390612345678', '+390549886377', '+3780549886377']) expect(wordsFor(text)).toBe('accepted');
  });

  test('or the prefix that the country has is told to be left out everywhere else', () => {
    const kept = new Set<string>(zeroBelongs.map((country) => getCountryCallingCode(country)));
    let told = 0;
    for (const country of countries) {
      const [code, number] = [`+${getCountryCallingCode(country)}`, getExampleNumber(country, examples)!];
      const nationalPrefix = planOf(country).nationalPrefix();
      const text = `${code}${nationalPrefix === 0 ? '0' : nationalPrefix}${number.nationalNumber}`;
      // Some plans have numbers of that length: those are dialed as they are.
      if (kept.has(code.slice(1)) || wordsFor(text) === 'accepted') continue;
      expect([country, text, wordsFor(text)]).toEqual([country, text, expect.stringMatching(nationalDialing)]);
      told += 1;
    }
    expect(told).toBeGreaterThan(180);
  });
});

test('whatever is written, the words are among a few that are known, and hold nothing of it', () => {
  const known = new Set<string>();
  const somewhere = fc.constantFrom(...countries.map((country) => getCountryCallingCode(country)));
  const prefix = fc.constantFrom('', '0', '1', '8', '9', '00', '01', '06', '044', '045', '015', '90', '11');
  const digits = fc.stringMatching(/^\d{5,11}$/);
  fc.assert(
    fc.property(somewhere, prefix, digits, (code, prefix, digits) => {
      const text = `+${code}${prefix}${digits}`;
      const problem = phoneNumberProblem(text);
      if (!problem) return;
      known.add(problem.message);
      if (nationalDialing.test(problem.message)) {
        const left = [1, 2].map((cut) => `+${code}${text.slice(1 + code.length + cut)}`);
        expect([text, left.some(isInUse)]).toEqual([text, true]);
      }
      expect(problem.message.replaceAll('+12065550100', '')).not.toContain(digits);
    }),
    { numRuns: 5_000, seed: 1 },
  );
  expect(known.size).toBeLessThan(20);
});
