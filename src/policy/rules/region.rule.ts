import { allow, refuse, unknown } from '../outcome.js';
import type { Rule } from '../rule.js';

/** The destination is in one of these countries. */
export function regionRule(regions: readonly string[]): Rule {
  return ({ facts: { destination } }) => {
    const region = destination.region?.value;
    const { candidateZones } = destination;
    if ('unknown' in candidateZones && candidateZones.unknown === 'NOT_POSSIBLE') {
      return unknown('REGION_UNKNOWN', 'No number of its calling code has so many digits. Look at the number.');
    }
    if (region === undefined) {
      return unknown(
        'REGION_UNKNOWN',
        'No numbering plan that is known here says in which country this number is. Where it is in use, add its area code to the overlay of numbers (data.numbers.overlay).',
      );
    }
    if (regions.includes(region)) return allow;
    const may = regions.length === 0 ? 'none' : regions.join(', ');
    return refuse('REGION_NOT_ALLOWED', `Numbers of ${region} may not be called; those of these may: ${may}.`);
  };
}
