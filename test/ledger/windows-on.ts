import * as window from '../../src/ledger/duplicate-window.js';
import type { Placement } from '../../src/ledger/call-record.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { findPlacements, placementSpec, recordPlacement } from '../../src/ledger/placement.js';
import type { KeyedHash } from '../../src/keyed-hash.js';

type StepOn<Asked, Answer> = (
  record: window.WindowRecord | undefined,
  asked: Asked,
  nowMs: number,
) => window.WindowStep<Answer>;

/** Each transition of a duplicate-call window by itself, as an effort that knows nothing yet would make it on `store`. */
export function windowsOn(store: LedgerStore) {
  const on =
    <Asked, Answer>(step: StepOn<Asked, Answer>) =>
    (id: KeyedHash, asked: Asked): Promise<Answer> =>
      new LedgerView(store).apply<[window.WindowRecord], Answer>([window.windowSpec(id)], ([record], nowMs) => {
        const { answer, ...next } = step(record, asked, nowMs);
        return { next: [next], answer };
      });
  return {
    enter: on(window.enterWindow),
    prolong: on(window.prolongEntry),
    close: on(window.closeWindow),
    leave: on(window.leaveWindow),
  };
}

export function placementsOn(store: LedgerStore) {
  return {
    record: (contactId: string, placement: Placement) =>
      new LedgerView(store).apply<[Placement], undefined>([placementSpec(contactId)], () => ({
        next: [recordPlacement(placement)],
        answer: undefined,
      })),
    find: (contactIds: readonly string[]) => findPlacements(store, contactIds),
  };
}
