import type { Condition } from './condition.js';
import type { CountQuestion } from './facts.js';
import type { Rule } from './rule.js';

/** A rule in its place: which calls it judges, and what its word counts. */
export interface Check {
  /** Where it is written in the policy, such as `defaults.hours` or `rules.us-fl.hours`. */
  readonly id: string;
  /** A shadow check changes no answer; what it would have done is written down. */
  readonly isShadow: boolean;
  /** Whether the call is allowed where what the check must know is not known. */
  readonly allowsUnknown: boolean;
  /** Judges the calls of this tenant alone. */
  readonly tenant?: string | undefined;
  /** Judges this kind of traffic alone. */
  readonly trafficType?: string | undefined;
  readonly when?: Condition | undefined;
  /** In milliseconds since the epoch: from when, and before when, it judges. */
  readonly validFromMs?: number | undefined;
  readonly validUntilMs?: number | undefined;
  /** The law, or whoever asked for it. */
  readonly source?: string | undefined;
  readonly rule: Rule;
}

/** Lifts one check for calls of a tenant, to a purpose and by somebody with the scope, until a day. */
export interface LiftedCheck {
  readonly tenant: string;
  readonly checkId: string;
  readonly purpose: string | undefined;
  readonly scope: string;
  readonly untilMs: number;
  readonly ticket: string;
}

/** Calls that are counted together, for as long as the longest window of a check on them. */
export interface CountedCalls extends Pick<CountQuestion, 'per' | 'digits' | 'isOfAllTenants'> {
  readonly keptForMs: number;
}

/** All that must hold for a call to be dialed. A check can only refuse: each more allows fewer calls. */
export interface Policy {
  readonly version: string;
  /** The SHA-256 of the file, as hexadecimal digits. */
  readonly hash: string;
  /** For how long the gateway goes on with it where a newer file cannot be taken, in milliseconds. */
  readonly maxAgeMs: number;
  readonly checks: readonly Check[];
  /** The do-not-call lists that its checks ask. */
  readonly lists: readonly string[];
  /** All that its checks count: each call counts in each of them, whether or not a check asks at that time. */
  readonly counts: readonly CountedCalls[];
  /** Those that the policy names; for others hold the checks of all tenants alone. */
  readonly tenants: ReadonlySet<string>;
  readonly grants: readonly LiftedCheck[];
}
