import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import { knownStates } from './known-names.js';
import { isLineType, lineTypes, type LineType } from './line-type.js';
import { at, OverlayFields, type OverlayResult } from './overlay-fields.js';
import { isIntlZone } from './zone-name.js';

/** What is true of numbers that the library does not know. */
export interface UnlistedNumbers {
  /** Calling code and further digits, without a plus. */
  readonly prefix: string;
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  readonly lineType: LineType;
  /** Of the US or Canada: states, provinces or territories; of others none. */
  readonly states: readonly string[];
  /** Empty where nothing is known. */
  readonly zones: readonly string[];
}

/** What a file such as `deploy/numbers.overlay.yaml` says. */
export interface NumbersOverlay {
  readonly version: string;
  readonly numbers: readonly UnlistedNumbers[];
}

const members = ['prefix', 'region', 'states', 'lineType', 'zones', 'inServiceSince', 'source', 'checked'];

/** Reads parsed YAML. `isZone` says which names of time zones are known; the caller's data may be newer than Node's. */
export function readNumbersOverlay(parsed: unknown, isZone = isIntlZone): OverlayResult<NumbersOverlay> {
  const fields = new OverlayFields();
  const top = fields.members('', parsed, ['apiVersion', 'version', 'numbers']);
  const version = fields.head(top, 'outdial/numbers-overlay/v1');
  const seen = new Set<string>();
  const numbers = fields.list('numbers', top.numbers, 'a list of entries').flatMap((one, index) => {
    const path = `numbers[${index}]`;
    const entry = fields.members(path, one, members);
    const prefix = fields.prefix(at(path, 'prefix'), entry.prefix) ?? '';
    if (prefix) fields.once(at(path, 'prefix'), prefix, seen);
    const region = readRegion(fields, at(path, 'region'), entry.region, prefix);
    const states = readStates(fields, at(path, 'states'), entry.states, region);
    const lineType = readLineType(fields, at(path, 'lineType'), entry.lineType, prefix);
    const zones = fields.zones(at(path, 'zones'), entry.zones, isZone);
    if (entry.inServiceSince !== undefined) fields.date(at(path, 'inServiceSince'), entry.inServiceSince);
    fields.provenance(path, entry);
    return { prefix: prefix.slice(1), region, lineType, states, zones };
  });
  return fields.result({ version, numbers });
}

/** Empty where there is a problem with it: then nothing is said of what depends on it. */
function readRegion(fields: OverlayFields, path: string, value: unknown, prefix: string): string {
  const region = fields.text(path, value, /^[A-Z]{2}$/, 'a region such as US');
  if (region === undefined || !prefix) return '';
  if (!isSupportedCountry(region)) {
    fields.problem(path, 'is no region with a calling code; write one such as US');
    return '';
  }
  const code = `+${getCountryCallingCode(region)}`;
  if (prefix.startsWith(code)) return region;
  fields.problem(path, `has the calling code ${code}, with which the prefix does not begin`);
  return '';
}

/** In them a state has rules of its own, so that an area code without one would escape these. */
const regionsOfStates: ReadonlySet<string> = new Set(['US', 'CA']);
const statesOfAreaCodes = knownStates();

function readStates(fields: OverlayFields, path: string, value: unknown, region: string): readonly string[] {
  if (!region || (value === undefined && !regionsOfStates.has(region))) return [];
  if (!regionsOfStates.has(region)) {
    fields.problem(path, 'is for regions US and CA; leave it out');
    return [];
  }
  const wanted = 'postal codes of states or provinces, such as NY';
  const states = fields.texts(path, value, /^[A-Z]{2}$/, wanted);
  states.forEach((state, index) => {
    if (!statesOfAreaCodes.has(state))
      fields.problem(`${path}[${index}]`, `is none that has an area code; write ${wanted}`);
  });
  return states;
}

/** In the plan of +1 mobiles have the area codes of lines, which is what is taken where nothing is written. */
function readLineType(fields: OverlayFields, path: string, value: unknown, prefix: string): LineType {
  if (isLineType(value)) return value;
  if (value !== undefined || (prefix && !prefix.startsWith('+1')))
    fields.problem(path, `is none that is known; write one of ${lineTypes.join(', ')}`);
  return 'FIXED_LINE_OR_MOBILE';
}
