import { describe, expect, test } from '@jest/globals';
import type { Counted, CountQuestion } from '../../../src/policy/facts.js';
import { doNotCallRule } from '../../../src/policy/rules/do-not-call.rule.js';
import { frequencyRule } from '../../../src/policy/rules/frequency.rule.js';
import { asked, emptyStore, nothingKnown } from '../call-facts.js';

describe('frequency', () => {
  const question: CountQuestion = { per: 'destination', max: 3, withinMs: 86_400_000 };
  const storeOf = (counted: Counted | undefined) => ({ ...emptyStore, counted: () => counted });
  test.each([
    ['no call', { calls: 0, fewerAtMs: undefined }, { is: 'ALLOW' }],
    ['one less than the cap', { calls: 2, fewerAtMs: undefined }, { is: 'ALLOW' }],
    [
      'as many as there may be',
      { calls: 3, fewerAtMs: 77 },
      { is: 'DEFER', reason: 'FREQUENCY_CAP', nextAllowedAtMs: 77 },
    ],
    [
      'more than there may be',
      { calls: 9, fewerAtMs: 77 },
      { is: 'DEFER', reason: 'FREQUENCY_CAP', nextAllowedAtMs: 77 },
    ],
    ['the store is away', undefined, { is: 'UNKNOWN', reason: 'GUARD_UNAVAILABLE' }],
  ])('%s', (_title, counted, outcome) => {
    expect(frequencyRule(question)(asked({}, { store: storeOf(counted) }))).toMatchObject(outcome);
  });

  test('the store is asked what the rule asks', () => {
    const questions: CountQuestion[] = [];
    const store = {
      ...emptyStore,
      counted: (one: CountQuestion) => {
        questions.push(one);
        return { calls: 0, fewerAtMs: undefined };
      },
    };
    frequencyRule({ per: 'prefix', digits: 7, max: 20, withinMs: 600_000 })(asked({}, { store }));
    expect(questions).toEqual([{ per: 'prefix', digits: 7, max: 20, withinMs: 600_000 }]);
  });

  test('a caller number that the queue decides on cannot be counted', () => {
    const rule = frequencyRule({ per: 'callerNumber', max: 3, withinMs: 1_000 });
    expect(rule(asked({ callerNumber: undefined }))).toMatchObject({ is: 'UNKNOWN', reason: 'CALLER_ID_NOT_ALLOWED' });
  });
});

describe('do not call', () => {
  test.each([
    ['not on the list', false, { is: 'ALLOW' }],
    ['on the list', true, { is: 'REFUSE', reason: 'DO_NOT_CALL' }],
    ['the store is away', undefined, { is: 'UNKNOWN', reason: 'GUARD_UNAVAILABLE' }],
  ])('%s', (_title, isListed, outcome) => {
    const store = { ...nothingKnown, isListed: (list: string) => (list === 'own-dnc' ? isListed : undefined) };
    expect(doNotCallRule('own-dnc')(asked({}, { store }))).toMatchObject(outcome);
  });
});
