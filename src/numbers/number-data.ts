import {
  areaCodesOfStates,
  libraryVersion,
  metadataDigest,
  tablesDigest,
  zonesOfPrefixes,
  zonesOfRegions,
} from './number-tables.js';
import type { NumbersOverlay, UnlistedNumbers } from './numbers-overlay.js';
import type { ZonesOverlay } from './zones-overlay.js';

/** Who says something of a number: libphonenumber by the whole number, the tables of this version by a prefix, or an overlay. */
export type Source = 'LIBRARY' | 'TABLES' | 'OVERLAY';

/** The time zones of what begins with a prefix, or of a region; none where an overlay takes them away. */
export interface ZoneEntry {
  readonly names: readonly string[];
  /** Whether a prefix speaks of mobiles, too; a region does. */
  readonly mobiles: boolean;
  readonly source: Source;
}

/** Everything that `numberFacts` looks up besides the library. It changes only as a whole, when an overlay is loaded. */
export interface NumberData {
  /** What numbers are judged by: it stands in the record of each decision. */
  readonly version: string;
  /** By region. Regions of several clocks are not in it. */
  readonly regions: ReadonlyMap<string, ZoneEntry>;
  /** By calling code and further digits. */
  readonly prefixes: ReadonlyMap<string, ZoneEntry>;
  /** By area code of the US and Canada: mostly one state or province, and three for 867. */
  readonly states: ReadonlyMap<string, readonly string[]>;
  /** What the library does not know, by calling code and further digits. */
  readonly unlisted: ReadonlyMap<string, UnlistedNumbers>;
}

export interface Overlays {
  readonly numbers?: NumbersOverlay;
  readonly zones?: ZonesOverlay;
}

/** The tables of this version, with overlays before them: of two entries the one with more digits counts, of two with as many that of the overlay. */
export function numberData({ numbers, zones }: Overlays = {}): NumberData {
  const unlisted = numbers?.numbers ?? [];
  return {
    version: versionOf({ numbers, zones }),
    regions: new Map([
      ...tableRegions,
      ...(zones?.regions ?? []).map(({ region, zones: names }) => [region, fromOverlay(names, true)] as const),
    ]),
    prefixes: new Map([
      ...tablePrefixes,
      ...unlisted.map(({ prefix, zones: names }) => [prefix, fromOverlay(names, false)] as const),
      ...(zones?.prefixes ?? []).map(
        ({ prefix, mobiles, zones: names }) => [prefix, fromOverlay(names, mobiles)] as const,
      ),
    ]),
    states: tableStates,
    unlisted: new Map(unlisted.map((entry) => [entry.prefix, entry])),
  };
}

/** The library with a digest of the metadata that it comes with, which carries no version of Google's; the tables; and each overlay by its own version. */
function versionOf({ numbers, zones }: Overlays): string {
  const parts = [`libphonenumber-js ${libraryVersion}`, `metadata ${metadataDigest}`, `tables ${tablesDigest}`];
  if (numbers) parts.push(`numbers overlay ${numbers.version}`);
  if (zones) parts.push(`zones overlay ${zones.version}`);
  return parts.join(', ');
}

function fromOverlay(zones: readonly string[], mobiles: boolean): ZoneEntry {
  return { names: [...new Set(zones)].sort(), mobiles, source: 'OVERLAY' };
}

/** Once for all that have the same zones. */
function fromTables(zones: string, mobiles: boolean): ZoneEntry {
  return { names: zones.split(' '), mobiles, source: 'TABLES' };
}

const tableRegions = Object.entries(zonesOfRegions).flatMap(([zones, regions]) => {
  const entry = fromTables(zones, true);
  return regions.split(' ').map((region) => [region, entry] as const);
});
const tablePrefixes = Object.entries(zonesOfPrefixes).flatMap(([zones, prefixes]) => {
  const entry = fromTables(zones, false);
  return prefixes.split(' ').map((prefix) => [prefix, entry] as const);
});
const tableStates = new Map(
  Object.entries(areaCodesOfStates).flatMap(([states, areaCodes]) =>
    areaCodes.split(' ').map((areaCode) => [areaCode, states.split(' ')] as const),
  ),
);
