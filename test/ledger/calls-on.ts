import type { KeyedHash } from '../../src/keyed-hash.js';
import * as call from '../../src/ledger/call-record.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';

type StepOn<Asked, Answer> = (
  record: call.CallRecord | undefined,
  asked: Asked,
  nowMs: number,
) => call.CallStep<Answer>;

/** Each transition of a call's record by itself, as an effort that knows nothing yet would make it on `store`. */
export function callsOn(store: LedgerStore) {
  const on =
    <Asked, Answer>(step: StepOn<Asked, Answer>) =>
    (id: KeyedHash, asked: Asked): Promise<Answer> =>
      new LedgerView(store).apply<[call.CallRecord], Answer>([call.callSpec(id)], ([record], nowMs) => {
        const { answer, ...next } = step(record, asked, nowMs);
        return { next: [next], answer };
      });
  return {
    look: on<call.CallQuestion, call.CallLook>((record, asked, nowMs) => ({
      record,
      answer: call.look(record, asked, nowMs),
    })),
    claim: on(call.claim),
    renew: on(call.renew),
    markSending: on(call.markSending),
    markUnknown: on(call.markUnknown),
    endLease: on(call.endLease),
    release: on(call.release),
    recordPlaced: on(call.recordPlaced),
    changed: (id: KeyedHash, listener: () => void) => store.changed(id, listener),
  };
}
