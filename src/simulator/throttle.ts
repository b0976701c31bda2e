import type { Rate, SimulatorSettings } from './settings.js';
import type { SimulatorClock } from './clock.js';

// Connect's documented default rates; everything not listed has the first.
const everythingElse: Rate = { perSecond: 2, burst: 5 };
const contactRate: Rate = { perSecond: 10, burst: 15 };
const tagRate: Rate = { perSecond: 20, burst: 25 };
const defaultRates: Readonly<Record<string, Rate>> = {
  SearchContacts: { perSecond: 0.5, burst: 1 },
  DescribeContact: contactRate,
  GetContactAttributes: contactRate,
  UpdateContactAttributes: contactRate,
  UpdateContact: contactRate,
  StopContact: contactRate,
  ListContactReferences: contactRate,
  TagContact: tagRate,
  UntagContact: tagRate,
};

/** One token bucket per operation for the whole account, as the service has them: shared by all instances and callers. */
export class Throttle {
  private readonly buckets = new Map<string, { tokens: number; filledAtMs: number }>();

  constructor(
    private readonly rates: SimulatorSettings['rates'],
    private readonly clock: SimulatorClock,
  ) {}

  /** Takes a token of the operation's bucket; false if there is none. */
  takesToken(operation: string): boolean {
    if (this.rates === 'off') return true;
    const { perSecond, burst } = this.rates[operation] ?? defaultRates[operation] ?? everythingElse;
    const nowMs = this.clock.now();
    const bucket = this.buckets.get(operation) ?? { tokens: burst, filledAtMs: nowMs };
    const tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1_000) * perSecond);
    const isGranted = tokens >= 1;
    this.buckets.set(operation, { tokens: isGranted ? tokens - 1 : tokens, filledAtMs: nowMs });
    return isGranted;
  }
}
