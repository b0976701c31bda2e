const names: Readonly<Record<string, string>> = {
  Alabama: 'AL',
  Alaska: 'AK',
  Arizona: 'AZ',
  Arkansas: 'AR',
  California: 'CA',
  Colorado: 'CO',
  Connecticut: 'CT',
  Delaware: 'DE',
  Florida: 'FL',
  Georgia: 'GA',
  Hawaii: 'HI',
  Idaho: 'ID',
  Illinois: 'IL',
  Indiana: 'IN',
  Iowa: 'IA',
  Kansas: 'KS',
  Kentucky: 'KY',
  Louisiana: 'LA',
  Maine: 'ME',
  Maryland: 'MD',
  Massachusetts: 'MA',
  Michigan: 'MI',
  Minnesota: 'MN',
  Mississippi: 'MS',
  Missouri: 'MO',
  Montana: 'MT',
  Nebraska: 'NE',
  Nevada: 'NV',
  'New Hampshire': 'NH',
  'New Jersey': 'NJ',
  'New Mexico': 'NM',
  'New York': 'NY',
  'North Carolina': 'NC',
  'North Dakota': 'ND',
  Ohio: 'OH',
  Oklahoma: 'OK',
  Oregon: 'OR',
  Pennsylvania: 'PA',
  'Rhode Island': 'RI',
  'South Carolina': 'SC',
  'South Dakota': 'SD',
  Tennessee: 'TN',
  Texas: 'TX',
  Utah: 'UT',
  Vermont: 'VT',
  Virginia: 'VA',
  'Washington State': 'WA',
  'Washington D.C.': 'DC',
  'West Virginia': 'WV',
  Wisconsin: 'WI',
  Wyoming: 'WY',
  Alberta: 'AB',
  'British Columbia': 'BC',
  // As it is written at 257.
  'British Colombia': 'BC',
  Manitoba: 'MB',
  'New Brunswick': 'NB',
  'Newfoundland and Labrador': 'NL',
  'Northwest Territories': 'NT',
  'Nova Scotia': 'NS',
  Nunavut: 'NU',
  Ontario: 'ON',
  'Prince Edward Island': 'PE',
  Quebec: 'QC',
  Saskatchewan: 'SK',
  Yukon: 'YT',
};
const codes = new Set(Object.values(names));

/** Not geocoded: NANPA has it in Quebec, beside 418, from 27 February 2027 on (https://reports.nanpa.com/public/npa_report.csv of 5 January 2026). */
const notGeocoded: Readonly<Record<string, readonly string[]>> = { 273: ['QC'] };

/** By area code its states: what is said of the code itself, or, where nothing is, of the exchanges in it. */
export function statesOf(
  areaCodes: readonly string[],
  geocodes: readonly (readonly [prefix: string, place: string])[],
): ReadonlyMap<string, readonly string[]> {
  const places = new Map(geocodes);
  return new Map(
    areaCodes.map((areaCode) => {
      const place = places.get(areaCode);
      const said = place ? [place] : geocodes.filter(([prefix]) => prefix.startsWith(areaCode)).map(([, its]) => its);
      const states = [...new Set(said.flatMap(statesIn)), ...(notGeocoded[areaCode] ?? [])];
      if (states.length === 0) throw new Error(`No state is known of the area code ${areaCode}: add it to states.ts.`);
      return [areaCode, states];
    }),
  );
}

/** Of a place such as `Houston, TX`, `Texas` or `Nova Scotia/Prince Edward Island`. */
function statesIn(place: string): readonly string[] {
  const suffix = /, ([A-Z]{2})$/.exec(place)?.[1];
  if (suffix && codes.has(suffix)) return [suffix];
  return place.split('/').flatMap((name) => names[name] ?? []);
}
