import fc, { type Arbitrary } from 'fast-check';
import { maxEventFacts, type ContactFact } from '../../src/coordination/timelines.js';

/** Of all properties of timelines: a failure is the same in the next run; fast-check prints it with the seed and what it found. */
export const settings = { seed: 20_261_121 };

export const factOf = (field: string, value: string, saidAtMs = 1_795_262_400_000): ContactFact => ({
  field,
  value,
  saidAtMs,
});

export const eventField = (atMs: number, type = 'QUEUED') => `event/${String(atMs).padStart(15, '0')}/${type}`;

/** More events than stay, so that the cap is crossed. */
const events = Array.from({ length: maxEventFacts + 26 }, (_, index) =>
  eventField(1_795_262_400_000 + index * 700, index % 2 ? 'QUEUED' : 'CONNECTED_TO_AGENT'),
);

const field = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('queueId', 'isOver', 'initiationTimestamp', 'Event/0', 'event', 'eventual') },
  { weight: 5, arbitrary: fc.constantFrom(...events) },
);

/** Among them some whose order is another one by UTF-16 units, by letters, or by numbers. */
const value = fc.oneof(
  fc.constantFrom('', 'a', 'B', 'ab', 'a\u0000b', '9', '10', ' 1', 'ä', 'z', '\uFFEE', '😀', '😀'.slice(0, 1)),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const saidAtMs = fc.oneof(
  fc.constantFrom(0, 1, 1_795_262_400_000, 1_795_262_400_001, 2 ** 53 - 2, 2 ** 53 - 1),
  fc.maxSafeNat(),
);

/** Facts of one contact, many of which are of the same field or were said at the same moment. */
export const anyFacts: Arbitrary<ContactFact[]> = fc.array(fc.record({ field, value, saidAtMs }), {
  maxLength: 180,
  size: 'max',
});

/** The same facts told in another order, some of them twice, in groups, each by one of two replicas. */
export function anyTellingOf(facts: readonly ContactFact[]): Arbitrary<{ byHere: boolean; facts: ContactFact[] }[]> {
  return fc
    .record({
      order: fc.shuffledSubarray([...facts], { minLength: facts.length }),
      again: fc.shuffledSubarray([...facts], { maxLength: Math.min(20, facts.length) }),
      groups: fc.array(fc.record({ byHere: fc.boolean(), length: fc.integer({ min: 1, max: 60 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
    })
    .map(({ order, again, groups }) => {
      const left = [...order, ...again];
      const told = groups.map(({ byHere, length }) => ({ byHere, facts: left.splice(0, length) }));
      return left.length > 0 ? [...told, { byHere: true, facts: left }] : told;
    });
}

/** What must be known in the end, found without joining anything: by field, the last of all that was said. */
export function lastOf(facts: readonly ContactFact[]): ReadonlyMap<string, ContactFact> {
  const asKept = facts.map((fact) => ({ ...fact, value: Buffer.from(fact.value).toString() }));
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const byTime = asKept.sort(
    (one, other) => one.saidAtMs - other.saidAtMs || (hex(one.value) < hex(other.value) ? -1 : 1),
  );
  const last = new Map(byTime.map((fact) => [fact.field, fact]));
  const toldEvents = [...last.keys()].filter((name) => name.startsWith('event/')).sort();
  for (const name of toldEvents.reverse().slice(maxEventFacts)) last.delete(name);
  return last;
}
