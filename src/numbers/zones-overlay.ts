import { isSupportedCountry } from 'libphonenumber-js/max';
import { at, OverlayFields, type OverlayResult } from './overlay-fields.js';
import { isIntlZone } from './zone-name.js';

/** Time zones in which numbers may ring; an empty list takes away what the tables say. */
export interface PrefixZones {
  /** Calling code and further digits, without a plus. */
  readonly prefix: string;
  readonly zones: readonly string[];
  /** Whether it speaks of mobiles, too. */
  readonly mobiles: boolean;
}

export interface RegionZones {
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  readonly zones: readonly string[];
}

/** What a file such as `deploy/zones.overlay.yaml` says. */
export interface ZonesOverlay {
  readonly version: string;
  readonly prefixes: readonly PrefixZones[];
  readonly regions: readonly RegionZones[];
}

/** Reads parsed YAML. `isZone` says which names of time zones are known; the caller's data may be newer than Node's. */
export function readZonesOverlay(parsed: unknown, isZone = isIntlZone): OverlayResult<ZonesOverlay> {
  const fields = new OverlayFields();
  const top = fields.members('', parsed, ['apiVersion', 'version', 'regions', 'zones']);
  const version = fields.head(top, 'outdial/zones-overlay/v1');
  const regions = top.regions === undefined ? [] : readRegions(fields, top.regions, isZone);
  const prefixes = top.zones === undefined ? [] : readPrefixes(fields, top.zones, isZone);
  return fields.result({ version, prefixes, regions });
}

function readPrefixes(fields: OverlayFields, value: unknown, isZone: IsZone): PrefixZones[] {
  const seen = new Set<string>();
  return fields.list('zones', value, 'a list of entries').flatMap((one, index) => {
    const path = `zones[${index}]`;
    const entry = fields.members(path, one, ['prefixes', 'mobiles', 'zones', 'source', 'checked']);
    const listed = fields.list(at(path, 'prefixes'), entry.prefixes, "a list of prefixes such as '+1679'");
    const prefixes = listed.flatMap((prefix, place) => {
      const itsPath = `${path}.prefixes[${place}]`;
      const read = fields.prefix(itsPath, prefix);
      if (read !== undefined) fields.once(itsPath, read, seen);
      return read ?? [];
    });
    const { mobiles } = entry;
    if (mobiles !== undefined && typeof mobiles !== 'boolean')
      fields.problem(at(path, 'mobiles'), 'is neither true nor false');
    fields.provenance(path, entry);
    const zones = fields.zones(at(path, 'zones'), entry.zones, isZone);
    return prefixes.map((prefix) => ({ prefix: prefix.slice(1), zones, mobiles: mobiles === true }));
  });
}

function readRegions(fields: OverlayFields, value: unknown, isZone: IsZone): RegionZones[] {
  const seen = new Set<string>();
  return fields.list('regions', value, 'a list of entries').flatMap((one, index) => {
    const path = `regions[${index}]`;
    const entry = fields.members(path, one, ['regions', 'zones', 'source', 'checked']);
    const regions = fields.texts(at(path, 'regions'), entry.regions, /^[A-Z]{2}$/, 'a region such as FR');
    regions.forEach((region, place) => {
      fields.once(`${path}.regions[${place}]`, region, seen);
      if (!isSupportedCountry(region)) fields.problem(`${path}.regions[${place}]`, 'is no region with a calling code');
    });
    fields.provenance(path, entry);
    const zones = fields.zones(at(path, 'zones'), entry.zones, isZone);
    return regions.map((region) => ({ region, zones }));
  });
}

type IsZone = (name: string) => boolean;
