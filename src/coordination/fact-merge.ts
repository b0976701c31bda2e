import { eventPrefix, maxEventFacts, type ContactFact } from './timelines.js';

/** As many facts are recorded at once at most. */
export const maxFactsPerRecord = 200;
/** Of one fact, in UTF-8. */
export const maxValueBytes = 4_096;

const fieldPattern = /^[ -~]{1,200}$/;

/**
 * Merges `facts` into `known`, last write wins, and says whether that changed a value; by the same rules as scripts/timelines.lua. The order, repetition and
 * grouping of the facts make no difference in the end.
 */
export function mergeFacts(
  known: ReadonlyMap<string, ContactFact>,
  facts: readonly ContactFact[],
): { readonly facts: ReadonlyMap<string, ContactFact>; readonly changed: boolean } {
  const merged = new Map(known);
  for (const { field, value, saidAtMs } of facts) {
    const fact = { field, value: wellFormed(value), saidAtMs };
    const other = merged.get(field);
    if (!other || isLater(fact, other)) merged.set(field, fact);
  }
  dropOldestEvents(merged);
  const changed = facts.some(({ field }) => merged.get(field)?.value !== known.get(field)?.value);
  return { facts: merged, changed };
}

/** Throws a RangeError unless every back end can keep these facts: they come from our own code, which must see to it. */
export function checkFacts(facts: readonly ContactFact[]): void {
  if (facts.length > maxFactsPerRecord) throw new RangeError(`more than ${maxFactsPerRecord} facts at once`);
  for (const { field, value, saidAtMs } of facts) {
    if (!fieldPattern.test(field))
      throw new RangeError('the field of a fact must be 1 to 200 printable ASCII characters');
    if (Buffer.byteLength(value) > maxValueBytes) {
      throw new RangeError(`the value of a fact must be at most ${maxValueBytes} bytes`);
    }
    if (!Number.isSafeInteger(saidAtMs) || saidAtMs < 0) {
      throw new RangeError('the time of a fact must be a whole number of milliseconds since the epoch');
    }
  }
}

function isLater(fact: ContactFact, other: ContactFact): boolean {
  if (fact.saidAtMs !== other.saidAtMs) return fact.saidAtMs > other.saidAtMs;
  return fact.value !== other.value && Buffer.compare(Buffer.from(fact.value), Buffer.from(other.value)) > 0;
}

/** As the value comes back from Redis: UTF-8 has no halves of characters, which a text cut to a length may end in. */
function wellFormed(value: string): string {
  return /\p{Surrogate}/u.test(value) ? Buffer.from(value).toString() : value;
}

/** What was dropped before cannot belong to those that stay now: as many greater ones were known then. */
function dropOldestEvents(facts: Map<string, ContactFact>): void {
  if (facts.size <= maxEventFacts) return;
  const events = [...facts.keys()].filter((field) => field.startsWith(eventPrefix)).sort();
  for (const field of events.slice(0, Math.max(0, events.length - maxEventFacts))) facts.delete(field);
}
