import { eventPrefix } from '../../coordination/timelines.js';
import type { ContactFacts } from './contact-facts.js';
import type { ContactEventFactDetails } from './contact-steps.js';

/** An event as Connect named it, with what it tells beyond the state of the contact. There is no slash in its type and its id. */
export interface ContactEventFact {
  readonly type: string;
  readonly at: Date;
  /** Tells it from others of its type at the same moment, where there may be some; the same in every delivery. */
  readonly id?: string;
  /** `at` is when it was sent, to the second, for the event leaves its own moment out. */
  readonly isAbout: boolean;
  readonly details: ContactEventFactDetails;
}

/** The field of the event's fact: fields of events sort by their time. */
export function eventField({ type, at, id }: ContactEventFact): string {
  const field = `${eventPrefix}${String(at.getTime()).padStart(15, '0')}/${type}`;
  return id === undefined ? field : `${field}/${id}`;
}

/** The value of the event's fact. Its members have a fixed order, so that two deliveries of one event are equal. */
export function eventValue({ isAbout, details }: ContactEventFact): string {
  return JSON.stringify(isAbout ? { ...details, isAbout } : details);
}

/** The events among the facts, oldest first. */
export function eventsOf(facts: ContactFacts): ContactEventFact[] {
  return [...facts.values()]
    .filter(({ field }) => field.startsWith(eventPrefix))
    .sort((one, other) => (one.field < other.field ? -1 : 1))
    .map(({ field, value }) => {
      const [, at = '', type = '', id] = field.split('/');
      const { isAbout = false, ...details } = JSON.parse(value) as ContactEventFactDetails & { isAbout?: boolean };
      return { type, at: new Date(Number(at)), id, isAbout, details };
    });
}

/** Whether an event of the type is among the facts. */
export function hasEvent(facts: ContactFacts, type: string): boolean {
  return [...facts.keys()].some((field) => field.startsWith(eventPrefix) && field.split('/')[2] === type);
}

/** Whether `told` has an event that is not among `known`. */
export function hasNewEvents(known: ContactFacts, told: ContactFacts): boolean {
  return [...told.keys()].some((field) => field.startsWith(eventPrefix) && !known.has(field));
}
