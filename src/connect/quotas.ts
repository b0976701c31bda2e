/** How often an operation may be called, for a whole account and Region: a token bucket. */
export interface Quota {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** Amazon Connect's default throttling quotas ("Amazon Connect service quotas", API throttling). */
const defaults: Readonly<Record<string, Quota>> = {
  SearchContacts: { ratePerSecond: 0.5, burst: 1 },
  DescribeContact: { ratePerSecond: 10, burst: 15 },
  GetContactAttributes: { ratePerSecond: 10, burst: 15 },
  ListContactReferences: { ratePerSecond: 10, burst: 15 },
};

/** What Connect grants every operation it does not list. */
const elsewhere: Quota = { ratePerSecond: 2, burst: 5 };

export function quotaFor(operation: string, overrides: ReadonlyMap<string, Quota>): Quota {
  return overrides.get(operation) ?? defaults[operation] ?? elsewhere;
}
