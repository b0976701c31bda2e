import { expect, test } from '@jest/globals';
import { judge } from '../../src/policy/condition.js';
import { aNumber, callFacts } from './call-facts.js';

const florida = callFacts({ destination: aNumber({ areaCodeState: 'FL' }), purpose: 'MARKETING' });
const anyFlorida = { anyOf: [{ areaCodeState: 'FL' }, { residenceState: 'FL' }], purpose: 'MARKETING' };

test.each([
  ['nothing is asked', undefined, florida, true],
  ['all facts are as they should be', { region: 'US', purpose: 'MARKETING' }, florida, true],
  ['one is not', { region: 'CA', purpose: 'MARKETING' }, florida, false],
  ['one of several values', { region: ['CA', 'US'] }, florida, true],
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

test('what nobody gave does not hold, and is named', () => {
  expect(judge(anyFlorida, callFacts())).toEqual({
    holds: false,
    missing: ['purpose', 'residenceState'],
    isByAreaCode: false,
  });
  // Only a later version knows it.
  expect(judge({ dialing: 'AUTOMATED' } as never, florida)).toEqual({
    holds: false,
    missing: ['dialing'],
    isByAreaCode: false,
  });
});

test('a condition that holds misses nothing, whatever else it asks for', () => {
  expect(judge(anyFlorida, florida).missing).toEqual([]);
});

test('the area code counts where it is a reason', () => {
  expect(judge(anyFlorida, florida).isByAreaCode).toBe(true);
  expect(judge({ areaCodeState: ['FL', 'OK'] }, florida).isByAreaCode).toBe(true);
  expect(judge(anyFlorida, callFacts({ calleeState: 'FL', purpose: 'MARKETING' })).isByAreaCode).toBe(false);
});
