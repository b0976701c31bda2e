import type { NumberFacts } from '../numbers/number-facts.js';
import { decide, type Decision } from './decide.js';
import type { CallFacts, StoreFacts, ZoneClocks } from './facts.js';
import { earliestMs } from './instants.js';
import type { Policy } from './policy.js';
import type { DescribedCall, PolicyTest } from './policy-document.js';
import type { Problem } from './problems.js';

export interface PolicyTestParts {
  readonly clocks: ZoneClocks;
  readonly numberFacts: (e164: string) => NumberFacts;
}

/** As if nobody had called yet, and no list had an entry. */
const emptyStore: StoreFacts = { counted: () => ({ calls: 0, fewerAtMs: undefined }), isListed: () => false };

/** What the policy says of a call as long as nobody has called, and no list has an entry. */
export function decideDescribed(
  policy: Policy,
  call: DescribedCall,
  { clocks, numberFacts }: PolicyTestParts,
): Decision {
  const facts: CallFacts = {
    atMs: earliestMs(call.at),
    tenant: call.as,
    scopes: new Set(call.scopes),
    destination: numberFacts(call.to),
    callerNumber: call.from === undefined ? undefined : numberFacts(call.from),
    contactFlowId: call.flow ?? '',
    queueId: call.queue,
    trafficType: call.trafficType ?? 'GENERAL',
    purpose: call.purpose,
    calleeTimeZone: call.calleeTimeZone,
    calleeState: call.calleeState,
    consentReference: call.consentReference,
  };
  return decide({ policy, clocks, store: emptyStore }, facts);
}

/** The tests of a policy that say otherwise than the policy. */
export function failedTests(policy: Policy, tests: readonly PolicyTest[], parts: PolicyTestParts): readonly Problem[] {
  return tests.flatMap((test, index) => {
    const { refusals } = decideDescribed(policy, test, parts);
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
