import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Asking, type PolicyInUse } from '../../src/guard/asking.js';
import { CallBasis } from '../../src/guard/call-basis.js';
import type { GuardedCall } from '../../src/guard/guarded-call.js';
import { phoneKeyOf } from '../../src/numbers/phone-key.js';
import { readPolicyFile } from '../../src/policy-file.js';
import { keyed } from '../ledger/call-fixture.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { TestClock } from '../support/test-clock.js';

const narrow = new PolicyOnDisk({
  lists: '{ other: { kind: doNotCall, store: ledger } }',
  defaults:
    '{ destination: { callingCodes: ["1"], prefixVelocity: { digits: 5, max: 2, in: 1h } }, lists: [other], hours: { open: { mon-fri: ["09:00-17:00"] } } }',
});
afterAll(() => {
  narrow.remove();
});

function taken(path: string): PolicyInUse {
  const result = readPolicyFile(path);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}
/** The example is read twice: the same file at another time is other data. */
const policies = ['deploy/policy.example.yaml', 'deploy/policy.example.yaml', narrow.path].map(taken);

const number = fc.constantFrom('+14235550100', '+13055550100', '+18005550199', '+442079460000', '+5491123456789');
const call: fc.Arbitrary<GuardedCall> = fc
  .record({
    destination: number,
    callerNumber: fc.option(number, { nil: undefined }),
    tenant: fc.constantFrom('acme', 'globex'),
    purpose: fc.constantFrom(undefined, 'MARKETING', 'SERVICE'),
    trafficType: fc.constantFrom('GENERAL', 'CAMPAIGN'),
    calleeTimeZone: fc.constantFrom(undefined, 'America/Los_Angeles'),
  })
  .map(({ destination, callerNumber, tenant, ...said }) => ({
    key: keyed('call'),
    entry: keyed('entry'),
    phoneKey: phoneKeyOf(destination),
    callerPhoneKey: callerNumber && phoneKeyOf(callerNumber),
    destination,
    callerNumber,
    caller: { tenant, subject: 'alice', scopes: new Set(['calls:service']), expiresAtMs: Infinity },
    said: { contactFlowId: 'flow-a', queueId: undefined, calleeState: undefined, consentReference: undefined, ...said },
  }));

/** Around days on which clocks are set, or on which a rule begins to hold or a grant ends. */
const judgement = fc.record({
  atMs: fc
    .tuple(
      fc.constantFrom('2027-03-14T10:00Z', '2026-11-01T06:00Z', '2027-01-31T00:00Z', '2027-03-31T00:00Z'),
      fc.integer({ min: -36 * 60, max: 36 * 60 }),
    )
    .map(([time, minutes]) => Date.parse(time) + minutes * 60_000),
  policy: fc.constantFrom(...policies),
  isDialing: fc.boolean(),
  calls: fc.option(fc.nat(4), { nil: undefined }),
  isListed: fc.boolean(),
});

test('what is kept of a call changes no judgement, by whatever policy and at whatever time', () => {
  const parts = { stateSecret: 'a secret', doNotCallKeys: ['a key', 'a former key'] } as const;
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(call, fc.array(judgement, { minLength: 2, maxLength: 6 }), (its, judgements) => {
      const kept = new CallBasis(parts, its);
      for (const { atMs, policy: inUse, isDialing, calls, isListed } of judgements) {
        const judged = (basis: CallBasis) => {
          const asking = new Asking({ inUse, clock: new TestClock(atMs), isDialing }, basis);
          const entry = { by: 'bob', addedAtMs: 0 };
          const read = asking.reads.map((_key, index) => (index > 0 && isListed ? entry : undefined));
          const counted =
            calls === undefined ? undefined : inUse.policy.counts.map(() => [{ calls, fewerAfterMs: 60_000 }]);
          const judged = asking.judge({ read, counted, storeNowMs: atMs, hasStoreOwnClock: true });
          return { reads: asking.reads, judged, steps: asking.counts?.dials('call', counted) };
        };
        const is = judged(kept);
        expect(is).toEqual(judged(new CallBasis(parts, its)));
        seen[is.judged.refusals.length === 0 ? 'allowed' : 'refused'] += 1;
      }
    }),
    // With another seed it may be chance that hardly a call is allowed.
    { numRuns: 200, seed: 1 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(3);
});
