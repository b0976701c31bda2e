import { describe, expect, test } from '@jest/globals';
import { numberData } from '../../src/numbers/number-data.js';
import { numberFacts } from '../../src/numbers/number-facts.js';
import { readNumbersOverlay } from '../../src/numbers/numbers-overlay.js';
import { readZonesOverlay } from '../../src/numbers/zones-overlay.js';
import { isIntlZone } from '../../src/numbers/zone-name.js';
import { numbersOverlayFile, zonesOverlayFile } from './overlay-files.js';

const provenance = { source: 'a test', checked: '2026-11-30' };
const number = { prefix: '+1679', region: 'US', states: ['MI'], zones: ['America/Detroit'], ...provenance };
const numbers = (entry: object, head: object = {}) =>
  readNumbersOverlay({ apiVersion: 'outdial/numbers-overlay/v1', version: '1', numbers: [entry], ...head });
const zone = { prefixes: ['+1867'], zones: ['America/Whitehorse'], ...provenance };
const zones = (entry: object, head: object = {}) =>
  readZonesOverlay({ apiVersion: 'outdial/zones-overlay/v1', version: '1', zones: [entry], ...head });
const problemsOf = (result: object) => {
  const { problems = [] } = result as { problems?: readonly { path: string; message: string }[] };
  return problems.map(({ path, message }) => `${path} ${message}`);
};

describe('an overlay of numbers', () => {
  test('is read', () => {
    expect(numbers(number)).toEqual({
      overlay: {
        version: '1',
        numbers: [
          {
            prefix: '1679',
            region: 'US',
            states: ['MI'],
            lineType: 'FIXED_LINE_OR_MOBILE',
            zones: ['America/Detroit'],
          },
        ],
      },
    });
    const german = { prefix: '+49199', region: 'DE', lineType: 'FIXED_LINE', zones: 'unknown', ...provenance };
    expect(numbers(german)).toMatchObject({
      overlay: { numbers: [{ prefix: '49199', states: [], lineType: 'FIXED_LINE', zones: [] }] },
    });
  });

  test.each([
    [{ prefix: 1679 }, 'numbers[0].prefix is not what it should be; write a plus, the calling code'],
    [{ prefix: '1679' }, 'numbers[0].prefix is not what it should be; write a plus, the calling code'],
    [{ prefix: '+1' }, 'numbers[0].prefix is not what it should be'],
    [{ prefix: '+16' }, 'numbers[0].prefix is shorter than an area code; write all three digits after +1'],
    [{ region: 'USA' }, 'numbers[0].region is not what it should be; write a region such as US'],
    [{ region: 'ZZ' }, 'numbers[0].region is no region with a calling code; write one such as US'],
    [{ region: 'GB' }, 'numbers[0].region has the calling code +44, with which the prefix does not begin'],
    [{ region: undefined }, 'numbers[0].region is missing; write a region such as US'],
    [{ states: undefined }, 'numbers[0].states is no list, or an empty one; write a list of postal codes of states'],
    [{ states: 'MI' }, 'numbers[0].states is no list, or an empty one'],
    [{ states: ['Michigan'] }, 'numbers[0].states[0] is not what it should be; write postal codes of states'],
    [{ states: ['MX'] }, 'numbers[0].states[0] is none that has an area code; write postal codes of states'],
    [{ region: 'JM' }, 'numbers[0].states is for regions US and CA; leave it out'],
    [{ lineType: 'LANDLINE' }, 'numbers[0].lineType is none that is known; write one of FIXED_LINE, MOBILE'],
    [{ zones: 'America/Detroit' }, 'numbers[0].zones is no list, or an empty one; write a list of time zones'],
    [{ zones: [] }, 'numbers[0].zones is no list, or an empty one'],
    [{ zones: ['America/Detriot'] }, 'numbers[0].zones[0] is no time zone that is known here'],
    [{ zones: ['America/detroit'] }, 'numbers[0].zones[0] is no time zone that is known here'],
    [{ zone: 'America/Detroit' }, 'numbers[0].zone is not known here; what is known is prefix, region, states'],
    [{ inServiceSince: 'last year' }, 'numbers[0].inServiceSince is not what it should be; write a date such as'],
    [{ checked: '2026-13-30' }, 'numbers[0].checked is no day of the calendar'],
    [{ source: ' ' }, 'numbers[0].source is not what it should be; write who says so'],
  ])('with %j is refused: %s', (change, message) => {
    const [first, ...others] = problemsOf(numbers({ ...number, ...change }));
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });

  test('of a calling code other than 1 needs a type', () => {
    const german = { prefix: '+49199', region: 'DE', zones: 'unknown', ...provenance };
    expect(problemsOf(numbers(german))).toEqual([expect.stringContaining('numbers[0].lineType is none that is known')]);
  });

  test('tells everything at once', () => {
    const twice = { version: 1, apiVersion: 'v2', numbers: [number, { ...number, zones: undefined }] };
    expect(problemsOf(numbers({}, twice))).toEqual([
      expect.stringMatching(/^apiVersion is not known; write outdial\/numbers-overlay\/v1$/),
      expect.stringMatching(
        /^version is not what it should be; write a name .* in quotes, or YAML takes it for a number$/,
      ),
      expect.stringMatching(/^numbers\[1\]\.prefix is there twice: \+1679; leave one$/),
      expect.stringMatching(/^numbers\[1\]\.zones is no list/),
    ]);
  });

  test.each([[undefined], [null], ['text'], [[]], [{}], [{ numbers: 'all' }], [{ numbers: [null, 1] }]])(
    'that is %j is refused, and nothing is thrown',
    (parsed) => {
      expect(problemsOf(readNumbersOverlay(parsed)).length).toBeGreaterThan(0);
    },
  );
});

describe('an overlay of zones', () => {
  test('is read', () => {
    const regions = [{ regions: ['CN'], zones: ['Asia/Shanghai'], ...provenance }];
    expect(zones({ ...zone, mobiles: true }, { regions })).toEqual({
      overlay: {
        version: '1',
        prefixes: [{ prefix: '1867', zones: ['America/Whitehorse'], mobiles: true }],
        regions: [{ region: 'CN', zones: ['Asia/Shanghai'] }],
      },
    });
  });

  test('takes the names of zones that the caller knows', () => {
    const parsed = { apiVersion: 'outdial/zones-overlay/v1', version: '1', zones: [{ ...zone, zones: ['Mars/Base'] }] };
    expect(problemsOf(readZonesOverlay(parsed))).toEqual([
      expect.stringContaining('zones[0].zones[0] is no time zone that is known here'),
    ]);
    expect(readZonesOverlay(parsed, (name) => name === 'Mars/Base')).toMatchObject({
      overlay: { prefixes: [{ zones: ['Mars/Base'] }] },
    });
  });

  test.each([
    [{ prefixes: [] }, 'zones[0].prefixes is no list, or an empty one; write a list of prefixes such as'],
    [{ prefixes: ['+1867', '867'] }, 'zones[0].prefixes[1] is not what it should be'],
    [{ prefixes: ['+1867', '+1867'] }, 'zones[0].prefixes[1] is there twice: +1867; leave one'],
    [{ prefixes: ['+18'] }, 'zones[0].prefixes[0] is shorter than an area code'],
    [{ mobiles: 'yes' }, 'zones[0].mobiles is neither true nor false'],
    [{ checked: undefined }, 'zones[0].checked is missing; write a date such as 2026-11-30'],
  ])('with %j is refused: %s', (change, message) => {
    const [first, ...others] = problemsOf(zones({ ...zone, ...change }));
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });

  test.each([
    [['China'], 'regions[0].regions[0] is not what it should be; write a region such as FR'],
    [['ZZ'], 'regions[0].regions[0] is no region with a calling code'],
    [['CN', 'CN'], 'regions[0].regions[1] is there twice: CN; leave one'],
  ])('of regions %j is refused: %s', (regions, message) => {
    const entry = { regions, zones: ['Asia/Shanghai'], ...provenance };
    expect(problemsOf(zones(zone, { regions: [entry] }))).toEqual([expect.stringContaining(message)]);
  });
});

describe('of deploy', () => {
  test('numbers.overlay.yaml speaks of nothing that the library knows by now', () => {
    const known = numbersOverlayFile().numbers.filter(({ prefix }) => {
      const rest = '5550142'.slice(0, 11 - prefix.length);
      return numberFacts(`+${prefix}${rest}`, numberData()).region !== undefined;
    });
    expect(known).toEqual([]);
  });

  test('zones.overlay.yaml is in the tables already, which a gateway without it is right by', () => {
    const overlay = zonesOverlayFile();
    const { prefixes, regions } = numberData();
    expect(overlay.prefixes.map(({ prefix }) => [prefix, prefixes.get(prefix)?.names])).toEqual(
      overlay.prefixes.map((entry) => [entry.prefix, [...entry.zones].sort()]),
    );
    expect(overlay.regions.map(({ region }) => [region, regions.get(region)?.names])).toEqual(
      overlay.regions.map((entry) => [entry.region, entry.zones]),
    );
  });
});

test.each([
  ['America/New_York', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Europe/Kyiv', true],
  ['Asia/Kolkata', true],
  ['america/new_york', false],
  ['America/new_york', false],
  ['America/Detriot', false],
  ['UTC', false],
  ['EST', false],
  ['+01:00', false],
  ['', false],
])('%s is a zone of the tz database: %s', (name, isZone) => {
  expect(isIntlZone(name)).toBe(isZone);
});
