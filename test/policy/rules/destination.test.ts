import { describe, expect, test } from '@jest/globals';
import type { LineType } from '../../../src/numbers/line-type.js';
import { callingCodeRule } from '../../../src/policy/rules/calling-code.rule.js';
import { deniedPrefixRule } from '../../../src/policy/rules/denied-prefix.rule.js';
import { lineTypeRule } from '../../../src/policy/rules/line-type.rule.js';
import { regionRule } from '../../../src/policy/rules/region.rule.js';
import { aNumber, asked } from '../call-facts.js';

describe('calling code', () => {
  const rule = callingCodeRule(['1', '44']);
  test.each([
    ['one that is allowed', '1', 'ALLOW'],
    ['one that is not', '49', 'REFUSE'],
    ['of satellite phones', '881', 'REFUSE'],
    ['one that begins like an allowed one', '441', 'REFUSE'],
    ['none', undefined, 'REFUSE'],
  ])('%s', (_title, callingCode, is) => {
    const outcome = rule(asked({ destination: aNumber({ callingCode }) }));
    expect(outcome).toMatchObject(is === 'ALLOW' ? { is } : { is, reason: 'CALLING_CODE_NOT_ALLOWED' });
  });
});

describe('region', () => {
  test.each([
    ['one that is allowed', 'US', ['US', 'CA'], { is: 'ALLOW' }],
    ['one that is not', 'FR', ['US', 'CA'], { is: 'REFUSE', reason: 'REGION_NOT_ALLOWED' }],
    ['none is allowed', 'US', [], { is: 'REFUSE', reason: 'REGION_NOT_ALLOWED' }],
    ['none is known', undefined, ['US'], { is: 'UNKNOWN', reason: 'REGION_UNKNOWN' }],
  ])('%s', (_title, region, regions, outcome) => {
    expect(regionRule(regions)(asked({ destination: aNumber({ region }) }))).toMatchObject(outcome);
  });

  test('of an unknown one the overlay is named', () => {
    expect(regionRule(['US'])(asked({ destination: aNumber({ region: undefined }) }))).toHaveProperty(
      'message',
      expect.stringContaining('data.numbers.overlay'),
    );
  });
});

describe('line type', () => {
  const refused = { is: 'REFUSE', reason: 'LINE_TYPE_NOT_ALLOWED' };
  const notKnown = { is: 'UNKNOWN', reason: 'LINE_TYPE_NOT_ALLOWED' };
  test.each<[string, LineType | undefined, LineType[], object]>([
    ['one that is allowed', 'MOBILE', ['MOBILE'], { is: 'ALLOW' }],
    ['one that is not', 'PREMIUM_RATE', ['MOBILE', 'FIXED_LINE'], refused],
    ['none is known', undefined, ['MOBILE'], notKnown],
    ['fixed or mobile, and both may', 'FIXED_LINE_OR_MOBILE', ['FIXED_LINE_OR_MOBILE'], { is: 'ALLOW' }],
    ['fixed or mobile, and mobiles may', 'FIXED_LINE_OR_MOBILE', ['MOBILE'], notKnown],
    ['fixed or mobile, and lines may', 'FIXED_LINE_OR_MOBILE', ['FIXED_LINE'], notKnown],
    ['fixed or mobile, and neither may', 'FIXED_LINE_OR_MOBILE', ['VOIP'], refused],
  ])('%s', (_title, lineType, types, outcome) => {
    expect(lineTypeRule(types)(asked({ destination: aNumber({ lineType }) }))).toMatchObject(outcome);
  });
});

describe('denied prefix', () => {
  test.each([
    ['none', '+12065550123', ['+1900', '+4470'], { is: 'ALLOW' }],
    ['one', '+19005550123', ['+1900', '+4470'], { is: 'REFUSE', reason: 'PREFIX_DENIED' }],
    ['in the middle of the number', '+12061900123', ['+1900'], { is: 'ALLOW' }],
    ['the same phone of Argentina', '+5491123456789', ['+541123'], { is: 'REFUSE', reason: 'PREFIX_DENIED' }],
    ['the same phone without its 9', '+541123456789', ['+5491123'], { is: 'REFUSE', reason: 'PREFIX_DENIED' }],
    ['mobiles of Argentina, and a line', '+541123456789', ['+549'], { is: 'ALLOW' }],
    ['no list', '+19005550123', [], { is: 'ALLOW' }],
  ])('%s', (_title, e164, prefixes, outcome) => {
    expect(deniedPrefixRule(prefixes)(asked({ destination: aNumber({ e164 }) }))).toMatchObject(outcome);
  });
});
