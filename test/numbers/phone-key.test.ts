import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { phoneNumberProblem } from '../../src/numbers/phone-number-problem.js';
import { phoneKeyOf } from '../../src/numbers/phone-key.js';

const isAccepted = (number: string) => phoneNumberProblem(number) === undefined;

describe('one phone', () => {
  // Sources: the national plans as ITU-T publishes them (Operational Bulletin, "National Numbering Plans"), and libphonenumber's patterns of them.
  test.each([
    ['Netherlands: mobiles have 9 digits', '+31612345678', '+316123456789'],
    ['Netherlands: two digits more', '+31612345678', '+3161234567890'],
    ['Ireland: mobiles have 9 digits', '+353861234567', '+3538612345678'],
    ['India: mobiles have 10 digits', '+919812345678', '+9198123456789'],
    ['China: mobiles have 11 digits', '+8613812345678', '+86138123456789'],
    ['Hong Kong: all numbers have 8 digits', '+85291234567', '+852912345678'],
    ['Nigeria: mobiles have 10 digits', '+2348021234567', '+234802123456712'],
    ['Japan: mobiles have 10 digits', '+819012345678', '+8190123456789'],
    ['Japan: lines have 9 digits', '+81312345678', '+813123456789'],
    ['Sweden: mobiles have 9 digits', '+46701234567', '+467012345678'],
    ['Germany: mobiles of 015 have 11 digits', '+4915112345678', '+49151123456789'],
    ['Germany: mobiles of 016 and 017 have 10 or 11', '+491711234567', '+4917112345678'],
    ['Germany: lines have 11 digits at most, then extensions', '+4970421234567', '+49704212345678'],
    ['Austria: mobiles have 10 to 13 digits', '+436641234567', '+4366412345678'],
    ['Austria: and with two more', '+436641234567', '+43664123456789'],
    ['Finland: mobiles have several lengths', '+358401234567', '+3584012345678'],
    ['Indonesia: mobiles have 9 to 12 digits', '+62812345678', '+62812345678901'],
    ['New Zealand: mobiles have 8 to 10 digits', '+6421123456', '+64211234567'],
    ['Italy: mobiles have 9 or 10 digits', '+39335123456', '+393351234567'],
    ['Italy: a digit more would be the voice mail of the mobile', '+393331234567', '+3933312345678'],
    ['Argentina: the 9 of mobiles', '+5491112345678', '+541112345678'],
    ['South Africa: mobiles have 9 digits', '+27831234567', '+278312345678'],
  ])('%s: %s, %s', (_title, number, other) => {
    const accepted = [number, other].filter(isAccepted);
    // Those that are refused ring nothing.
    if (accepted.length === 2) expect(phoneKeyOf(other)).toBe(phoneKeyOf(number));
    else expect({ number, accepted }).toEqual({ number, accepted: [number] });
  });
});

describe('another phone', () => {
  test.each([
    ['the last digit of a number of the United States', '+12065550100', '+12065550101'],
    ['a number that another one begins with, in another country', '+12065550100', '+442065550100'],
    ['the last digit of a line in Berlin', '+493012345678', '+493012345679'],
    ['an extension in Germany', '+4930123456', '+493012345678'],
    ['two extensions in Germany', '+493012345678', '+493012345699'],
    ['an extension in Vienna', '+4315123456', '+431512345678'],
    ['the last digit of a mobile of the United Kingdom', '+447911123456', '+447911123457'],
    ['the last digit of a mobile of France', '+33612345678', '+33612345679'],
    ['the last digit of a mobile of Brazil', '+5511912345678', '+5511912345679'],
    ['the last digit of a mobile of Tonga, which has 7', '+6767715123', '+6767715124'],
    ['a number of Italy with and without its zero, which is part of it', '+390612345678', '+39612345678'],
    ['another thousand of mobiles of Austria', '+436641234567', '+436641244567'],
    ['a range that no pattern knows', '+14655550142', '+14655550143'],
  ])('%s: %s, %s', (_title, number, other) => {
    expect(phoneKeyOf(other)).not.toBe(phoneKeyOf(number));
  });
});

test.each([
  ['Mexico: the 1 of mobiles until 2019', '+5215512345678'],
  ['United Kingdom: the national 0', '+4402079460018'],
  ['Brazil: the code of a carrier', '+55015119123456789'],
  ['United States: a digit more', '+120655501009'],
  ['France: a digit more', '+336123456789'],
])('a number is refused before it has a key: %s', (_title, number) => {
  expect(isAccepted(number)).toBe(false);
});

test('in each country, a mobile and the same with accepted digits behind it are one phone', () => {
  const lengthened = getCountries().flatMap((country) => {
    const mobile = getExampleNumber(country, examples)?.number ?? '';
    return ['5', '55', '555'].map((behind) => ({ country, mobile, longer: mobile + behind }));
  });
  const accepted = lengthened.filter(({ mobile, longer }) => isAccepted(mobile) && isAccepted(longer));
  // Where somebody can write such a number at all; each of them was a phone of its own before.
  expect(new Set(accepted.map(({ country }) => country)).size).toBeGreaterThan(70);
  const passing = accepted.filter(({ mobile, longer }) => phoneKeyOf(longer) !== phoneKeyOf(mobile));
  // Tokelau, whose mobiles have four digits or five.
  expect([...new Set(passing.map(({ country }) => country))]).toEqual(['TK']);
});

test('the number of an Argentine mobile is written without its 9 in a key, whatever else a number is stays as it is', () => {
  expect(phoneKeyOf('+5491112345678')).toBe('+541112345678');
  for (const number of ['+12065550100', '+442079460018', '+493012345678', '+33612345678', '+390612345678', '+1']) {
    expect(phoneKeyOf(number)).toBe(number);
  }
});

describe('of any number', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{1,14}$/).map((text) => `+${text}`);
  const ofCountry = fc
    .tuple(fc.constantFrom(...getCountries()), fc.stringMatching(/^[0-9]{2}$/))
    .map(([country, end]) => (getExampleNumber(country, examples)?.number ?? '+12065550100').slice(0, -2) + end);
  const number = fc.oneof(digits, ofCountry);

  test('the key is its own key, begins the number but for the 9 of Argentina, and keeps its country code', () => {
    fc.assert(
      fc.property(number, (text) => {
        const key = phoneKeyOf(text);
        expect(phoneKeyOf(key)).toBe(key);
        expect(
          text.startsWith(key) ||
            key === `+54${text.slice(4)}` ||
            (text.startsWith('+549') && `+54${text.slice(4)}`.startsWith(key)),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a mobile and whatever digits behind it that are accepted have one key', () => {
    fc.assert(
      fc.property(ofCountry, fc.stringMatching(/^[0-9]{1,4}$/), (text, behind) => {
        const isMobile = parsePhoneNumberFromString(text)?.getType() === 'MOBILE';
        const digitsOf = (parsePhoneNumberFromString(text)?.nationalNumber ?? '').length;
        fc.pre(isMobile && digitsOf >= 8 && isAccepted(text) && isAccepted(text + behind));
        expect(phoneKeyOf(text + behind)).toBe(phoneKeyOf(text));
      }),
      { numRuns: 200 },
    );
  });
});
