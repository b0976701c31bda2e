import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/policy/decide.js';
import type { CallFacts, StoreFacts } from '../../src/policy/facts.js';
import { allow, defer, refuse, unknown, type Outcome } from '../../src/policy/outcome.js';
import type { Check, LiftedCheck, Policy } from '../../src/policy/policy.js';
import type { Rule } from '../../src/policy/rule.js';
import { frequencyRule } from '../../src/policy/rules/frequency.rule.js';
import { hoursRule } from '../../src/policy/rules/hours.rule.js';
import { WeeklyHours } from '../../src/policy/weekly-hours.js';
import { aNumber, callFacts, emptyStore, zoneClocks } from './call-facts.js';

const outcomes: Readonly<Record<Outcome['is'], Outcome>> = {
  ALLOW: allow,
  REFUSE: refuse('PREFIX_DENIED', 'No.'),
  UNKNOWN: unknown('ZONE_UNKNOWN', 'Who knows.'),
  DEFER: defer('HOURS_CLOSED', 'Later.', Date.parse('2027-01-13T13:00:00Z')),
};

function check(is: Outcome['is'], more: Partial<Check> = {}): Check {
  return { id: `rules.${is.toLowerCase()}`, isShadow: false, allowsUnknown: false, rule: () => outcomes[is], ...more };
}

function policyOf(checks: readonly Check[], grants: readonly LiftedCheck[] = []): Policy {
  return { version: '7', hash: 'abc', maxAgeMs: 1, checks, lists: [], counts: [], tenants: new Set(), grants };
}

const decided = (policy: Policy, facts: Partial<CallFacts> = {}, store: StoreFacts = emptyStore) =>
  decide({ policy, clocks: zoneClocks(), store }, callFacts(facts));

describe('the worst wins', () => {
  test.each<[string, Outcome['is'][], boolean]>([
    ['no check', [], true],
    ['all allow', ['ALLOW', 'ALLOW'], true],
    ['one refuses', ['ALLOW', 'REFUSE', 'ALLOW'], false],
    ['one defers', ['ALLOW', 'DEFER'], false],
    ['one does not know', ['UNKNOWN', 'ALLOW'], false],
  ])('%s', (_title, all, isAllowed) => {
    expect(decided(policyOf(all.map((is) => check(is)))).isAllowed).toBe(isAllowed);
  });

  test('and every check is asked', () => {
    const { refusals, findings } = decided(
      policyOf([check('REFUSE'), check('DEFER'), check('UNKNOWN'), check('ALLOW')]),
    );
    expect(refusals.map(({ rule, reason }) => [rule, reason])).toEqual([
      ['rules.refuse', 'PREFIX_DENIED'],
      ['rules.defer', 'HOURS_CLOSED'],
      ['rules.unknown', 'ZONE_UNKNOWN'],
    ]);
    expect(findings.map(({ effect }) => effect)).toEqual(['REFUSE', 'DEFER', 'REFUSE', 'ALLOW']);
  });

  test('what is not known is allowed where the check says so', () => {
    const decision = decided(policyOf([check('UNKNOWN', { allowsUnknown: true })]));
    expect(decision).toMatchObject({ isAllowed: true, findings: [{ effect: 'ALLOW', outcome: { is: 'UNKNOWN' } }] });
  });

  test('what the gateway cannot tell is not, whatever the check says', () => {
    const unavailable: Rule = () => unknown('GUARD_UNAVAILABLE', 'Ask again.');
    const decision = decided(policyOf([check('UNKNOWN', { allowsUnknown: true, rule: unavailable })]));
    expect(decision).toMatchObject({ isAllowed: false, findings: [{ effect: 'REFUSE' }] });
  });

  test('the decision says what it rests on', () => {
    const atMs = Date.parse('2027-01-12T18:00:00Z');
    expect(decided(policyOf([]))).toMatchObject({ atMs, policyVersion: '7', policyHash: 'abc', clockVersion: '2026f' });
  });
});

describe('a check judges', () => {
  const dayOf = (time: string) => Date.parse(time);
  test.each<[string, Partial<Check>, boolean]>([
    ['its tenant', { tenant: 'acme' }, true],
    ['not another one', { tenant: 'globex' }, false],
    ['its traffic', { trafficType: 'GENERAL' }, true],
    ['not other traffic', { trafficType: 'CAMPAIGN' }, false],
    ['where its condition holds', { when: { region: 'US' } }, true],
    ['not where it does not', { when: { region: 'FR' } }, false],
    ['from its day on', { validFromMs: dayOf('2027-01-12T18:00:00Z') }, true],
    ['not before', { validFromMs: dayOf('2027-01-12T18:00:01Z') }, false],
    ['until its end', { validUntilMs: dayOf('2027-01-12T18:00:01Z') }, true],
    ['not after', { validUntilMs: dayOf('2027-01-12T18:00:00Z') }, false],
  ])('%s', (_title, more, judges) => {
    const { isAllowed, findings } = decided(policyOf([check('REFUSE', more)]));
    expect({ isAllowed, isAsked: findings[0]?.outcome !== undefined }).toEqual({ isAllowed: !judges, isAsked: judges });
  });

  test('and names the facts that it lacks', () => {
    const { findings } = decided(policyOf([check('REFUSE', { when: { purpose: 'MARKETING' } })]));
    expect(findings).toMatchObject([{ outcome: undefined, missingFacts: ['purpose'] }]);
  });
});

test('a check in shadow changes nothing, and says what it would have done', () => {
  const decision = decided(policyOf([check('REFUSE', { isShadow: true }), check('DEFER', { isShadow: true })]));
  expect(decision).toMatchObject({ isAllowed: true, refusals: [], nextAllowedAtMs: undefined });
  expect(decision.shadowRefusals.map(({ reason }) => reason)).toEqual(['PREFIX_DENIED', 'HOURS_CLOSED']);
});

describe('a grant', () => {
  const grant: LiftedCheck = {
    tenant: 'acme',
    checkId: 'rules.refuse',
    purpose: 'EMERGENCY',
    scope: 'calls:emergency',
    untilMs: Date.parse('2027-01-12T18:00:01Z'),
    ticket: 'SEC-1234',
  };
  const facts = { purpose: 'EMERGENCY', scopes: new Set(['calls:emergency']) };

  test('lifts its check, and the decision says so', () => {
    const decision = decided(policyOf([check('REFUSE')], [grant]), facts);
    expect(decision).toMatchObject({ isAllowed: true, findings: [{ effect: 'ALLOW', liftedBy: 'SEC-1234' }] });
  });

  test.each<[string, Partial<CallFacts>, Partial<LiftedCheck>]>([
    ['of another tenant', { ...facts, tenant: 'globex' }, {}],
    ['for another purpose', { ...facts, purpose: 'SERVICE' }, {}],
    ['without its scope', { ...facts, scopes: new Set() }, {}],
    ['that is over', facts, { untilMs: Date.parse('2027-01-12T18:00:00Z') }],
    ['of another check', facts, { checkId: 'rules.defer' }],
  ])('%s does not', (_title, asked, more) => {
    expect(decided(policyOf([check('REFUSE')], [{ ...grant, ...more }]), asked).isAllowed).toBe(false);
  });

  test('lifts no other check', () => {
    expect(decided(policyOf([check('REFUSE'), check('DEFER')], [grant]), facts).refusals).toMatchObject([
      { rule: 'rules.defer' },
    ]);
  });
});

describe('next allowed', () => {
  const hours = (open: string) =>
    hoursRule({ week: new WeeklyHours({ 'mon-sun': [open] }), marginMs: 0, leastClockVersion: undefined });
  const evening = Date.parse('2027-01-13T02:30:00Z');
  const newYork = aNumber({ candidateZones: ['America/New_York'] });
  const next = (checks: readonly Check[], store?: StoreFacts) => {
    const { nextAllowedAtMs } = decided(policyOf(checks), { atMs: evening, destination: newYork }, store);
    return nextAllowedAtMs === undefined ? undefined : new Date(nextAllowedAtMs).toISOString();
  };

  test('when all are open', () => {
    const checks = [check('DEFER', { rule: hours('08:00-21:00') }), check('DEFER', { rule: hours('11:00-20:00') })];
    expect(next(checks)).toBe('2027-01-13T16:00:00.000Z');
  });

  test('when what opened first is open again', () => {
    // A cap that ends at 20:30 in New York: by then it is too late for that day.
    const cap = frequencyRule({ per: 'destination', max: 3, withinMs: 86_400_000 });
    const fewerAtMs = Date.parse('2027-01-14T01:30:00Z');
    const store = { ...emptyStore, counted: () => ({ calls: 3, fewerAtMs }) };
    expect(next([check('DEFER', { rule: hours('08:00-20:00') }), check('DEFER', { rule: cap })], store)).toBe(
      '2027-01-14T13:00:00.000Z',
    );
  });

  test.each<[string, readonly Check[]]>([
    ['where one refuses for good', [check('DEFER'), check('REFUSE')]],
    ['where one does not know', [check('DEFER'), check('UNKNOWN')]],
    ['where the call is allowed', [check('ALLOW')]],
    [
      'where two never open together',
      [check('DEFER', { rule: hours('08:00-09:00') }), check('DEFER', { rule: hours('10:00-11:00') })],
    ],
  ])('is not told %s', (_title, checks) => {
    expect(next(checks)).toBeUndefined();
  });

  test('is told where a shadow refuses for good', () => {
    expect(next([check('DEFER', { rule: hours('08:00-21:00') }), check('REFUSE', { isShadow: true })])).toBe(
      '2027-01-13T13:00:00.000Z',
    );
  });
});

test('one check more never allows what was refused', () => {
  const checks = fc.array(
    fc.record({
      is: fc.constantFrom<Outcome['is']>('ALLOW', 'REFUSE', 'UNKNOWN', 'DEFER'),
      isShadow: fc.boolean(),
      allowsUnknown: fc.boolean(),
      tenant: fc.constantFrom(undefined, 'acme', 'globex'),
      trafficType: fc.constantFrom(undefined, 'GENERAL', 'CAMPAIGN'),
      when: fc.constantFrom(undefined, { region: 'US' }, { purpose: 'MARKETING' }),
    }),
  );
  fc.assert(
    fc.property(checks, checks, (some, more) => {
      const made = [...some, ...more].map(({ is, ...rest }) => check(is, rest));
      const before = decided(policyOf(made.slice(0, some.length)));
      const after = decided(policyOf(made));
      if (!before.isAllowed) expect(after.isAllowed).toBe(false);
      expect(after.refusals.slice(0, before.refusals.length)).toEqual(before.refusals);
    }),
  );
});
