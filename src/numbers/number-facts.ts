import { candidateZones, longestEntry, type CandidateZones } from './candidate-zones.js';
import type { LineType } from './line-type.js';
import type { NumberData, Source } from './number-data.js';
import { parsedNumber } from './parsed-number.js';

/** A fact, and who says so. */
interface Sourced<Value> {
  readonly value: Value;
  readonly source: Source;
}

/** What is known of a phone number before it is dialed. Of a fact that is undefined nobody knows; a rule that needs it cannot be decided. */
export interface NumberFacts {
  /** Personal data, which the other facts are not: in no log and no record. */
  readonly e164: string;
  /**
   * Such as 1, 44 or 881. It is known before the region, and of numbers without one: satellite phones and networks that belong to no country
   * (870, 878, 881, 882, 883, 888, 979, 800, 808) have a calling code alone. Undefined where it is not assigned.
   */
  readonly callingCode: string | undefined;
  /** ISO 3166-1 alpha-2. Of a number that is possible but not in the numbering plan that the library knows, only an overlay can tell it. */
  readonly region: Sourced<string> | undefined;
  /** In the plan of +1 FIXED_LINE_OR_MOBILE for all that is not special: mobiles and lines share their area codes. */
  readonly lineType: Sourced<LineType> | undefined;
  /** The three digits after +1, whatever they are for. */
  readonly areaCode: string | undefined;
  /** States, provinces or territories of the area code, such as FL or MB: mostly one, NT NU YT of 867, none outside of the US and Canada. */
  readonly areaCodeStates: readonly string[];
  /** In which the phone may ring. Nobody can tell which of them: a call is in time where it is in time in all. */
  readonly candidateZones: CandidateZones;
}

/** A line of the plan of +1: neither its area code nor its exchange begins with 0 or 1. */
const lineOfNorthAmerica = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/** Of 976 within an area code of the US and Canada the caller is charged for what is said (information delivery services); to the library it is a line like any other. */
const premiumExchange = /^\+1\d{3}976\d{4}$/;
const regionsOfPremiumExchange: ReadonlySet<string | undefined> = new Set(['US', 'CA']);

/**
 * The facts of a number in E.164 form. They are of this number and of `data` alone.
 *
 * Region and type are those of libphonenumber where it calls the number valid. Where it does not, the area may be newer than its metadata, which
 * an overlay can say; without one they are undefined, though the calling code may be that of a single country.
 */
export function numberFacts(e164: string, data: NumberData): NumberFacts {
  const parsed = parsedNumber(e164);
  const callingCode = parsed?.countryCallingCode;
  const areaCode = callingCode === '1' && e164.length >= 5 ? e164.slice(2, 5) : undefined;
  const states = areaCode === undefined ? undefined : data.states.get(areaCode);
  const plan = { e164, callingCode, areaCode, areaCodeStates: states ?? [] };
  if (parsed?.number !== e164 || !parsed.isPossible())
    return { ...plan, region: undefined, lineType: undefined, candidateZones: { unknown: 'NOT_POSSIBLE' } };
  // Undefined where the number is not valid; to the library some numbers that are not have a country all the same.
  const type = parsed.getType();
  if (type) return { ...plan, ...located(e164, parsed.country, type, 'LIBRARY', data) };
  const isShaped = callingCode !== '1' || lineOfNorthAmerica.test(e164);
  const unlisted = isShaped ? longestEntry(data.unlisted, e164.slice(1)) : undefined;
  return {
    ...plan,
    areaCodeStates: states ?? unlisted?.states ?? [],
    ...located(e164, unlisted?.region, unlisted?.lineType, 'OVERLAY', data),
  };
}

function located(
  e164: string,
  region: string | undefined,
  lineType: LineType | undefined,
  source: Source,
  data: NumberData,
): Pick<NumberFacts, 'region' | 'lineType' | 'candidateZones'> {
  const ofRegion = { region: region === undefined ? undefined : { value: region, source } };
  if (premiumExchange.test(e164) && regionsOfPremiumExchange.has(region)) {
    const candidates = candidateZones(e164.slice(1), region, 'PREMIUM_RATE', data);
    return { ...ofRegion, lineType: { value: 'PREMIUM_RATE', source: 'TABLES' }, candidateZones: candidates };
  }
  return {
    ...ofRegion,
    lineType: lineType === undefined ? undefined : { value: lineType, source },
    candidateZones: candidateZones(e164.slice(1), region, lineType, data),
  };
}
