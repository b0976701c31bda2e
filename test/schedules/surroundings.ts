import type { Choices } from './choices.js';
import type { VirtualTime } from './virtual-time.js';

/** What may become of a request on its way, or of the replica that makes it. */
export const mishaps = [
  'slow request',
  'slow answer',
  'lost request',
  'lost answer',
  'doubled',
  'dies before',
  'dies after',
  'stalls before',
  'stalls after',
  'is cut off',
] as const;
export type Mishap = (typeof mishaps)[number];

/** What may become of a request to place a call besides. */
export const upsets = [
  'refused',
  'throttled',
  'failed',
  'failed though placed',
  'never sent',
  'no contact id',
] as const;
export type Upset = (typeof upsets)[number];

/** With how many chances in a thousand each happens. */
export type Odds<Name extends string> = readonly (readonly [Name, number])[];

/** What everything in a schedule shares. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly choices: Choices;
  odds: Odds<Mishap>;
  connectOdds: Odds<Mishap | Upset>;
  /** How often the store loses something, where it may, at each commit, in a thousand; `copies`: how often it ceases to copy what it is told to its replica, where it has one. */
  forgets: { readonly store: number; readonly copies: number; readonly coordination: number };
  readonly tell: (who: string, words: () => string) => void;
}

/**
 * Not the same in all schedules, so that what rarely comes together does so in some: each is left out, rare or frequent. In some schedules most messages are slow or lost, and replicas stand still for long,
 * so that one failure meets the next before it is made up for, and little else goes wrong.
 */
export function drawnOdds<Name extends string>(choices: Choices, names: readonly Name[]): Odds<Name> {
  const isSluggish = choices.of([false, false, false, true]);
  const odds = (name: Name) => {
    if (!isSluggish) return [0, 0, 4, 15, 50];
    return /slow|lost|stalls/.test(name) ? [50, 100, 150] : [0, 0, 0, 0, 4];
  };
  return names.map((name) => [name, choices.of(odds(name))] as const);
}

/** The way of a message that nothing holds up. */
export function shortWayMs(choices: Choices): number {
  return 1 + choices.below(12);
}

/** Whatever arrives at Connect does so within this of having been sent. */
export const longestWayMs = 10_000;

const slowWaysMs = [60, 180, 400, 900, 2_300, 5_600];
export const stallsMs = [800, 3_800, 4_600, 5_500, 11_000, 70_000];

export function slowWayMs(choices: Choices): number {
  return choices.of(slowWaysMs);
}
