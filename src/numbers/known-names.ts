import { getCountries, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import { areaCodesOfStates } from './number-tables.js';

/** Calling codes of no country, as ITU-T assigned them: satellite phones, networks, toll-free and premium numbers of the world. */
const callingCodesOfNoCountry = ['800', '808', '870', '878', '881', '882', '883', '888', '979'];

/** The countries that have phone numbers, by ISO 3166-1 alpha-2. */
export function knownRegions(): ReadonlySet<string> {
  return new Set(getCountries());
}

/** Without the plus. */
export function knownCallingCodes(): ReadonlySet<string> {
  return new Set([...getCountries().map((country) => getCountryCallingCode(country)), ...callingCodesOfNoCountry]);
}

/** Whether numbers with this calling code may be of the country. */
export function mayBeOf(region: string, callingCode: string): boolean {
  return isSupportedCountry(region) && getCountryCallingCode(region) === callingCode;
}

/** States, provinces and territories that have area codes, by postal code. */
export function knownStates(): ReadonlySet<string> {
  return new Set(Object.keys(areaCodesOfStates).flatMap((states) => states.split(' ')));
}
