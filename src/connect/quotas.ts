import { partOf, type TurnQuota } from '../coordination/turns.js';

/** Amazon Connect's default throttling quotas ("Amazon Connect service quotas", API throttling). */
const defaults: Readonly<Record<string, TurnQuota>> = {
  SearchContacts: { ratePerSecond: 0.5, burst: 1 },
  DescribeContact: { ratePerSecond: 10, burst: 15 },
  GetContactAttributes: { ratePerSecond: 10, burst: 15 },
  ListContactReferences: { ratePerSecond: 10, burst: 15 },
  StopContact: { ratePerSecond: 10, burst: 15 },
  UpdateContact: { ratePerSecond: 10, burst: 15 },
  UpdateContactAttributes: { ratePerSecond: 10, burst: 15 },
  TagContact: { ratePerSecond: 20, burst: 25 },
  UntagContact: { ratePerSecond: 20, burst: 25 },
};

/** What Connect grants every operation it does not list. */
const elsewhere: TurnQuota = { ratePerSecond: 2, burst: 5 };

/** Whose turns come beside those of DescribeContact for asking after contacts that somebody follows: half as many, so that as much is left for everybody else. */
export const reconcilingTurns = 'DescribeContact:followed';

export function quotaFor(operation: string, overrides: ReadonlyMap<string, TurnQuota>): TurnQuota {
  if (operation === reconcilingTurns) return partOf(quotaFor('DescribeContact', overrides), 2);
  return overrides.get(operation) ?? defaults[operation] ?? elsewhere;
}
