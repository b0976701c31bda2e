import { describe, expect, test } from '@jest/globals';
import { problemText } from '../../src/policy/problems.js';
import { readPolicy } from '../../src/policy/read-policy.js';
import { aNumber, zoneClocks } from './call-facts.js';

const parts = {
  clocks: zoneClocks(),
  numberFacts: (e164: string) => aNumber({ e164 }),
  known: { regions: new Set(['US', 'CA', 'FR']), callingCodes: new Set(['1', '33']), states: new Set(['FL']) },
};

const minimal = `apiVersion: outdial/policy/v1
version: 1
maxAge: 7d
defaults:
  destination: { regions: [US] }
tests:
  - { at: 2027-01-12T18:00:00Z, to: '+12065550123', as: acme, expect: ALLOW }
`.replace('version: 1', "version: '1'");

const read = (yaml: string) => readPolicy('policy.yaml', yaml, () => parts);

function problemsOf(yaml: string): readonly string[] {
  const result = read(yaml);
  return 'problems' in result ? result.problems.map(problemText) : [];
}

/** The minimal policy with these lines before its tests. */
const withLines = (lines: string) => minimal.replace('tests:', `${lines}\ntests:`);

test('a policy that passes its own tests is taken', () => {
  expect(read(minimal)).toMatchObject({
    policy: { version: '1', maxAgeMs: 604_800_000, hash: expect.stringMatching(/^[\da-f]{64}$/) as unknown },
    warnings: [],
  });
});

test('one whose own tests fail is not', () => {
  expect(problemsOf(minimal.replace('regions: [US]', 'regions: [CA]'))).toEqual([
    'policy.yaml:7:71: tests.0.expect the policy says otherwise: expected ALLOW, found REGION_NOT_ALLOWED',
  ]);
  expect(problemsOf(minimal.replace('expect: ALLOW', 'expect: [HOURS_CLOSED]'))).toEqual([
    'policy.yaml:7:71: tests.0.expect the policy says otherwise: expected HOURS_CLOSED, found ALLOW',
  ]);
});

describe('a problem is told with its place', () => {
  test.each([
    ['no YAML', 'a: [', /^policy\.yaml:1:5: is no YAML: Flow sequence/],
    [
      'a key twice',
      minimal.replace('maxAge: 7d', "version: '2'"),
      /^policy\.yaml:3:1: is no YAML: Map keys must be unique/,
    ],
    ['nothing', '', /^policy\.yaml:1:1: the file must be of type object/],
    ['another version', minimal.replace('v1', 'v2'), /^policy\.yaml:1:13: apiVersion must be outdial\/policy\/v1$/],
    [
      'a missing key',
      minimal.replace('maxAge: 7d\n', ''),
      /^policy\.yaml:1:1: the file has no maxAge, which is required$/,
    ],
    [
      'an unknown key',
      minimal.replace('maxAge:', 'maxage: 7d\nmaxAge:'),
      /^policy\.yaml:3:1: maxage is no key of this place; these are: apiVersion, /,
    ],
    [
      'an unknown key deep inside',
      minimal.replace('{ regions:', '{ countries: [US], regions:'),
      /^policy\.yaml:5:18: defaults\.destination\.countries is no key of this place; these are: callingCodes/,
    ],
    [
      'a duration',
      minimal.replace('7d', '1w'),
      /^policy\.yaml:3:9: maxAge must be written as described: How long .* such as 90s/,
    ],
    [
      'a region that is no name',
      minimal.replace('[US]', '[us]'),
      /^policy\.yaml:5:28: defaults\.destination\.regions\.0 must be written as described/,
    ],
    [
      'a region that does not exist',
      minimal.replace('[US]', '[US, UK]'),
      /^policy\.yaml:5:32: defaults\.destination\.regions\.1 UK is no country of ISO 3166-1/,
    ],
    [
      'a calling code that does not exist',
      minimal.replace('{ regions:', "{ callingCodes: ['999'], regions:"),
      /callingCodes\.0 \+999 is no calling code$/,
    ],
    [
      'a calling code without quotes',
      minimal.replace('{ regions:', '{ callingCodes: [1], regions:'),
      /callingCodes\.0 must be of type string\. Without the plus\. Write it in quotes\.$/,
    ],
    [
      'a reason that does not exist',
      minimal.replace('expect: ALLOW', 'expect: [CLOSED]'),
      /^policy\.yaml:7:\d+: tests\.0\.expect/,
    ],
    [
      'no test',
      minimal.replace(/tests:\n.*\n/, 'tests: []\n'),
      /^policy\.yaml:6:8: tests must NOT have fewer than 1 items/,
    ],
    [
      'a day that does not exist',
      withLines('rules:\n  - { id: one, source: x, validFrom: 2027-02-30 }'),
      /^policy\.yaml:7:38: rules\.0\.validFrom is a day or time that the calendar does not have$/,
    ],
    [
      'hours that end before they begin',
      withLines("rules:\n  - { id: one, source: x, hours: { fri: ['22:00-06:00'] } }"),
      /^policy\.yaml:7:34: rules\.0\.hours 22:00-06:00 ends before it begins/,
    ],
    [
      'a name of days',
      withLines("rules:\n  - { id: one, source: x, hours: { friday: ['08:00-21:00'] } }"),
      /^policy\.yaml:7:36: rules\.0\.hours\.friday is no key of this place/,
    ],
    [
      'an id that is there twice',
      withLines('rules:\n  - { id: one, source: x }\n  - { id: one, source: x }'),
      /^policy\.yaml:8:11: rules\.1\.id one is there twice/,
    ],
    [
      'a purpose that is not listed',
      withLines('purposes: { SERVICE: {} }\nrules:\n  - { id: one, source: x, when: { purpose: SALES } }'),
      /^policy\.yaml:8:44: rules\.0\.when\.purpose SALES is not in purposes/,
    ],
    [
      'a list that is not listed',
      withLines('rules:\n  - { id: one, source: x, lists: [federal] }'),
      /^policy\.yaml:7:35: rules\.0\.lists\.0 federal is not in lists/,
    ],
    [
      'a tenant with a space behind its name',
      withLines("tenants: { 'acme ': {} }"),
      /^policy\.yaml:6:12: tenants\.acme {2}is no key of this place; these are: /,
    ],
    [
      'a tenant that widens',
      withLines('tenants:\n  acme: { destination: { regions: [US, CA] } }'),
      /^policy\.yaml:7:40: tenants\.acme\.destination\.regions\.1 CA is not in defaults\.destination\.regions: a tenant only narrows$/,
    ],
    [
      'a grant of what is no check',
      withLines('tenants:\n  acme: { grants: [{ lifts: hours, scope: a, until: 2027-03-31, ticket: T-1 }] }'),
      /^policy\.yaml:7:29: tenants\.acme\.grants\.0\.lifts hours is no check of this policy; these are: defaults\.destination\.regions$/,
    ],
    [
      'a day of a time that does not exist',
      withLines('rules:\n  - { id: one, source: x, validFrom: 2027-02-30T08:00:00Z }'),
      /^policy\.yaml:7:38: rules\.0\.validFrom is a day or time that the calendar does not have$/,
    ],
    [
      'a state that does not exist',
      withLines('rules:\n  - { id: one, source: x, when: { anyOf: [{ areaCodeState: [FL, FO] }] }, hours: {} }'),
      /^policy\.yaml:7:65: rules\.0\.when\.anyOf\.0\.areaCodeState\.1 FO is no state or province that has an area code$/,
    ],
    [
      'a cap within no time',
      withLines('rules:\n  - { id: one, source: x, frequency: { max: 1, in: 0s } }'),
      /^policy\.yaml:7:52: rules\.0\.frequency\.in must be written as described/,
    ],
    [
      'prefixes that are none',
      minimal.replace('{ regions:', '{ denyPrefixes: [], regions:'),
      /^policy\.yaml:5:32: defaults\.destination\.denyPrefixes must NOT have fewer than 1 items/,
    ],
    [
      'a rule without its source',
      withLines('rules:\n  - { id: one }'),
      /^policy\.yaml:7:5: rules\.0 has no source, which is required$/,
    ],
  ])('%s', (_title, yaml, expected) => {
    const problems = problemsOf(yaml);
    expect(problems.find((problem) => expected.test(problem)) ?? problems.join('\n')).toMatch(expected);
  });

  test('and all of them at once', () => {
    const broken = minimal
      .replace('maxAge: 7d', 'maxAge: 1w')
      .replace('[US]', '[us]')
      .replace('apiVersion: outdial/policy/v1', 'apiVersion: 1');
    expect(problemsOf(broken)).toHaveLength(3);
  });
});

describe('what would refuse no call is a problem', () => {
  const inDefaults = (more: string) => minimal.replace('defaults:', `defaults:\n  ${more}`);
  test.each([
    ['a rule of nothing', withLines('rules:\n  - { id: one, source: x }'), 'rules.0 demands nothing of a call'],
    [
      'a rule of empty parts',
      withLines('rules:\n  - { id: one, source: x, destination: {}, callerId: {}, lists: [] }'),
      'rules.0 demands nothing of a call',
    ],
    [
      'a cap of all tenants together',
      inDefaults('frequency: [{ id: one, per: tenant, max: 1, in: 1h, scope: all }]'),
      'defaults.frequency.0.scope is for caps per destination',
    ],
    [
      'a list that no check asks',
      withLines('lists: { own: { kind: doNotCall, store: ledger } }'),
      'lists.own is asked by no check',
    ],
    [
      'a margin of no hours',
      withLines('trafficTypes: { GENERAL: { hours: { endMargin: 60s } } }'),
      'trafficTypes.GENERAL.hours has no open',
    ],
    [
      'numbers of a tenant, of whom nobody asks them',
      withLines("tenants: { acme: { callerId: { numbers: ['+12065550100'] } } }"),
      'tenants.acme.callerId binds nobody while defaults.callerId.ownership is not tenant',
    ],
    [
      'flows of a tenant, of whom nobody asks them',
      withLines('tenants: { acme: { route: { flows: [a] } } }').replace(
        'defaults:',
        'defaults:\n  route: { ownership: any }',
      ),
      'tenants.acme.route binds nobody while defaults.route.ownership is not tenant',
    ],
    ['no check at all', minimal.replace('destination: { regions: [US] }', 'mode: enforce'), 'defaults have no check'],
  ])('%s', (_title, yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([expect.stringContaining(`: ${problem}`)]);
  });

  test('a rule that holds on one day, and one in shadow for later, are none', () => {
    const one = '{ id: one, source: x, validFrom: 2027-03-01, validUntil: 2027-03-01, hours: {} }';
    const later = '{ id: two, source: x, mode: shadow, revocation: all }';
    expect(problemsOf(withLines(`rules:\n  - ${one}\n  - ${later}`))).toEqual([]);
  });
});

describe('what this version cannot evaluate', () => {
  const rule = (more: string) => withLines(`rules:\n  - { id: one, source: x, ${more} }`);
  test.each([
    ['a key', 'revocation: allPurposes', 'rules.0.revocation'],
    ['a fact', 'when: { dialing: AUTOMATED }', 'rules.0.when.dialing'],
    ['a fact in a term', 'when: { anyOf: [{ dialing: AUTOMATED }] }', 'rules.0.when.anyOf.0.dialing'],
    ['of the hours', "hours: { holidays: closed, fri: ['08:00-21:00'] }", 'rules.0.hours.holidays'],
    ['of the consent', 'consent: { required: true, maxAge: 2y }', 'rules.0.consent.maxAge'],
    ['of the frequency', 'frequency: { max: 1, in: 1h, afterRefusal: 60d }', 'rules.0.frequency.afterRefusal'],
    ['of the caller id', "callerId: { prefix: '+34400', attestation: A }", 'rules.0.callerId.attestation'],
  ])('%s is refused, and in shadow a warning', (_title, more, path) => {
    expect(problemsOf(rule(more))).toEqual([expect.stringMatching(new RegExp(`: ${path} is no key of this place; `))]);
    const effect = path.includes('when') ? 'and so the rule judges no call' : 'and changes nothing';
    const message = expect.stringContaining(
      `${path} cannot be evaluated by this version, ${effect}; known here are: `,
    ) as unknown;
    expect(read(rule(`mode: shadow, ${more}`))).toMatchObject({ warnings: [{ line: 7, message }] });
  });
});

test('tests of a tenant that the policy does not name are a warning, as it may be misspelled', () => {
  const message = 'tests.0.as acme is not in tenants: what holds for every tenant is tested';
  expect(read(withLines('tenants: { acmee: {} }'))).toMatchObject({ warnings: [{ line: 8, message }] });
  expect(read(withLines('tenants: { acme: {} }'))).toMatchObject({ warnings: [] });
});

test('where clocks are too old for the policy, that is told before the tests that fail for it', () => {
  const hours = "data: { timeZones: { minimum: 2027a } }\ndefaults:\n  hours: { open: { mon-sun: ['08:00-21:00'] } }";
  expect(problemsOf(minimal.replace('defaults:', hours))).toEqual([
    'policy.yaml:4:31: data.timeZones.minimum 2027a is not at hand: the time zones are of 2026f, and hours refuse every call',
    expect.stringContaining('tests.0.expect the policy says otherwise: expected ALLOW, found GUARD_UNAVAILABLE'),
  ]);
});

test('a rule that is off is not there', () => {
  const off = withLines('rules:\n  - { id: one, source: x, mode: off, destination: { regions: [CA] } }');
  expect(read(off)).toMatchObject({ policy: { checks: [{ id: 'defaults.destination.regions' }] } });
});
