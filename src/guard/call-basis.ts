import type { KeyedHash } from '../keyed-hash.js';
import { doNotCallSpecs, type DoNotCallKeys } from '../ledger/do-not-call.js';
import type { RecordKey } from '../ledger/ledger.js';
import type { OpenedData } from '../policy-file.js';
import type { CallFacts } from '../policy/facts.js';
import type { Policy } from '../policy/policy.js';
import { idsOfCounts } from './call-counts.js';
import type { GuardedCall } from './guarded-call.js';

interface BasisParts {
  /** Keys the hashes that calls are counted by. */
  readonly stateSecret: string;
  /** Left out, no list can be asked. */
  readonly doNotCallKeys: DoNotCallKeys | undefined;
}

/** What all judgements of one call rest on while policy and data stay the same. Each is worked out once: to look a number up, or to hash, takes longer than all checks of a policy. */
export class CallBasis {
  readonly numbersBy: (data: OpenedData) => Pick<CallFacts, 'destination' | 'callerNumber'>;
  /** Of each count of the policy; undefined where the call does not count there. */
  readonly idsOfCounts: (policy: Policy) => readonly (KeyedHash | undefined)[];
  /** Where each list of the policy may have the number; nowhere where no list can be asked. */
  readonly keysOfLists: (policy: Policy) => readonly (readonly [list: string, keys: readonly RecordKey[]])[];

  constructor(
    { stateSecret, doNotCallKeys }: BasisParts,
    readonly call: GuardedCall,
  ) {
    const { caller, destination, callerNumber, phoneKey } = call;
    this.numbersBy = keepingLast((data) => ({
      destination: data.numberFacts(destination),
      callerNumber: callerNumber === undefined ? undefined : data.numberFacts(callerNumber),
    }));
    this.idsOfCounts = keepingLast((policy) => idsOfCounts(stateSecret, policy, { ...call, tenant: caller.tenant }));
    this.keysOfLists = keepingLast(({ lists }) =>
      lists.map((list) => {
        const specs = doNotCallKeys ? doNotCallSpecs(doNotCallKeys, list, destination, phoneKey) : [];
        return [list, specs.map(({ key }) => key)] as const;
      }),
    );
  }
}

/** Answers what it answered to the same object before; `work` is pure. */
function keepingLast<In extends object, Out>(work: (from: In) => Out): (from: In) => Out {
  let last: { readonly from: In; readonly out: Out } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, out: work(from) };
    return last.out;
  };
}
