import type { LineType } from '../../src/numbers/line-type.js';
import type { NumberFacts } from '../../src/numbers/number-facts.js';
import type { CallFacts, StoreFacts, ZoneClocks } from '../../src/policy/facts.js';
import type { Asked } from '../../src/policy/rule.js';

/** What tests say of a number, without who says it. */
interface Plain {
  readonly e164: string;
  readonly callingCode: string | undefined;
  readonly region: string | undefined;
  readonly lineType: LineType | undefined;
  readonly areaCodeStates: readonly string[];
  readonly candidateZones: readonly string[] | undefined;
}

export function aNumber(more: Partial<Plain> = {}): NumberFacts {
  const plain: Plain = {
    e164: '+12065550123',
    callingCode: '1',
    region: 'US',
    lineType: 'FIXED_LINE_OR_MOBILE',
    areaCodeStates: ['WA'],
    candidateZones: ['America/Los_Angeles'],
    ...more,
  };
  const by = <Value>(value: Value | undefined) =>
    value === undefined ? undefined : { value, source: 'LIBRARY' as const };
  const { region, lineType, candidateZones: names } = plain;
  return {
    ...plain,
    areaCode: undefined,
    region: by(region),
    lineType: by(lineType),
    candidateZones: names === undefined ? { unknown: 'NO_DATA' } : { names, source: 'TABLES' },
  };
}

export function callFacts(more: Partial<CallFacts> = {}): CallFacts {
  return {
    atMs: Date.parse('2027-01-12T18:00:00Z'),
    tenant: 'acme',
    scopes: new Set(),
    destination: aNumber(),
    callerNumber: aNumber({ e164: '+12065550100' }),
    contactFlowId: 'flow-a',
    queueId: undefined,
    trafficType: 'GENERAL',
    purpose: undefined,
    calleeTimeZone: undefined,
    calleeState: undefined,
    consentReference: undefined,
    ...more,
  };
}

/** Clocks whose settings are known by heart: hours ahead of UTC, from when on. */
const settings: Readonly<Record<string, readonly (readonly [from: string, hours: number])[]>> = {
  'America/Los_Angeles': [
    ['2026-11-01T09:00:00Z', -8],
    ['2027-03-14T10:00:00Z', -7],
    ['2027-11-07T09:00:00Z', -8],
  ],
  'America/New_York': [
    ['2026-11-01T06:00:00Z', -5],
    ['2027-03-14T07:00:00Z', -4],
    ['2027-11-07T06:00:00Z', -5],
  ],
  'America/Chicago': [
    ['2026-11-01T07:00:00Z', -6],
    ['2027-03-14T08:00:00Z', -5],
    ['2027-11-07T07:00:00Z', -6],
  ],
  'Europe/Paris': [
    ['2026-10-25T01:00:00Z', 1],
    ['2027-03-28T01:00:00Z', 2],
    ['2027-10-31T01:00:00Z', 1],
  ],
  'Asia/Kolkata': [['2000-01-01T00:00:00Z', 5.5]],
};

/** `alsoAhead`: a second source says that the clock of the zone is ahead of UTC by so many hours. */
export function zoneClocks({
  version = '2026f',
  alsoAhead = {},
}: { readonly version?: string; readonly alsoAhead?: Readonly<Record<string, number>> } = {}): ZoneClocks {
  const timesOf = (zone: string) => settings[zone]?.map(([from, hours]) => [Date.parse(from), hours] as const);
  return {
    version,
    isAtLeast: (least) => version >= least,
    offsetsAt: (zone, atMs) => {
      const hours = timesOf(zone)?.findLast(([fromMs]) => fromMs <= atMs)?.[1];
      const other = alsoAhead[zone];
      return hours === undefined ? undefined : [hours * 60, ...(other === undefined ? [] : [other * 60])];
    },
    transitionsBetween: (zone, fromMs, toMs) =>
      (timesOf(zone) ?? []).map(([atMs]) => atMs).filter((atMs) => atMs > fromMs && atMs <= toMs),
  };
}

export const nothingKnown: StoreFacts = { counted: () => undefined, isListed: () => undefined };
export const emptyStore: StoreFacts = { counted: () => ({ calls: 0, fewerAtMs: undefined }), isListed: () => false };

export function asked(facts: Partial<CallFacts> = {}, more: Partial<Omit<Asked, 'facts'>> = {}): Asked {
  return { facts: callFacts(facts), store: emptyStore, clocks: zoneClocks(), isByAreaCode: false, ...more };
}
