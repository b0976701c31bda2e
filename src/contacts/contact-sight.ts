import { isDescribed, isOver, saidLastAtMs, type ContactFacts } from './timeline/contact-facts.js';

/** DescribeContact is eventually consistent: for this long after the last sign of a contact "not found" means "not visible yet". */
export const shownWithinMs = 90_000;

/**
 * What becomes of a contact that DescribeContact does not find: there is `none`; it is `awaited`; it is what others told of it (`known`); or
 * it is `lost`: accepted, and never shown since, so that nobody can tell how it went.
 */
export type HiddenContact = 'none' | 'awaited' | 'known' | 'lost';

export interface HiddenSigns {
  readonly facts: ContactFacts;
  /** How long ago it was placed, where it was placed here. */
  readonly placedAgoMs: number | undefined;
  readonly nowMs: number;
}

/** The same on every replica, for it goes by what all of them share and by the time. */
export function hiddenContact(signs: HiddenSigns): HiddenContact {
  const silentForMs = silenceMs(signs);
  if (silentForMs === undefined) return 'none';
  if (!mayBeLost(signs.facts)) return 'known';
  return silentForMs < shownWithinMs ? 'awaited' : 'lost';
}

/** In how many milliseconds the contact is lost unless there is another sign of it; Infinity for one that cannot be. */
export function lostInMs(signs: HiddenSigns): number {
  const silentForMs = silenceMs(signs);
  return silentForMs === undefined || !mayBeLost(signs.facts) ? Infinity : shownWithinMs - silentForMs;
}

/** One that Connect has shown is not lost because it shows it no more; then an answer is wrong rather than the contact. */
function mayBeLost(facts: ContactFacts): boolean {
  return !isOver(facts) && !isDescribed(facts);
}

/** How long there has been no sign of it; undefined where there never was one. */
function silenceMs({ facts, placedAgoMs, nowMs }: HiddenSigns): number | undefined {
  const heardAgoMs = facts.size > 0 ? Math.max(0, nowMs - saidLastAtMs(facts)) : undefined;
  if (heardAgoMs === undefined || placedAgoMs === undefined) return heardAgoMs ?? placedAgoMs;
  return Math.min(heardAgoMs, placedAgoMs);
}
