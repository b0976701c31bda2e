import { randomUUID } from 'node:crypto';
import { systemClock } from '../src/clock.js';
import { keyedHash, type KeyedHash } from '../src/keyed-hash.js';
import * as call from '../src/ledger/call-record.js';
import * as window from '../src/ledger/duplicate-window.js';
import type { LedgerStore } from '../src/ledger/ledger.js';
import { LedgerView } from '../src/ledger/ledger-view.js';
import { placementSpec, recordPlacement } from '../src/ledger/placement.js';

const hash = (what: string) => keyedHash('a secret of the measurement', [what, randomUUID()]);

function step<Next extends object, Answer>({ answer, ...next }: Next & { readonly answer: Answer }) {
  return { next, answer };
}

/** Places calls in a ledger, `atOnce` of them at any time; returns the ids of their duplicate-call windows. */
export async function placeCalls(store: LedgerStore, count: number, atOnce: number): Promise<readonly KeyedHash[]> {
  const windows: KeyedHash[] = [];
  let left = count;
  const placeOneByOne = async () => {
    while (left > 0) {
      left -= 1;
      windows.push(await placeOne(store));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, placeOneByOne));
  return windows;
}

/** The steps of a call that is placed at once, as an effort takes them, without the permit and Connect between them. */
async function placeOne(store: LedgerStore): Promise<KeyedHash> {
  const [id, number, requestHash, ofCall] = [hash('call'), hash('number'), hash('request'), hash('token')] as const;
  const owner = randomUUID();
  const view = new LedgerView(store);
  const [callSpec, windowSpec] = [call.callSpec(id), window.windowSpec(number)] as const;
  await view.apply<[call.CallRecord, window.WindowRecord], undefined>(
    [callSpec, windowSpec],
    ([record, entries], nowMs) => {
      const claimed = step(call.claim(record, { requestHash, resendWindowMs: 60_000, owner, leaseMs: 5_000 }, nowMs));
      const entering = { call: ofCall, owner, holdMs: 75_000, allowRepeat: false, maxRepeats: 5 };
      const entered = step(window.enterWindow(entries, entering, nowMs));
      return { next: [claimed.next, entered.next], answer: undefined };
    },
  );
  const lease = { owner, leaseMs: 5_000 };
  const isMarked = await view.apply<[call.CallRecord], boolean>([callSpec], ([record], nowMs) => {
    const { next, answer } = step(call.markSending(record, lease, nowMs));
    return { next: [next], answer };
  });
  if (!isMarked) throw new Error('the lease is gone');
  const placement = { instanceId: randomUUID(), contactFlowId: randomUUID(), placedAtMs: systemClock.now() };
  const contactId = randomUUID();
  await view.apply<[call.CallRecord, call.Placement, window.WindowRecord], undefined>(
    [callSpec, placementSpec(contactId), windowSpec],
    ([record, , entries], nowMs) => {
      const placed = step(call.recordPlaced(record, { requestHash, contactId, ...placement }));
      const closed = step(window.closeWindow(entries, { call: ofCall, windowMs: 60_000, contactId }, nowMs));
      return { next: [placed.next, recordPlacement(placement), closed.next], answer: undefined };
    },
  );
  return number;
}
