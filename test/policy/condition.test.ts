import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, type Condition } from '../../src/policy/condition.js';
import type { CallFacts } from '../../src/policy/facts.js';
import { aNumber, callFacts } from './call-facts.js';
import { judgePlainly } from './plain-condition.js';

const florida = callFacts({ destination: aNumber({ areaCodeStates: ['FL'] }), purpose: 'MARKETING' });
const anyFlorida = { anyOf: [{ areaCodeState: 'FL' }, { residenceState: 'FL' }], purpose: 'MARKETING' };

test.each([
  ['nothing is asked', undefined, florida, true],
  ['all facts are as they should be', { region: 'US', purpose: 'MARKETING' }, florida, true],
  ['one is not', { region: 'CA', purpose: 'MARKETING' }, florida, false],
  ['one of several values', { region: ['CA', 'US'] }, florida, true],
  ['mobiles, of what may be one', { lineType: 'MOBILE' }, florida, true],
  ['lines, of what may be one', { lineType: ['FIXED_LINE', 'VOIP'] }, florida, true],
  [
    'mobiles, of a line',
    { lineType: 'MOBILE' },
    callFacts({ destination: aNumber({ lineType: 'FIXED_LINE' }) }),
    false,
  ],
  ['one of several terms', anyFlorida, florida, true],
  ['another of the terms', anyFlorida, callFacts({ calleeState: 'FL', purpose: 'MARKETING' }), true],
  ['none of the terms', anyFlorida, callFacts({ purpose: 'MARKETING', calleeState: 'GA' }), false],
  ['a term, and the rest is otherwise', anyFlorida, { ...florida, purpose: 'SERVICE' }, false],
  [
    'calling code, line type and traffic',
    { callingCode: '1', lineType: 'VOIP', trafficType: 'GENERAL' },
    florida,
    false,
  ],
])('%s', (_title, condition, facts, holds) => {
  expect(judge(condition, facts).holds).toBe(holds);
});

test.each<[string, Condition, CallFacts, string[]]>([
  ['all that is not known', anyFlorida, callFacts(), ['purpose', 'residenceState']],
  ['nothing where a known fact is otherwise', anyFlorida, callFacts({ purpose: 'SERVICE' }), []],
  ['nothing where every term is otherwise', { anyOf: [{ areaCodeState: 'FL' }], purpose: 'SERVICE' }, callFacts(), []],
  ['no term beside one that holds', anyFlorida, callFacts({ calleeState: 'FL' }), ['purpose']],
  ['nothing of a condition that holds', anyFlorida, florida, []],
  ['what only a later version knows', { dialing: 'AUTOMATED' } as Condition, florida, ['dialing']],
  [
    'the state of a number that has none',
    { areaCodeState: 'FL' },
    callFacts({ destination: aNumber({ areaCodeStates: [] }) }),
    ['areaCodeState'],
  ],
])('is named as missing: %s', (_title, condition, facts, missing) => {
  expect(judge(condition, facts)).toMatchObject({ holds: condition === anyFlorida && facts === florida, missing });
});

describe('of a number that is in no plan, only the calling code is known', () => {
  const newAreaCode = (more: object = {}) =>
    callFacts({ destination: aNumber({ region: undefined, lineType: undefined, areaCodeStates: [], ...more }) });
  test.each<[string, Condition, CallFacts, boolean]>([
    ['a country that has it', { region: ['FR', 'US'] }, newAreaCode(), true],
    ['another one that has it', { region: 'JM' }, newAreaCode(), true],
    ['a country that has another', { region: 'FR' }, newAreaCode(), false],
    ['any state', { areaCodeState: 'FL' }, newAreaCode(), true],
    [
      'the state of an area code that is known',
      { areaCodeState: 'FL' },
      newAreaCode({ areaCodeStates: ['GA'] }),
      false,
    ],
    ['a state, of another calling code', { areaCodeState: 'FL' }, newAreaCode({ callingCode: '44' }), false],
    ['a country, of no calling code', { region: 'US' }, newAreaCode({ callingCode: undefined }), false],
    [
      'a country, of a satellite phone',
      { region: 'US' },
      newAreaCode({ callingCode: '881', lineType: 'MOBILE' }),
      false,
    ],
    [
      'a state, of a toll-free number',
      { areaCodeState: 'FL' },
      newAreaCode({ region: 'US', lineType: 'TOLL_FREE' }),
      false,
    ],
  ])('%s', (_title, condition, facts, holds) => {
    const { missing, ...judged } = judge(condition, facts);
    expect(judged).toEqual({ holds, isByAreaCode: holds && condition.areaCodeState !== undefined });
    expect(missing.length > 0 && holds).toBe(false);
  });
});

test('the area code counts where it is a reason', () => {
  expect(judge(anyFlorida, florida).isByAreaCode).toBe(true);
  expect(judge({ areaCodeState: ['FL', 'OK'] }, florida).isByAreaCode).toBe(true);
  expect(judge(anyFlorida, callFacts({ calleeState: 'FL', purpose: 'MARKETING' })).isByAreaCode).toBe(false);
});

const someOf = (...values: readonly string[]) => fc.oneof(fc.constantFrom(...values), fc.subarray([...values]));
const term = fc.record(
  {
    region: someOf('US', 'CA', 'DE'),
    callingCode: someOf('1', '49'),
    lineType: someOf('MOBILE', 'FIXED_LINE', 'VOIP'),
    areaCodeState: someOf('FL', 'WA'),
    residenceState: someOf('FL', 'TN'),
    purpose: someOf('MARKETING', 'SERVICE'),
    trafficType: someOf('GENERAL', 'CAMPAIGN'),
  },
  { requiredKeys: [] },
);
const condition: fc.Arbitrary<Condition> = fc
  .tuple(term, fc.option(fc.array(term, { maxLength: 3 }), { nil: undefined }))
  .map(([all, anyOf]) => (anyOf ? { ...all, anyOf } : all));
const facts = fc
  .record({
    destination: fc
      .record({
        region: fc.constantFrom('US', 'DE', undefined),
        callingCode: fc.constantFrom('1', '49', undefined),
        lineType: fc.constantFrom('FIXED_LINE_OR_MOBILE' as const, 'VOIP' as const, undefined),
        areaCodeStates: fc.constantFrom(['FL'], ['WA', 'FL'], []),
      })
      .map(aNumber),
    purpose: fc.constantFrom('MARKETING', 'SERVICE', undefined),
    calleeState: fc.constantFrom('FL', 'GA', undefined),
  })
  .map(callFacts);

test('what is left out of a condition changes nothing of what it says', () => {
  fc.assert(
    fc.property(condition, facts, (asked, its) => {
      expect(judge(asked, its)).toEqual(judgePlainly(asked, its));
    }),
    { numRuns: 2_000 },
  );
});
