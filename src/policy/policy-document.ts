import type { Condition } from './condition.js';
import type { HoursByDay } from './weekly-hours.js';
import type { RefusalReason } from './outcome.js';

/** A policy as it is written, once it fits the JSON Schema. */
export interface PolicyDocument {
  readonly apiVersion: string;
  readonly version: string;
  readonly maxAge: string;
  readonly data?: DataSettings;
  readonly lists?: Readonly<Record<string, ListSettings>>;
  readonly defaults: Defaults;
  readonly purposes?: Readonly<Record<string, { readonly scope?: string }>>;
  readonly rules?: readonly RuleSettings[];
  readonly trafficTypes?: Readonly<Record<string, TrafficTypeSettings>>;
  readonly tenants?: Readonly<Record<string, TenantSettings>>;
  readonly tests: readonly PolicyTest[];
}

export interface DataSettings {
  readonly timeZones?: { readonly directory?: string; readonly minimum?: string };
  readonly numbers?: { readonly overlay?: string };
  readonly zones?: { readonly overlay?: string };
}

export interface ListSettings {
  readonly kind: 'doNotCall';
  readonly store: 'ledger';
}

export type Mode = 'enforce' | 'shadow';
export type OnUnknown = 'refuse' | 'allow';

export interface DestinationSettings {
  readonly callingCodes?: readonly string[];
  readonly regions?: readonly string[];
  readonly lineTypes?: readonly string[];
  readonly denyPrefixes?: readonly string[];
  readonly prefixVelocity?: { readonly digits: number; readonly max: number; readonly in: string };
}

export interface CapSettings {
  readonly max: number;
  readonly in: string;
}

export interface HoursSettings {
  readonly open: HoursByDay;
  readonly endMargin?: string;
}

export interface Defaults {
  readonly mode?: Mode;
  readonly onUnknown?: OnUnknown;
  readonly destination?: DestinationSettings;
  readonly callerId?: {
    readonly ownership?: 'tenant' | 'any';
    readonly sameCountryAsDestination?: boolean;
    readonly cap?: CapSettings;
  };
  readonly route?: { readonly ownership?: 'tenant' | 'any' };
  readonly frequency?: readonly (CapSettings & {
    readonly id: string;
    readonly per: 'destination' | 'tenant';
    readonly scope?: 'tenant' | 'all';
  })[];
  readonly hours?: HoursSettings;
  readonly lists?: readonly string[];
}

export interface RuleSettings {
  readonly id: string;
  readonly source: string;
  readonly when?: Condition;
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly mode?: Mode | 'off';
  readonly onUnknown?: OnUnknown;
  readonly destination?: DestinationSettings;
  readonly callerId?: { readonly prefix?: string };
  readonly hours?: HoursByDay;
  readonly frequency?: CapSettings;
  readonly consent?: { readonly required: true };
  readonly lists?: readonly string[];
}

export interface TrafficTypeSettings {
  readonly scope?: string;
  readonly purposes?: readonly string[];
  readonly hours?: { readonly open?: HoursByDay; readonly endMargin?: string };
}

export interface Grant {
  /** The check that it lifts, by its id. */
  readonly lifts: string;
  readonly purpose?: string;
  readonly scope: string;
  readonly until: string;
  readonly ticket: string;
}

export interface TenantSettings {
  readonly destination?: DestinationSettings;
  readonly hours?: HoursSettings;
  readonly frequency?: readonly (CapSettings & { readonly id: string; readonly per: 'destination' | 'tenant' })[];
  readonly purposes?: readonly string[];
  readonly callerId?: { readonly numbers: readonly string[] };
  readonly route?: { readonly flows?: readonly string[]; readonly queues?: readonly string[] };
  readonly grants?: readonly Grant[];
}

/** A call that nobody places. */
export interface DescribedCall {
  readonly at: string;
  readonly to: string;
  readonly as: string;
  readonly from?: string | undefined;
  readonly purpose?: string | undefined;
  /** GENERAL where it is left out. */
  readonly trafficType?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly flow?: string | undefined;
  readonly queue?: string | undefined;
  readonly calleeTimeZone?: string | undefined;
  readonly calleeState?: string | undefined;
  readonly consentReference?: string | undefined;
}

/** What the policy is to say of a call. */
export interface PolicyTest extends DescribedCall {
  /** Reasons that must be among those found; `ALLOW`: there must be none. */
  readonly expect: 'ALLOW' | readonly RefusalReason[];
}
