import fc from 'fast-check';
import type {
  CapSettings,
  DestinationSettings,
  PolicyDocument,
  RuleSettings,
  TenantSettings,
} from '../../src/policy/policy-document.js';
import { dayNames, type HoursByDay } from '../../src/policy/weekly-hours.js';

const optional: { requiredKeys: [] } = { requiredKeys: [] };
const purposes = ['MARKETING', 'SERVICE'];
const lists = ['own', 'federal'];
const regions = ['US', 'CA', 'GB', 'AR'];
const lineTypes = ['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'PREMIUM_RATE'] as const;

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
/** Mostly all of them: a policy of narrow lists alone refuses every call. */
const most = <T>(values: readonly T[]) => fc.oneof({ weight: 4, arbitrary: fc.constant(values) }, some(values));

const cap: fc.Arbitrary<CapSettings> = fc.record({
  max: fc.integer({ min: 0, max: 4 }),
  in: fc.constantFrom('10m', '24h', '30d'),
});

function timeOf(quarters: number): string {
  return `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
}
/** Of a day, in quarters of an hour. */
const span = fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 2 }).map((ends) =>
  [...ends]
    .sort((one, other) => one - other)
    .map(timeOf)
    .join('-'),
);
const openAtDaytime = fc.constantFrom('08:00-21:00', '00:00-24:00', '09:00-20:00', '06:00-23:45');
const spans = fc.oneof(
  fc.array(span, { maxLength: 2 }),
  openAtDaytime.map((text) => [text]),
);
const everyDay: fc.Arbitrary<HoursByDay> = spans.map((open) => ({ 'mon-sun': open }));
const someDays: fc.Arbitrary<HoursByDay> = fc
  .tuple(some(dayNames), spans, spans)
  .map(([days, first, others]) =>
    Object.fromEntries(days.map((day, index) => [day, index === 0 ? first : others] as const)),
  );
export const hours = fc.oneof(everyDay, someDays);
const endMargin = fc.constantFrom('0s', '60s', '45m');

const destination = (isNarrow: boolean): fc.Arbitrary<DestinationSettings> =>
  fc.record(
    {
      callingCodes: most(['1', '44', '54', '881']),
      regions: most(regions),
      lineTypes: most(lineTypes),
      denyPrefixes: some(['+1900', '+5491123', '+1204']),
      ...(isNarrow ? {} : { prefixVelocity: cap.map((settings) => ({ digits: 5, ...settings })) }),
    },
    optional,
  );

const term = fc.record(
  {
    region: fc.oneof(fc.constantFrom(...regions), some(regions)),
    callingCode: fc.constantFrom('1', '44'),
    lineType: fc.constantFrom(...lineTypes),
    areaCodeState: fc.oneof(fc.constantFrom('FL', 'TN'), some(['FL', 'TN', 'MB'])),
    residenceState: fc.constantFrom('FL', 'TN'),
    purpose: fc.oneof(fc.constantFrom(...purposes), some(purposes)),
    trafficType: fc.constantFrom('GENERAL', 'CAMPAIGN'),
  },
  optional,
);
const condition = fc
  .tuple(term, fc.option(fc.array(term, { minLength: 1, maxLength: 2 }), { nil: undefined }))
  .map(([all, anyOf]) => {
    const terms = anyOf?.filter((one) => Object.keys(one).length > 0) ?? [];
    return terms.length > 0 ? { ...all, anyOf: terms } : all;
  });

/** What may be added to a policy. Each rule demands something. */
export const rule: fc.Arbitrary<Omit<RuleSettings, 'id'>> = fc
  .record(
    {
      source: fc.constant('somebody'),
      when: condition,
      validFrom: fc.constantFrom('2026-01-01', '2027-03-14T09:00:00Z'),
      validUntil: fc.constantFrom('2028-01-01', '2027-03-15'),
      mode: fc.constantFrom('enforce', 'shadow'),
      onUnknown: fc.constantFrom('refuse', 'allow'),
      destination: destination(false),
      callerId: fc.constantFrom({ prefix: '+1206' }, { prefix: '+44' }),
      hours,
      frequency: cap,
      consent: fc.constant({ required: true }),
      lists: some(lists),
    },
    { requiredKeys: ['source'] },
  )
  .map((made) => (made.hours || made.lists || made.consent ? made : { ...made, frequency: { max: 3, in: '24h' } }));

/** Without what is the tenant's own, and grants: these alone let a tenant do more. */
export const tenant: fc.Arbitrary<TenantSettings> = fc.record(
  {
    destination: destination(true),
    hours: fc.record({ open: hours, endMargin }, { requiredKeys: ['open'] }),
    frequency: cap.map((settings) => [{ id: 'of-tenant', per: 'destination' as const, ...settings }]),
    purposes: some(purposes),
  },
  optional,
);

const trafficType = fc.record(
  { purposes: most(purposes), hours: fc.record({ open: hours, endMargin }, { requiredKeys: ['open'] }) },
  optional,
);

/** Fits the JSON Schema; a tenant may widen the defaults, which is for whoever asks to sort out. */
export const document: fc.Arbitrary<PolicyDocument> = fc
  .record({
    mode: fc.constantFrom(undefined, 'enforce' as const),
    onUnknown: fc.constantFrom(undefined, 'refuse' as const, 'allow' as const),
    destination: destination(false),
    hours: fc.option(fc.record({ open: hours, endMargin }), { nil: undefined }),
    rules: fc.array(rule, { maxLength: 3 }),
    tenants: fc.dictionary(fc.constantFrom('acme', 'globex', '__proto__'), tenant, { maxKeys: 2 }),
    trafficTypes: fc.record({ GENERAL: trafficType, CAMPAIGN: trafficType }, optional),
  })
  .map(({ mode, onUnknown, destination: to, hours: open, rules, tenants, trafficTypes }) =>
    documentOf({
      defaults: { mode, onUnknown, destination: to, hours: open, lists },
      rules: rules.map((one, index) => ({ id: `rule-${index}`, ...one })),
      tenants,
      trafficTypes,
    }),
  );

/** As it comes from a file: without members that are undefined. */
export function documentOf(parts: Omit<PolicyDocument, 'apiVersion' | 'version' | 'maxAge' | 'tests'>): PolicyDocument {
  const list = { kind: 'doNotCall', store: 'ledger' } as const;
  const whole: PolicyDocument = {
    apiVersion: 'outdial/policy/v1',
    version: '1',
    maxAge: '7d',
    lists: Object.fromEntries(lists.map((name) => [name, list])),
    purposes: Object.fromEntries(purposes.map((name) => [name, {}])),
    ...parts,
    tests: [{ at: '2027-01-12T18:00:00Z', to: '+12065550123', as: 'acme', expect: 'ALLOW' }],
  };
  return JSON.parse(JSON.stringify(whole)) as PolicyDocument;
}
