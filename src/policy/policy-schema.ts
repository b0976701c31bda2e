import { lineTypes } from '../numbers/line-type.js';
import type { FactName } from './condition.js';
import { durationPattern, someDurationPattern } from './duration.js';
import { instantPattern, timePattern } from './instants.js';
import { refusalReasons } from './outcome.js';
import { daysPattern, openPattern } from './weekly-hours.js';

export const apiVersion = 'outdial/policy/v1';

/** The part of JSON Schema that is used here. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

type Properties = Readonly<Record<string, Schema>>;

const object = (properties: Properties, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const listOf = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const mapOf = (values: Schema, namePattern = '^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$'): Schema => ({
  type: 'object',
  propertyNames: { pattern: namePattern },
  additionalProperties: values,
});
const text = (pattern: string, description: string): Schema => ({ type: 'string', pattern, description });
const oneOf = (values: readonly string[], description?: string): Schema => ({
  enum: values,
  ...(description === undefined ? {} : { description }),
});

const duration = (description: string) => text(durationPattern, `${description}, such as 90s, 10m, 24h, 30d or 2y.`);
const name = (description: string): Schema => ({ type: 'string', minLength: 1, maxLength: 256, description });
const ruleId = text(
  '^[a-z0-9][a-z0-9-]{0,63}$',
  'A name of small letters, digits and -, such as us-fl; refusals have it.',
);
const purpose = text('^[A-Z][A-Z0-9_]{0,63}$', 'One of purposes, such as MARKETING.');
const scope = text('^[!-~]{1,128}$', 'A scope of the bearer token.');
const e164 = text('^\\+[1-9][0-9]{5,14}$', 'A phone number in E.164 form, such as +12065550123, in quotes.');
const prefix = text('^\\+[1-9][0-9]{0,13}$', 'The beginning of a phone number, such as +1900, in quotes.');
const region = text('^[A-Z]{2}$', 'A country by ISO 3166-1, such as US.');
const state = text('^[A-Z]{2}$', 'A state or province, such as FL.');
const instant = (description: string) => text(instantPattern, `${description}: a day, or a time with its offset.`);
const mode = oneOf(['enforce', 'shadow'], 'A shadow rule changes no answer; what it would have done is written down.');
const onUnknown = oneOf(
  ['refuse', 'allow'],
  'What becomes of a call where what the rule must know of it is not known. Where the gateway cannot tell for want of its store, its keys or its time zones (GUARD_UNAVAILABLE), the call is refused all the same.',
);

const openByDay: Schema = {
  type: 'object',
  description:
    'By days, such as mon-fri or sun: the hours that are open on the clock of the callee. Other days are closed.',
  patternProperties: { [daysPattern]: listOf(text(openPattern, 'From and to, such as 08:00-21:00.')) },
};
const open: Schema = { ...openByDay, additionalProperties: false };
const endMargin = duration('For so long the hours must go on when the call is dialed: a phone rings for a while');
const hours = object({ open, endMargin }, { required: ['open'] });

const cap: Properties = {
  max: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'How many calls there may be.' },
  in: text(someDurationPattern, 'Within how long, counted back from the call, such as 90s, 10m, 24h, 30d or 2y.'),
};
const namedCap: Properties = { id: ruleId, per: oneOf(['destination', 'tenant']), ...cap };

const destination = object({
  callingCodes: listOf(text('^[1-9][0-9]{0,2}$', 'Without the plus. Write it in quotes.')),
  regions: listOf(region),
  lineTypes: listOf(oneOf(lineTypes)),
  denyPrefixes: listOf(prefix, { minItems: 1 }),
  prefixVelocity: object(
    { digits: { type: 'integer', minimum: 2, maximum: 14, description: 'After the plus.' }, ...cap },
    { required: ['digits', 'max', 'in'], description: 'How many calls there may be to numbers that begin alike.' },
  ),
});

/** One of them, or a list of which any will do. */
const anyOf = (one: Schema, example: string): Schema => ({
  anyOf: [one, listOf(one, { minItems: 1 })],
  description: `One such as ${example}, or a list of which any will do.`,
});
const facts: Properties = {
  region: anyOf(region, 'US'),
  callingCode: anyOf({ type: 'string' }, "'1'"),
  lineType: anyOf(oneOf(lineTypes), 'MOBILE'),
  areaCodeState: anyOf(state, 'FL'),
  residenceState: anyOf(state, 'FL'),
  purpose: anyOf(purpose, 'MARKETING'),
  trafficType: anyOf(oneOf(['GENERAL', 'CAMPAIGN']), 'CAMPAIGN'),
} satisfies Record<FactName, Schema>;

/** A rule in shadow may have other keys as well, which a later version evaluates. */
const ruleProperties: Properties = {
  id: ruleId,
  source: name('The law, or whoever asked for it.'),
  when: {
    type: 'object',
    description:
      'Which calls the rule judges: all that have each of these. It does not hold where a fact is not known.',
    properties: { ...facts, anyOf: listOf({ type: 'object', properties: facts, minProperties: 1 }, { minItems: 1 }) },
  },
  validFrom: instant('From when it holds; a day from where it begins first on earth'),
  validUntil: instant('The last day that it holds, until that ends everywhere on earth'),
  mode: oneOf(
    ['enforce', 'shadow', 'off'],
    'A shadow rule changes no answer; what it would have done is written down.',
  ),
  onUnknown,
  destination,
  callerId: { type: 'object', properties: { prefix } },
  hours: openByDay,
  frequency: { type: 'object', properties: cap, required: ['max', 'in'] },
  consent: { type: 'object', properties: { required: { const: true } }, required: ['required'] },
  lists: listOf(name('One of lists.')),
};

const only = (properties: Properties): Schema => ({ propertyNames: { enum: Object.keys(properties) } });

/** Of a rule that is enforced nothing may be left out of account. */
const enforcedRule: Schema = {
  ...only(ruleProperties),
  properties: {
    when: {
      ...only({ ...facts, anyOf: {} }),
      properties: { anyOf: { items: only(facts) } },
    },
    callerId: only({ prefix }),
    hours: { propertyNames: { pattern: daysPattern } },
    frequency: only(cap),
    consent: only({ required: {} }),
  },
};

const grant = object(
  {
    lifts: name('The id of the check, such as defaults.hours.'),
    purpose,
    scope,
    until: instant('The last day of it, until that ends first on earth'),
    ticket: name('Who agreed, and where that is written.'),
  },
  { required: ['lifts', 'scope', 'until', 'ticket'] },
);

const describedCall: Properties = {
  at: text(timePattern, 'When the call would be dialed, with an offset, such as 2027-01-31T08:00:00Z.'),
  to: e164,
  as: name('The tenant that calls.'),
  from: e164,
  purpose,
  trafficType: oneOf(['GENERAL', 'CAMPAIGN'], 'GENERAL when left out.'),
  scopes: listOf(scope),
  flow: name('The contact flow.'),
  queue: name('The queue.'),
  calleeTimeZone: name('As the caller verified it, such as America/New_York.'),
  calleeState: state,
  consentReference: name('Where the consent is recorded.'),
};
const required = ['at', 'to', 'as'];

/** A call that nobody places. */
export const describedCallSchema = object(describedCall, { required });

const expected: Schema = {
  anyOf: [{ const: 'ALLOW' }, listOf(oneOf(refusalReasons), { minItems: 1 })],
  description: 'ALLOW, or a list of reasons that are among those found, such as [HOURS_CLOSED].',
};
const test = object({ ...describedCall, expect: expected }, { required: [...required, 'expect'] });

/** What a policy file may hold, for the gateway and for editors. `npm run schema` writes it to `deploy/policy.schema.json`. */
export const policySchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Policy of outdial',
  ...object(
    {
      apiVersion: { const: apiVersion },
      version: name('Stands in the record of each decision.'),
      maxAge: duration('How long the gateway goes on with this policy where a newer file cannot be taken'),
      data: object({
        timeZones: object({
          directory: name('Compiled zoneinfo. The one of the system when left out.'),
          minimum: text('^[0-9]{4}[a-z]{1,2}$', 'With an older tz database the rules of hours refuse.'),
        }),
        numbers: object({ overlay: name('A file beside this one, for area codes that no library knows yet.') }),
        zones: object({ overlay: name('A file beside this one, for the time zones of area codes.') }),
      }),
      lists: mapOf(object({ kind: oneOf(['doNotCall']), store: oneOf(['ledger']) }, { required: ['kind', 'store'] })),
      defaults: object({
        mode,
        onUnknown,
        destination,
        callerId: object({
          ownership: oneOf(['tenant', 'any'], 'tenant: the callee sees a number that the tenant lists.'),
          sameCountryAsDestination: { type: 'boolean' },
          cap: object(cap, { required: ['max', 'in'], description: 'For each caller number.' }),
        }),
        route: object({
          ownership: oneOf(['tenant', 'any'], 'tenant: flow and queue are those that the tenant lists.'),
        }),
        frequency: listOf(
          object(
            {
              ...namedCap,
              scope: oneOf(['tenant', 'all'], 'Whose calls to a destination count; tenant when left out.'),
            },
            { required: ['id', 'per', 'max', 'in'] },
          ),
        ),
        hours,
        lists: listOf(name('One of lists.')),
      }),
      purposes: mapOf(object({ scope }), '^[A-Z][A-Z0-9_]{0,63}$'),
      rules: listOf({
        type: 'object',
        properties: ruleProperties,
        required: ['id', 'source'],
        if: { properties: { mode: { const: 'enforce' } } },
        then: enforcedRule,
      }),
      trafficTypes: {
        type: 'object',
        propertyNames: { enum: ['GENERAL', 'CAMPAIGN'] },
        additionalProperties: object({ scope, purposes: listOf(purpose), hours: object({ open, endMargin }) }),
      },
      tenants: mapOf(
        object({
          destination,
          hours,
          frequency: listOf(object(namedCap, { required: ['id', 'per', 'max', 'in'] })),
          purposes: listOf(purpose),
          callerId: object({ numbers: listOf(e164) }, { required: ['numbers'] }),
          route: object({ flows: listOf(name('A flow.')), queues: listOf(name('A queue.')) }),
          grants: listOf(grant),
        }),
        '^[^\\s](?:.{0,254}[^\\s])?$',
      ),
      tests: listOf(test, { minItems: 1, description: 'Run at load: a policy whose own tests fail is not taken.' }),
    },
    { required: ['apiVersion', 'version', 'maxAge', 'defaults', 'tests'] },
  ),
};

export const policySchemaText = `${JSON.stringify(policySchema, undefined, 2)}\n`;
