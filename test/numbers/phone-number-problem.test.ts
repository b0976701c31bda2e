import { describe, expect, test } from '@jest/globals';
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, graphql } from 'graphql';
import { PhoneNumber } from '../../src/graphql/phone-number.scalar.js';
import { CoercionError } from '../../src/graphql/coercion-error.js';
import { phoneNumberProblem } from '../../src/numbers/phone-number-problem.js';

const refused: readonly (readonly [rule: string, texts: readonly string[]])[] = [
  ['phoneNumberEmpty', ['']],
  [
    'phoneNumberLineBreak',
    [
      '+12065550100\n',
      '\n+12065550100',
      '+1206\r\n5550100',
      '+12065550100\u2028',
      '+12065550100\u0085',
      '\n',
      '+1\v2065550100',
    ],
  ],
  [
    'phoneNumberInvisible',
    [
      '\ufeff+12065550100',
      '+1206\u200b5550100',
      '\u202a+12065550100\u202c',
      '\u2066+12065550100\u2069',
      '+12065550100\u200e',
      '+1\u00ad2065550100',
      '+12065550100\u0000',
      '+12065550100\u2060',
      '+1206555\u034f0100',
      '+12065550100\ufe0f',
      '+12065550100\u3164',
      '\u001b+12065550100',
    ],
  ],
  [
    'phoneNumberScheme',
    ['tel:+12065550100', 'TEL:+12065550100', ' tel:+12065550100', 'sip:+12065550100', 'callto:12065550100', 'tel:911'],
  ],
  [
    'phoneNumberFullWidth',
    [
      '＋12065550100',
      '+１２０６５５５０１００',
      '+1206555010０',
      '+١٢٠٦٥٥٥٠١٠٠',
      '+१२०६५५५०१००',
      '﹢12065550100',
      '+1206555010\u{1d7ce}',
    ],
  ],
  [
    'phoneNumberExtension',
    [
      '+12065550100x12',
      '+12065550100 x12',
      '+12065550100ext12',
      '+12065550100 ext. 12',
      '+12065550100;ext=12',
      '+12065550100#12',
      '+12065550100,,12',
      '+12065550100 EXTENSION 4',
      '+12065550100;postd=4',
    ],
  ],
  ['phoneNumberLetters', ['+1206CALLNOW', 'anonymous', '+1206555O100', '+12065550100p5', '+1206555010a', 'é', 'null']],
  [
    'phoneNumberSpaces',
    [
      '+1 206 555 0100',
      ' +12065550100',
      '+12065550100 ',
      '+1\u00a02065550100',
      '+1\u20092065550100',
      '\t+12065550100',
      ' ',
    ],
  ],
  [
    'phoneNumberPunctuation',
    [
      '+1-206-555-0100',
      '+1(206)5550100',
      '+1.206.555.0100',
      '++12065550100',
      '12065550100+',
      '+1+2065550100',
      '*31#',
      '#31#+12065550100',
      '-12065550100',
      '+1206555\u20110100',
      '+12065550100\ud800',
      '+12065550100☎',
      '+1206555/0100',
      "+12065550100'--",
      '%12065550100',
    ],
  ],
  [
    'phoneNumberShort',
    [
      '911',
      '112',
      '999',
      '000',
      '110',
      '08',
      '5',
      '00',
      '116117',
      '+911',
      '+112',
      '+999',
      '+110',
      '+1911',
      '+1411',
      '+1988',
      '+44999',
      '+44112',
      '+49110',
      '+49112',
      '+49116117',
      '+33112',
      '+61000',
      '+81119',
      '+86110',
      '+91112',
      '+116117',
    ],
  ],
  ['phoneNumberInternationalPrefix', ['0012065550100', '00442071838750', '01112065550100', '0000000']],
  ['phoneNumberMissingPlus', ['12065550100', '2065550100', '02071838750', '442071838750', '1'.repeat(40)]],
  [
    'phoneNumberCountryCode',
    [
      '+0',
      '+012065550100',
      '+000',
      '+9991234567',
      '+2101234567',
      '+2831234567',
      '+3841234567',
      '+4221234567',
      '+8011234567',
      '+8891234567',
    ],
  ],
  ['phoneNumberTooShort', ['+', '+1', '+12', '+1206', '+1206555010', '+4420', '+3906', '+861', '+3531']],
  [
    'phoneNumberTooLong',
    [
      '+120655501000',
      '+1234567890123456',
      `+${'1'.repeat(64)}`,
      `+${'1'.repeat(100_000)}`,
      '+5215512345678',
      '+44207183875012',
    ],
  ],
  ['phoneNumberImpossible', ['+35412345678', '+68340000']],
  ['phoneNumberNotCanonical', ['+4407911123456', '+330612345678', '+3100612345678']],
];

describe('a phone number', () => {
  for (const [rule, texts] of refused) {
    test.each(texts.map((text) => [JSON.stringify(text).slice(0, 60), text] as const))(
      `breaks ${rule}: %s`,
      (_, text) => {
        expect(phoneNumberProblem(text)?.rule).toBe(rule);
      },
    );
  }

  test('that is refused is told why in words of its own, without being repeated', () => {
    const messages = refused.map(([, [first]]) => phoneNumberProblem(first!)?.message);
    expect(new Set(messages).size).toBe(messages.length);
    for (const text of refused.flatMap(([, texts]) => texts)) {
      if (text.length < 6) continue;
      expect(phoneNumberProblem(text)?.message.replaceAll('+12065550100', '')).not.toContain(text);
    }
  });

  test.each([
    '+12065550100',
    '+12065550199',
    '+442071838750',
    '+390612345678',
    '+491711234567',
    '+5491112345678',
    '+80012345678',
    '+883510000000000',
    '+78005553535',
    '+35312345678',
    '+6834000',
  ])('in E.164 form that is possible passes: %s', (text) => {
    expect(phoneNumberProblem(text)).toBeUndefined();
  });

  test('of every country passes as it is, and in no other form', () => {
    const numbers = getCountries().map((country) => getExampleNumber(country, examples)?.number ?? '');
    expect(numbers.length).toBeGreaterThan(240);
    for (const number of numbers) {
      expect([number, phoneNumberProblem(number)]).toEqual([number, undefined]);
      const middle = Math.floor(number.length / 2);
      for (const insert of [' ', '-', '\n', '\u200b', 'a', '０', '+', ';', '\u0000', '١'] as const) {
        for (const at of [0, middle, number.length]) {
          const changed = number.slice(0, at) + insert + number.slice(at);
          expect([changed, phoneNumberProblem(changed)]).not.toEqual([changed, undefined]);
        }
      }
      for (const changed of [
        number.slice(1),
        `00${number.slice(1)}`,
        `tel:${number}`,
        `+0${number.slice(1)}`,
        number.padEnd(17, '0'),
      ]) {
        expect([changed, phoneNumberProblem(changed)]).not.toEqual([changed, undefined]);
      }
    }
  });

  test('passes for an assigned country code only', () => {
    const assigned = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));
    // Codes of no country: freephone, shared cost, satellite, personal and international networks, premium rate.
    for (const code of ['800', '808', '870', '878', '881', '882', '883', '888', '979']) assigned.add(code);
    for (let code = 200; code < 1000; code++) {
      const prefixes = [String(code), String(code).slice(0, 2), String(code).slice(0, 1)];
      if (prefixes.some((prefix) => assigned.has(prefix))) continue;
      expect([code, phoneNumberProblem(`+${code}12345678`)?.rule]).toEqual([code, 'phoneNumberCountryCode']);
    }
  });
});

describe('the PhoneNumber scalar', () => {
  const wanted = 'must be a string: a plus, the country code and the number, such as "+12065550100"';
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        length: {
          type: GraphQLInt,
          args: { number: { type: PhoneNumber } },
          resolve: (_: unknown, { number }: { number: string }) => number.length,
        },
      },
    }),
  });

  test('takes any string as it is, so that the rules can judge it', async () => {
    const source =
      'query($number: PhoneNumber) { literal: length(number: "no\\nnumber") variable: length(number: $number) }';
    const { data } = await graphql({ schema, source, variableValues: { number: '\ufeff+1' } });
    expect({ ...data }).toEqual({ literal: 9, variable: 3 });
  });

  test.each(['4242424242', '42.42', 'true', '[4242424242]', '{ canary: 4242424242 }', 'CANARY'])(
    'refuses the literal %s in its own words',
    async (literal) => {
      const { errors } = await graphql({ schema, source: `{ length(number: ${literal}) }` });
      expect(errors?.map(({ message, locations }) => [message, locations])).toEqual([
        [wanted, [{ line: 1, column: 18 }]],
      ]);
    },
  );

  test.each([4242424242, true, ['4242424242'], { canary: '4242424242' }])(
    'refuses the value %j in its own words',
    (value) => {
      expect(() => PhoneNumber.parseValue(value)).toThrow(new CoercionError(wanted));
    },
  );
});
