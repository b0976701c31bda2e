import type { Placement } from './call-record.js';
import { keptForMs, type LedgerStore, type RecordKey } from './ledger.js';
import type { Next, RecordSpec } from './ledger-view.js';

/** The record of where and when a contact was placed. */
export function placementSpec(contactId: string): RecordSpec<Placement> {
  return { key: keyOf(contactId), keptForMs: () => keptForMs };
}

/** Keeps these members of a placed call, whatever else the object holds. */
export function recordPlacement({ instanceId, contactFlowId, placedAtMs }: Placement): Next<Placement> {
  return { record: { instanceId, contactFlowId, placedAtMs } };
}

/** In the order of the ids; undefined for a contact that was not placed here. Throws StoreUnavailable. */
export async function findPlacements(
  store: LedgerStore,
  contactIds: readonly string[],
): Promise<(Placement | undefined)[]> {
  const { records } = await store.read(contactIds.map(keyOf));
  return records.map((stored) => stored?.value as Placement | undefined);
}

function keyOf(contactId: string): RecordKey {
  return { kind: 'placement', id: contactId };
}
