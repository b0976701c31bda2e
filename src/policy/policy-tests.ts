import type { NumberFacts } from '../numbers/number-facts.js';
import { decide } from './decide.js';
import type { StoreFacts, ZoneClocks } from './facts.js';
import { earliestMs } from './instants.js';
import type { Policy } from './policy.js';
import type { PolicyTest } from './policy-document.js';
import type { Problem } from './problems.js';

export interface PolicyTestParts {
  readonly clocks: ZoneClocks;
  readonly numberFacts: (e164: string) => NumberFacts;
}

/** As if nobody had called yet, and no list had an entry. */
const emptyStore: StoreFacts = { counted: () => ({ calls: 0, fewerAtMs: undefined }), isListed: () => false };

/** The tests of a policy that say otherwise than the policy. */
export function failedTests(
  policy: Policy,
  tests: readonly PolicyTest[],
  { clocks, numberFacts }: PolicyTestParts,
): readonly Problem[] {
  return tests.flatMap((test, index) => {
    const { refusals } = decide(
      { policy, clocks, store: emptyStore },
      {
        atMs: earliestMs(test.at),
        tenant: test.as,
        scopes: new Set(test.scopes),
        destination: numberFacts(test.to),
        callerNumber: test.from === undefined ? undefined : numberFacts(test.from),
        contactFlowId: test.flow ?? '',
        queueId: test.queue,
        trafficType: test.trafficType ?? 'GENERAL',
        purpose: test.purpose,
        calleeTimeZone: test.calleeTimeZone,
        calleeState: test.calleeState,
        consentReference: test.consentReference,
      },
    );
    const found = [...new Set(refusals.map(({ reason }) => reason))];
    const isAsExpected =
      test.expect === 'ALLOW' ? found.length === 0 : test.expect.every((reason) => found.includes(reason));
    if (isAsExpected) return [];
    const wanted = [test.expect].flat().join(', ');
    const got = found.length === 0 ? 'ALLOW' : found.join(', ');
    return [
      { path: ['tests', index, 'expect'], message: `the policy says otherwise: expected ${wanted}, found ${got}` },
    ];
  });
}
