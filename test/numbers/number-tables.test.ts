import { expect, test } from '@jest/globals';
import { getCountries } from 'libphonenumber-js/max';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { numberData } from '../../src/numbers/number-data.js';
import { isIntlZone } from '../../src/numbers/zone-name.js';
import { Clocks } from './tables/clocks.js';
import { knownAreaCodes, makeTables, tablesPath } from './tables/make-tables.js';

const root = resolve(import.meta.dirname, '../..');
const { prefixes, regions, states } = numberData();
const areaCodes = knownAreaCodes();

test('are what npm run number-tables makes of the packages and the overlay', async () => {
  expect(readFileSync(join(root, tablesPath), 'utf8')).toBe(await makeTables(root));
});

test('have zones and states of every geographic area code of the US and Canada, and of no other', () => {
  expect(areaCodes.length).toBeGreaterThan(414);
  expect(areaCodes.filter((areaCode) => !prefixes.has(`1${areaCode}`))).toEqual([]);
  expect([...states.keys()].sort()).toEqual(areaCodes);
  const several = [...states].filter(([, its]) => its.length > 1).map(([areaCode]) => areaCode);
  expect(several.sort()).toEqual(['782', '867', '902']);
});

/** States all of whose area codes NANPA has in one time zone, with those that it does not; TIME_ZONE in its report of 5 January 2026. */
const clocksOfStates = {
  New_York: 'CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC TN VA VT WV',
  Chicago: 'AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI',
  Denver: 'CO MT NM UT WY',
  Los_Angeles: 'CA NV OR WA',
  Phoenix: 'AZ',
  Vancouver: 'BC',
  Edmonton: 'AB',
  Winnipeg: 'MB',
  Toronto: 'ON QC',
  Halifax: 'NB NS PE',
};
/** Area codes of those states with several zones, or others. */
const exceptions =
  '208 219 236 250 257 270 273 308 334 364 367 418 423 448 458 541 574 581 605 606 620 672 701 775 778 785 807 812 850 906 915 928 930 931 986';

test('have the zone of the state, but for the area codes whose areas are divided', () => {
  const allowed = new Map<string, Set<string>>();
  for (const [zone, its] of Object.entries(clocksOfStates))
    for (const state of its.split(' ')) allowed.set(state, (allowed.get(state) ?? new Set()).add(`America/${zone}`));
  const divided = areaCodes.filter((areaCode) => {
    const [state = ''] = states.get(areaCode) ?? [];
    const names = prefixes.get(`1${areaCode}`)?.names ?? [];
    return allowed.has(state) && (names.length !== 1 || !allowed.get(state)?.has(names[0] ?? ''));
  });
  expect(divided).toEqual(exceptions.split(' ').filter((areaCode) => !['208', '986'].includes(areaCode)));
});

test('name zones that Node and the tz database know', () => {
  const clocks = new Clocks();
  const names = new Set([...prefixes.values(), ...regions.values()].flatMap((entry) => entry.names));
  expect(names.size).toBeGreaterThan(300);
  expect([...names].filter((name) => !isIntlZone(name) || !clocks.has(name))).toEqual([]);
});

test('have every region, but for those whose clocks differ, of which they have prefixes', () => {
  const without = getCountries().filter((region) => !regions.has(region));
  expect(without).toEqual('AU BR CA CD CL EC ES FM GL ID KI MN MX NZ PF PG PT RU US'.split(' '));
});
