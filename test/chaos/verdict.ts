import type { PlacedCall } from '../../src/simulator/control.js';
import type { IntendedCall } from './callers.js';

/** Counts of what must never happen. */
export type Verdict = Readonly<Record<(typeof bounds)[number], number>>;

export const bounds = [
  'placed twice',
  'acknowledged but not placed',
  'told a final refusal though placed',
  'a contact id of another destination',
  'still unknown at the end',
] as const;

/** Holds what the callers were told against the simulator's ledger: by destination, whatever the tokens were. */
export function judge(calls: readonly IntendedCall[], placed: readonly PlacedCall[]): Verdict {
  const byDestination = placedByDestination(placed);
  const byContactId = new Map(placed.map((one) => [one.contactId, one]));
  const counts = Object.fromEntries(bounds.map((bound) => [bound, 0])) as Record<(typeof bounds)[number], number>;
  for (const { destination, end } of calls) {
    const rung = byDestination.get(destination) ?? [];
    if (rung.length > 1) counts['placed twice'] += 1;
    if (!end) counts['still unknown at the end'] += 1;
    else if (end.is === 'refused') {
      if (rung.length > 0) counts['told a final refusal though placed'] += 1;
      else if (end.code === 'OUTCOME_UNKNOWN') counts['still unknown at the end'] += 1;
    } else {
      const contact = byContactId.get(end.contactId);
      if (contact && contact.destination !== destination) counts['a contact id of another destination'] += 1;
      if (rung.length === 0 || !contact) counts['acknowledged but not placed'] += 1;
    }
  }
  return counts;
}

/** How often a caller was told, with leave to ask again, that nothing was placed, when its phone had rung already. */
export function prematureDenials(calls: readonly IntendedCall[], placed: readonly PlacedCall[]): number {
  const byDestination = placedByDestination(placed);
  return calls
    .map(({ destination, denials }) => {
      const rungAtMs = byDestination.get(destination)?.[0]?.atMs ?? Infinity;
      return denials.filter(({ atMs }) => atMs > rungAtMs).length;
    })
    .reduce((sum, count) => sum + count, 0);
}

function placedByDestination(placed: readonly PlacedCall[]): ReadonlyMap<string, readonly PlacedCall[]> {
  const byDestination = new Map<string, PlacedCall[]>();
  for (const one of placed) byDestination.set(one.destination, [...(byDestination.get(one.destination) ?? []), one]);
  return byDestination;
}
