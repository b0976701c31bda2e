import type { TurnQuota } from '../state/turns.js';

/** Amazon Connect's default throttling quotas ("Amazon Connect service quotas", API throttling). */
const defaults: Readonly<Record<string, TurnQuota>> = {
  SearchContacts: { ratePerSecond: 0.5, burst: 1 },
  DescribeContact: { ratePerSecond: 10, burst: 15 },
  GetContactAttributes: { ratePerSecond: 10, burst: 15 },
  ListContactReferences: { ratePerSecond: 10, burst: 15 },
};

/** What Connect grants every operation it does not list. */
const elsewhere: TurnQuota = { ratePerSecond: 2, burst: 5 };

export function quotaFor(operation: string, overrides: ReadonlyMap<string, TurnQuota>): TurnQuota {
  return overrides.get(operation) ?? defaults[operation] ?? elsewhere;
}
