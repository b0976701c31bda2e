import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { numberData } from '../../src/numbers/number-data.js';
import { numberFacts } from '../../src/numbers/number-facts.js';
import { readZonesOverlay } from '../../src/numbers/zones-overlay.js';
import { numbersOverlayFile, overlayOf } from './overlay-files.js';
import { knownAreaCodes } from './tables/make-tables.js';

const bare = numberData();
const withOverlay = numberData({ numbers: numbersOverlayFile() });

/** The facts as one reads them; the source is looked at where it matters. */
function factsOf(e164: string, data = bare) {
  const { callingCode, region, lineType, areaCode, areaCodeStates, candidateZones } = numberFacts(e164, data);
  const zones = 'names' in candidateZones ? candidateZones.names : candidateZones.unknown;
  return { callingCode, region: region?.value, lineType: lineType?.value, areaCode, areaCodeStates, zones };
}
const zonesOf = (e164: string, data = bare) => factsOf(e164, data).zones;

describe('candidate zones', () => {
  // Of 219, 867, 907, 423, 850 and 689, Australia 8, Madeira and Casablanca the longest prefix of libphonenumber's data says something wrong or too narrow.
  test.each([
    ['northwest Indiana, where NANPA has Eastern time beside Central', '+12195550100', 'Chicago New_York'],
    ['Vancouver', '+16045550100', 'Vancouver'],
    ['the south of Alberta', '+14035550100', 'Edmonton'],
    [
      'Yukon, Northwest Territories and Nunavut',
      '+18675550100',
      'Atikokan Cambridge_Bay Dawson Edmonton Inuvik Iqaluit Rankin_Inlet Resolute Whitehorse',
    ],
    ['Alaska', '+19075550100', 'Adak Anchorage Juneau Metlakatla Nome Sitka Yakutat'],
    ['Idaho', '+12085550100', 'Boise Denver Los_Angeles'],
    ['the east of Tennessee', '+14235550100', 'Chicago New_York'],
    ['the Florida panhandle', '+18505550100', 'Chicago New_York'],
    ['Baja California', '+526865550100', 'Tijuana'],
    ['Cancun', '+529985550100', 'Cancun'],
    ['Chihuahua', '+526145550100', 'Chihuahua Ciudad_Juarez Ojinaga'],
    ['Acre', '+556832123456', 'Rio_Branco'],
    ['Orlando, which is not in Chicago', '+16895550100', 'New_York'],
    ['British Columbia', '+12505550100', 'Creston Dawson_Creek Edmonton Fort_Nelson Vancouver'],
    ['the same, by its newest area code', '+12575550100', 'Creston Dawson_Creek Edmonton Fort_Nelson Vancouver'],
    ['Saskatchewan', '+13065550100', 'Edmonton Regina Swift_Current Winnipeg'],
    ['the west of Kentucky, by its second area code', '+13645550100', 'Chicago New_York'],
    ['the Florida panhandle, by its second area code', '+14485550100', 'Chicago New_York'],
    ['the east of Oregon', '+14585550100', 'Boise Los_Angeles'],
    ['Newfoundland and Labrador', '+17095550100', 'Goose_Bay St_Johns'],
    ['the south of Indiana, by its second area code', '+19305550100', 'Chicago New_York'],
    ['the middle of Tennessee', '+19315550100', 'Chicago New_York'],
    ['the east of Quebec', '+12735550100', 'Blanc-Sablon Halifax Toronto'],
    ['the southwest of Wisconsin, by its second area code', '+13535550100', 'Chicago'],
    ['Los Angeles, by its third area code', '+17385550100', 'Los_Angeles'],
    ['Manitoba', '+12045550100', 'Winnipeg'],
  ])('of America, in %s', (_, number, zones) => {
    expect(zonesOf(number)).toEqual(zones.split(' ').map((zone) => `America/${zone}`));
  });

  test.each([
    [
      'Australia 8',
      '+61891234567',
      'Australia/Adelaide Australia/Broken_Hill Australia/Darwin Australia/Eucla Australia/Perth',
    ],
    ['Christmas Island, within it', '+61891641234', 'Indian/Christmas'],
    ['the Canary Islands', '+34928123456', 'Atlantic/Canary'],
    ['Madeira', '+351291123456', 'Atlantic/Madeira'],
    ['Vladivostok', '+74232123456', 'Asia/Vladivostok'],
    ['Papua', '+62967123456', 'Asia/Jayapura'],
    ['Casablanca', '+212522123456', 'Africa/Casablanca'],
    ['Hawaii', '+18085550100', 'Pacific/Honolulu'],
    ['Puerto Rico', '+17875550100', 'America/Puerto_Rico'],
    ['Algiers', '+21321123456', 'Africa/Algiers'],
    ['Vilnius', '+37052123456', 'Europe/Vilnius'],
    ['a mobile of France', '+33612345678', 'Europe/Paris'],
    ['a line over the internet in France', '+33912345678', 'Europe/Paris'],
    ['a mobile of China', '+8613812345678', 'Asia/Shanghai'],
    ['a line in Urumqi', '+869912345678', 'Asia/Shanghai Asia/Urumqi'],
  ])('of %s', (_, number, zones) => {
    expect(zonesOf(number)).toEqual(zones.split(' '));
  });

  test.each([
    ['toll-free', '+18005550100', 'NON_GEOGRAPHIC'],
    ['personal', '+15005550100', 'NON_GEOGRAPHIC'],
    ['personal, of Canada', '+16225550100', 'NON_GEOGRAPHIC'],
    ['premium', '+19005550100', 'NON_GEOGRAPHIC'],
    ['personal, of the United Kingdom', '+447012345678', 'NON_GEOGRAPHIC'],
    ['one number for a whole company', '+443031231234', 'NON_GEOGRAPHIC'],
    ['a satellite phone', '+881612345678', 'NON_GEOGRAPHIC'],
    ['over the internet, of Canada', '+16005550100', 'COUNTRY_OF_SEVERAL_CLOCKS'],
    ['a mobile of Australia', '+61412345678', 'COUNTRY_OF_SEVERAL_CLOCKS'],
    ['a mobile of Indonesia', '+62812345678', 'COUNTRY_OF_SEVERAL_CLOCKS'],
    ['a mobile of Russia', '+79161234567', 'COUNTRY_OF_SEVERAL_CLOCKS'],
    ['a mobile of Brazil, whose area code tells where it was bought', '+5511961234567', 'COUNTRY_OF_SEVERAL_CLOCKS'],
    ['a mobile of Chile, of which the library says that it may be a line', '+56961234567', 'NO_DATA'],
    ['a line of Spain of which no entry speaks', '+34400123456', 'NO_DATA'],
    ['no exchange begins with 1', '+12061550100', 'NOT_IN_PLAN'],
    ['too short', '+1206555', 'NOT_POSSIBLE'],
    ['an 0 of national dialing', '+44020 79460000', 'NOT_POSSIBLE'],
    ['no calling code', '+2101234567', 'NOT_POSSIBLE'],
  ])('are unknown: %s', (_, number, reason) => {
    expect(zonesOf(number)).toBe(reason);
  });

  test('of every area code of the US and Canada there are, whatever exchange follows', () => {
    const line = fc.tuple(fc.constantFrom(...knownAreaCodes()), fc.integer({ min: 2_000_000, max: 9_999_999 }));
    fc.assert(
      fc.property(line, ([areaCode, rest]) => {
        const number = `+1${areaCode}${rest}`;
        const { lineType, zones, areaCodeStates } = factsOf(number);
        if (lineType === 'FIXED_LINE_OR_MOBILE') expect(zones).toEqual(zonesOf(`+1${areaCode}5550100`));
        expect(areaCodeStates.length).toBeGreaterThan(0);
      }),
    );
    expect(knownAreaCodes().filter((areaCode) => typeof zonesOf(`+1${areaCode}5550100`) === 'string')).toEqual([]);
  });

  test('of a mobile there are in countries of one clock, and where mobiles have the area codes of lines', () => {
    const mobiles = getCountries().flatMap((region) => getExampleNumber(region, examples) ?? []);
    const without = mobiles.filter(({ number }) => typeof zonesOf(number) === 'string');
    expect(mobiles.length).toBeGreaterThan(240);
    // Mobiles of CC and CX are those of Australia.
    expect(without.map(({ country }) => country)).toEqual('AU BR CC CD CX EC ES GL ID KI MN NZ PF PG PT RU'.split(' '));
    expect(new Set(without.map(({ number }) => zonesOf(number)))).toEqual(new Set(['COUNTRY_OF_SEVERAL_CLOCKS']));
  });
});

describe('area codes that the library does not know', () => {
  test.each([
    ['465', 'NY', 'America/New_York'],
    ['679', 'MI', 'America/Detroit'],
    ['457', 'LA', 'America/Chicago'],
    ['729', 'TN', 'America/Chicago America/New_York'],
    ['357', 'CA', 'America/Los_Angeles'],
    ['621', 'TX', 'America/Chicago'],
    ['436', 'OH', 'America/New_York'],
    ['471', 'MS', 'America/Chicago'],
    ['483', 'AL', 'America/Chicago America/New_York'],
    ['624', 'NY', 'America/New_York'],
    ['837', 'CA', 'America/Los_Angeles'],
    ['861', 'IL', 'America/Chicago'],
    ['924', 'MN', 'America/Chicago'],
  ])('%s in %s has facts by the overlay alone', (areaCode, state, zones) => {
    const number = `+1${areaCode}5550142`;
    const none = { callingCode: '1', areaCode, region: undefined, lineType: undefined };
    expect(factsOf(number)).toEqual({ ...none, areaCodeStates: [], zones: 'NOT_IN_PLAN' });
    expect(numberFacts(number, withOverlay)).toEqual({
      e164: number,
      callingCode: '1',
      region: { value: 'US', source: 'OVERLAY' },
      lineType: { value: 'FIXED_LINE_OR_MOBILE', source: 'OVERLAY' },
      areaCode,
      areaCodeStates: [state],
      candidateZones: { names: zones.split(' '), source: 'OVERLAY' },
    });
  });

  test('have the premium exchange of others', () => {
    expect(factsOf('+14659765550', withOverlay)).toMatchObject({
      region: 'US',
      lineType: 'PREMIUM_RATE',
      zones: 'NON_GEOGRAPHIC',
    });
  });

  test('have none for an exchange that no number has', () => {
    expect(factsOf('+14651550142', withOverlay)).toMatchObject({ region: undefined, zones: 'NOT_IN_PLAN' });
  });

  test('may be known in part: what an overlay says of some exchanges is true of these alone', () => {
    const entry = { region: 'US', lineType: 'FIXED_LINE', states: ['GA'], zones: ['America/New_York'] } as const;
    const data = numberData({ numbers: { version: '1', numbers: [{ prefix: '156555', ...entry }] } });
    expect(factsOf('+15655550142', data)).toMatchObject({
      region: 'US',
      lineType: 'FIXED_LINE',
      areaCodeStates: ['GA'],
    });
    expect(factsOf('+15657770142', data)).toMatchObject({
      region: undefined,
      areaCodeStates: [],
      zones: 'NOT_IN_PLAN',
    });
  });

  test('that neither knows stay without a region', () => {
    expect(factsOf('+18515550142', withOverlay)).toEqual({
      callingCode: '1',
      region: undefined,
      lineType: undefined,
      areaCode: '851',
      areaCodeStates: [],
      zones: 'NOT_IN_PLAN',
    });
  });
});

describe('region and type', () => {
  test.each([
    ['+80012345678', '800', 'TOLL_FREE'],
    ['+80812345678', '808', 'SHARED_COST'],
    ['+870773111632', '870', 'MOBILE'],
    ['+878101234567890', '878', 'VOIP'],
    ['+881612345678', '881', 'MOBILE'],
    ['+8821612345678', '882', 'VOIP'],
    ['+883510012345678', '883', 'VOIP'],
    ['+88812345678901', '888', 'UAN'],
    ['+979123456789', '979', 'PREMIUM_RATE'],
  ])('of %s: a calling code, and no region', (number, callingCode, lineType) => {
    expect(factsOf(number)).toMatchObject({ callingCode, region: undefined, lineType, areaCode: undefined });
  });

  test.each([
    ['+18005550100', 'US', 'TOLL_FREE'],
    ['+18885550100', 'US', 'TOLL_FREE'],
    ['+18225550100', undefined, undefined],
    ['+19005550100', 'US', 'PREMIUM_RATE'],
    // The premium exchange is not seen.
    ['+12129765550', 'US', 'PREMIUM_RATE'],
    ['+14169765550', 'CA', 'PREMIUM_RATE'],
    ['+18769765550', 'JM', 'FIXED_LINE'],
    ['+15005550100', 'US', 'PERSONAL_NUMBER'],
    ['+15385550100', undefined, undefined],
    ['+17005550100', undefined, undefined],
    ['+16005550100', 'CA', 'VOIP'],
    ['+16335550100', 'CA', 'PERSONAL_NUMBER'],
    ['+447012345678', 'GB', 'PERSONAL_NUMBER'],
    ['+447640123456', 'GB', 'PAGER'],
    ['+447624123456', 'IM', 'MOBILE'],
    ['+449091234567', 'GB', 'PREMIUM_RATE'],
    ['+448712345678', 'GB', 'PREMIUM_RATE'],
    ['+443031231234', 'GB', 'UAN'],
    ['+445612345678', 'GB', 'VOIP'],
    // The library says DE of it, because the calling code is that of one country, and not what it is.
    ['+493221234567', undefined, undefined],
    ['+4970012345678', 'DE', 'PERSONAL_NUMBER'],
    ['+33810123456', 'FR', 'SHARED_COST'],
    ['+33162123456', 'FR', 'FIXED_LINE'],
    ['+390612345678', 'IT', 'FIXED_LINE'],
    ['+39612345678', undefined, undefined],
    ['+390669812345', 'VA', 'FIXED_LINE'],
    ['+5491123456789', 'AR', 'MOBILE'],
    ['+911401234567', 'IN', 'UAN'],
    ['+911600123456', 'IN', 'MOBILE'],
    ['+34701234567', 'ES', 'PERSONAL_NUMBER'],
    ['+61147101234', 'AU', 'VOIP'],
    ['+78401234567', 'RU', 'FIXED_LINE'],
  ])('of %s: %s %s', (number, region, lineType) => {
    expect(factsOf(number)).toMatchObject({ region, lineType });
  });

  test.each([
    ['+13055550100', ['FL']],
    ['+12045550100', ['MB']],
    ['+19025550100', ['NS', 'PE']],
    ['+18675550100', ['NT', 'NU', 'YT']],
    ['+17875550100', []],
    ['+18765550100', []],
    ['+18005550100', []],
    ['+442079460000', []],
  ])('states of the area code of %s: %j', (number, states) => {
    expect(factsOf(number).areaCodeStates).toEqual(states);
  });

  test('are not made up for text that is no number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+\d{0,18}$/)), (text) => {
        const { region, lineType, candidateZones } = numberFacts(text, withOverlay);
        if ('names' in candidateZones) expect(region && lineType).toBeDefined();
        if (region) expect(lineType).toBeDefined();
      }),
    );
  });
});

test('an overlay of zones counts before the tables, where it has as many digits', () => {
  const entry = { source: 'a test', checked: '2026-11-30' };
  const zones = overlayOf(
    readZonesOverlay({
      apiVersion: 'outdial/zones-overlay/v1',
      version: 'of-a-test',
      regions: [{ ...entry, regions: ['GL'], zones: ['America/Nuuk'] }],
      zones: [
        { ...entry, prefixes: ['+1867'], zones: ['America/Whitehorse', 'America/Dawson'] },
        { ...entry, prefixes: ['+346', '+347'], mobiles: true, zones: ['Europe/Madrid', 'Atlantic/Canary'] },
        { ...entry, prefixes: ['+1206'], zones: 'unknown' },
        { ...entry, prefixes: ['+52'], zones: ['America/Mexico_City'] },
        { ...entry, prefixes: ['+1800'], mobiles: true, zones: ['America/New_York'] },
      ],
    }),
  );
  const data = numberData({ zones });
  expect(numberFacts('+18675550100', data).candidateZones).toEqual({
    names: ['America/Dawson', 'America/Whitehorse'],
    source: 'OVERLAY',
  });
  expect(zonesOf('+34612345678', data)).toEqual(['Atlantic/Canary', 'Europe/Madrid']);
  expect(zonesOf('+34912345678', data)).toEqual(['Europe/Madrid']);
  expect(zonesOf('+12065550100', data)).toBe('NO_DATA');
  expect(zonesOf('+526865550100', data)).toEqual(['America/Tijuana']);
  expect(zonesOf('+18005550100', data)).toBe('NON_GEOGRAPHIC');
  expect(zonesOf('+299221234', data)).toEqual(['America/Nuuk']);
  expect(numberFacts('+13125550100', data).candidateZones).toMatchObject({ source: 'TABLES' });
  expect(data.version).toMatch(/, zones overlay of-a-test$/);
  expect(bare.version).toMatch(/^libphonenumber-js \d+\.\d+\.\d+, metadata [0-9a-f]{8}, tables [0-9a-f]{8}$/);
});
