import type { NumberFacts } from '../numbers/number-facts.js';

/** Everything about one intended call that a rule may ask. */
export interface CallFacts {
  /** When the call would be dialed, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
  readonly destination: NumberFacts;
  /** The number that the callee sees; undefined where the queue's is shown, which is not known here. */
  readonly callerNumber: NumberFacts | undefined;
  readonly contactFlowId: string;
  readonly queueId: string | undefined;
  readonly trafficType: string;
  readonly purpose: string | undefined;
  /** What a caller with the scope for it verified of the callee. */
  readonly calleeTimeZone: string | undefined;
  readonly calleeState: string | undefined;
  readonly consentReference: string | undefined;
}

/** The clocks of time zones. */
export interface ZoneClocks {
  /** The version of the tz database that they rest on, such as `2026f`. */
  readonly version: string;
  /** Whether they are of this version or a newer one, and show what is known of them. */
  isAtLeast(version: string): boolean;
  /** How many minutes the clock is ahead of UTC: two numbers where two sources disagree. Undefined for a zone that is not known. */
  offsetsAt(zone: string, atMs: number): readonly number[] | undefined;
  /** When the clocks of the zone are set, from after `fromMs` to `toMs`, in milliseconds since the epoch. */
  transitionsBetween(zone: string, fromMs: number, toMs: number): readonly number[];
}

/** Of what calls are counted: those to one destination or prefix, from one caller number, of one tenant. */
export type CountedBy = 'destination' | 'prefix' | 'callerNumber' | 'tenant';

/** Which calls a cap counts. */
export interface CountQuestion {
  readonly per: CountedBy;
  /** Of a prefix: how many digits of the number it has. */
  readonly digits?: number | undefined;
  /** The calls of other tenants to this destination count as well. Those to a prefix, and from a caller number, are always of all tenants. */
  readonly isOfAllTenants?: boolean;
  readonly withinMs: number;
  readonly max: number;
}

/** Equal for two questions that count the same calls, over whatever time. */
export function nameOfCount({
  per,
  digits,
  isOfAllTenants,
}: Pick<CountQuestion, 'per' | 'digits' | 'isOfAllTenants'>): string {
  return `${per} ${digits ?? ''} ${isOfAllTenants ? 'all' : ''}`;
}

/** Calls that were placed, that may have been, and that are on their way; without the call that asks. */
export interface Counted {
  readonly calls: number;
  /** Where that are `max` or more: when fewer will count, in milliseconds since the epoch. */
  readonly fewerAtMs: number | undefined;
}

/** What the shared store knows. Undefined where it cannot be asked. */
export interface StoreFacts {
  counted(question: CountQuestion): Counted | undefined;
  /** Whether the destination is on this list. */
  isListed(list: string): boolean | undefined;
}
