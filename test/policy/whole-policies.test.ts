import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { knownCallingCodes, knownRegions, knownStates } from '../../src/numbers/known-names.js';
import { numberData } from '../../src/numbers/number-data.js';
import { numberFacts } from '../../src/numbers/number-facts.js';
import { compilePolicy } from '../../src/policy/compile-policy.js';
import { decide } from '../../src/policy/decide.js';
import type { CallFacts, StoreFacts } from '../../src/policy/facts.js';
import { meaningProblems } from '../../src/policy/meaning-problems.js';
import type { PolicyDocument } from '../../src/policy/policy-document.js';
import { schemaProblems } from '../../src/policy/schema-problems.js';
import { openTimeZones } from '../../src/time-zones/time-zones.js';
import { emptyStore } from './call-facts.js';
import { document, documentOf, hours, rule, tenant } from './documents.js';

/** No such directory: the clocks are of the package, on every machine. */
const clocks = openTimeZones('/nowhere');
const numbers = numberData();
const known = { regions: knownRegions(), callingCodes: knownCallingCodes(), states: knownStates() };

const isTaken = (policy: PolicyDocument) =>
  schemaProblems(policy).length === 0 && meaningProblems(policy, known).length === 0;

/** Two zones, none, another country, a mobile with and without its 9, a satellite phone, an area code that no library knows. */
const called = [
  '+14235550100',
  '+12045550100',
  '+13055550100',
  '+18005550199',
  '+442079460000',
  '+5491123456789',
  '+541123456789',
  '+881612345678',
  '+14655550142',
].map((e164) => numberFacts(e164, numbers));

/** Around days on which clocks are set, and within two weeks of them. */
const instant = fc
  .tuple(
    fc.constantFrom('2027-01-12T17:00Z', '2027-03-14T08:00Z', '2027-11-07T06:30Z', '2026-11-01T07:00Z'),
    fc.integer({ min: -14 * 1440, max: 14 * 1440 }),
    fc.integer({ min: 0, max: 59_999 }),
  )
  .map(([time, minutes, ms]) => Date.parse(time) + minutes * 60_000 + ms);

const call: fc.Arbitrary<CallFacts> = fc.record({
  atMs: instant,
  tenant: fc.constantFrom('acme', 'globex', '__proto__', 'constructor'),
  scopes: fc.constant(new Set<string>()),
  destination: fc.constantFrom(...called),
  callerNumber: fc.constantFrom(numberFacts('+12065550100', numbers), undefined),
  contactFlowId: fc.constant('flow-a'),
  queueId: fc.constant(undefined),
  trafficType: fc.constantFrom('GENERAL', 'CAMPAIGN'),
  purpose: fc.constantFrom('MARKETING', 'SERVICE', 'MARKETING', undefined),
  calleeTimeZone: fc.constantFrom(undefined, undefined, 'America/Los_Angeles', 'Mars/Phobos'),
  calleeState: fc.constantFrom(undefined, 'FL', 'TN'),
  consentReference: fc.constantFrom(undefined, 'consent-1'),
});

const store: fc.Arbitrary<StoreFacts> = fc
  .record({
    calls: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 8 }),
    listed: fc.constantFrom(undefined, false, false, true),
  })
  .map(({ calls, listed }) => ({
    counted: () => (calls === undefined ? undefined : { calls, fewerAtMs: undefined }),
    isListed: () => listed,
  }));

type Addition = (policy: PolicyDocument) => PolicyDocument;
const addition: fc.Arbitrary<Addition> = fc.oneof(
  fc.tuple(rule, fc.nat(3)).map(([made, at]): Addition => (policy) => {
    const rules = [...(policy.rules ?? [])];
    rules.splice(at, 0, { id: 'added', ...made });
    return { ...policy, rules };
  }),
  fc.tuple(fc.constantFrom('acme', 'globex', '__proto__'), tenant).map(([name, made]): Addition => (policy) => {
    const tenants = Object.entries(policy.tenants ?? {});
    return tenants.some(([own]) => own === name)
      ? policy
      : { ...policy, tenants: Object.fromEntries([...tenants, [name, made]]) };
  }),
  fc.constant<Addition>((policy) => ({
    ...policy,
    lists: { ...policy.lists, more: { kind: 'doNotCall', store: 'ledger' } },
    defaults: { ...policy.defaults, lists: [...(policy.defaults.lists ?? []), 'more'] },
  })),
  hours.map((open): Addition => (policy) => {
    return policy.trafficTypes?.GENERAL
      ? policy
      : { ...policy, trafficTypes: { ...policy.trafficTypes, GENERAL: { hours: { open } } } };
  }),
);

test('whatever is added to a policy, what it refused stays refused, for the same reasons', () => {
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(
      document,
      addition,
      fc.array(call, { minLength: 1, maxLength: 8 }),
      store,
      (policy, add, calls, had) => {
        const more = add(policy);
        fc.pre(isTaken(policy) && isTaken(more));
        const [before, after] = [compilePolicy(policy, ''), compilePolicy(more, '')];
        for (const facts of calls) {
          const was = decide({ policy: before, clocks, store: had }, facts);
          const is = decide({ policy: after, clocks, store: had }, facts);
          const left = new Set(is.refusals.map(({ rule: id, reason }) => `${id} ${reason}`));
          expect(was.refusals.filter(({ rule: id, reason }) => !left.has(`${id} ${reason}`))).toEqual([]);
          if (!was.isAllowed) expect(is.isAllowed).toBe(false);
          seen[is.isAllowed ? 'allowed' : 'refused'] += 1;
        }
      },
    ),
    { numRuns: 300, maxSkipsPerRun: 20 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(3);
});

const hoursAlone = fc
  .record({ open: hours, ofTenant: hours, ofRule: hours, margin: fc.constantFrom('0s', '60s', '45m') })
  .map(({ open, ofTenant, ofRule, margin }) =>
    documentOf({
      defaults: { hours: { open, endMargin: margin }, lists: ['own', 'federal'] },
      rules: [{ id: 'of-rule', source: 'somebody', when: { areaCodeState: ['TN', 'FL'] }, hours: ofRule }],
      tenants: { acme: { hours: { open: ofTenant } } },
    }),
  );

test('a call is allowed at nextAllowedAt, and at no time before it', () => {
  let told = 0;
  fc.assert(
    fc.property(
      hoursAlone,
      call,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (written, facts, parts) => {
        const policy = compilePolicy({ ...written, purposes: undefined }, '');
        const at = (atMs: number) => decide({ policy, clocks, store: emptyStore }, { ...facts, atMs });
        const { nextAllowedAtMs, isAllowed } = at(facts.atMs);
        if (nextAllowedAtMs === undefined) return;
        told += 1;
        expect(isAllowed).toBe(false);
        expect(at(nextAllowedAtMs).refusals).toEqual([]);
        const before = [1, ...parts].map((part) => facts.atMs + Math.floor(part * (nextAllowedAtMs - 1 - facts.atMs)));
        expect(before.filter((atMs) => at(atMs).isAllowed)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
  expect(told).toBeGreaterThan(20);
});
