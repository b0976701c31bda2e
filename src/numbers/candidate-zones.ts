import type { LineType } from './line-type.js';
import type { NumberData, Source, ZoneEntry } from './number-data.js';

/** Why nobody can say where a phone rings. */
export type ZonesUnknown =
  /** It is no possible number. */
  | 'NOT_POSSIBLE'
  /** It is possible; neither the library nor an overlay knows what it is. */
  | 'NOT_IN_PLAN'
  /** Toll-free, personal and such numbers, and calling codes of no country, lead anywhere. */
  | 'NON_GEOGRAPHIC'
  /** A mobile, or a line of a network, of a country whose clocks differ: its digits do not tell where in the country. */
  | 'COUNTRY_OF_SEVERAL_CLOCKS'
  /** No entry has these digits, or an overlay says unknown. */
  | 'NO_DATA';

/** Names of the tz database, sorted, or the reason why there are none. */
export type CandidateZones =
  { readonly names: readonly string[]; readonly source: Source } | { readonly unknown: ZonesUnknown };

/** Types whose digits tell a place where a country's numbers do. */
const placed: ReadonlySet<LineType> = new Set(['FIXED_LINE', 'FIXED_LINE_OR_MOBILE']);
/** Types that belong to a country, but to no place in it. A line over the internet is somebody's line at home in many countries. */
const nationwide: ReadonlySet<LineType> = new Set(['MOBILE', 'VOIP']);

/** The zones in which a number of this region and type may ring. `digits` is E.164 without its plus. */
export function candidateZones(
  digits: string,
  region: string | undefined,
  lineType: LineType | undefined,
  { prefixes, regions }: NumberData,
): CandidateZones {
  if (!lineType) return { unknown: 'NOT_IN_PLAN' };
  const isPlaced = placed.has(lineType);
  if (!region || (!isPlaced && !nationwide.has(lineType))) return { unknown: 'NON_GEOGRAPHIC' };
  const isMobile = lineType === 'MOBILE';
  const ofPrefix = longestEntry(prefixes, digits, ({ mobiles }) => isPlaced || (isMobile && mobiles));
  const entry = ofPrefix ?? regions.get(region);
  if (entry) return zonesOf(entry);
  return { unknown: isPlaced ? 'NO_DATA' : 'COUNTRY_OF_SEVERAL_CLOCKS' };
}

function zonesOf({ names, source }: ZoneEntry): CandidateZones {
  return names.length > 0 ? { names, source } : { unknown: 'NO_DATA' };
}

/** No entry has more digits. */
const mostDigits = 15;

/** The entry with the most digits with which the number begins, of those that are accepted. */
export function longestEntry<Entry>(
  entries: ReadonlyMap<string, Entry>,
  digits: string,
  accepts: (entry: Entry) => boolean = () => true,
): Entry | undefined {
  for (let length = Math.min(digits.length, mostDigits); length > 0; length -= 1) {
    const entry = entries.get(digits.slice(0, length));
    if (entry !== undefined && accepts(entry)) return entry;
  }
  return undefined;
}
