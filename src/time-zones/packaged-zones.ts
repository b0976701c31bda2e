import packed from 'moment-timezone/data/packed/latest.json' with { type: 'json' };
import { ListedClock, type TransitionList, type ZoneClock } from './zone-clock.js';

/** The tz database as the npm package moment-timezone brings it along: of this release, whatever the system has. */
export const packagedVersion: string = packed.version;

/** Zones whose clocks go on changing are listed until this year or a later one (2499 in 0.6.6), and the list does not say how they go on. */
const listedUntilYear = 2037;

const zones = new Map(packed.zones.map((zone) => [zone.slice(0, zone.indexOf('|')), zone]));
const targets = new Map(packed.links.map((link) => link.split('|').reverse() as [string, string]));

export function packagedZoneNames(): readonly string[] {
  return [...zones.keys(), ...targets.keys()];
}

/** Undefined where the package does not know the zone. */
export function packagedClockOf(zone: string): ZoneClock | undefined {
  const text = zones.get(targets.get(zone) ?? zone);
  return text === undefined ? undefined : new ListedClock(unpack(text));
}

/**
 * From the package's form, which is `name|abbreviations|offsets|indices|transitions|population`: offsets in minutes west of UTC, an index of an offset for each
 * period, and minutes from one transition to the next. Its own function for that needs all of moment, which is 144 kB more in the bundle.
 */
function unpack(text: string): TransitionList {
  const [, abbreviations = '', offsets = '', indices = '', transitions = ''] = text.split('|');
  const names = abbreviations.split(' ');
  const known = offsets.split(' ').map((minutes, index) => (names[index] === '-00' ? undefined : 0 - msOf(minutes)));
  const startsMs: number[] = [];
  for (const minutes of transitions === '' ? [] : transitions.split(' ')) {
    startsMs.push((startsMs.at(-1) ?? 0) + msOf(minutes));
  }
  const lastMs = startsMs.at(-1) ?? -Infinity;
  return {
    startsMs,
    offsetsMs: Array.from(indices, (index) => known[digitOf(index)]),
    endMs: lastMs >= Date.UTC(listedUntilYear) ? lastMs : Infinity,
  };
}

/** Milliseconds of minutes that are written to base 60, with seconds behind a point. */
function msOf(text: string): number {
  const [minutes = '', seconds = '0'] = text.replace('-', '').split('.');
  const whole = Array.from(minutes).reduce((sum, digit) => sum * 60 + digitOf(digit), 0);
  return (text.startsWith('-') ? -1 : 1) * (whole * 60 + digitOf(seconds)) * 1000;
}

/** 0-9, a-z, A-X. */
function digitOf(character: string): number {
  const code = character.charCodeAt(0);
  if (code >= 97) return code - 87;
  return code >= 65 ? code - 29 : code - 48;
}
