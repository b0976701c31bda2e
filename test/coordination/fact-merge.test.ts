import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkFacts, mergeFacts, maxFactsPerRecord, maxValueBytes } from '../../src/coordination/fact-merge.js';
import { maxEventFacts, type ContactFact } from '../../src/coordination/timelines.js';
import { anyFacts, anyTellingOf, eventField, factOf, lastOf, settings } from './fact-fixture.js';

const none = new Map<string, ContactFact>();
const join = (...groups: readonly (readonly ContactFact[])[]) =>
  groups.reduce<ReadonlyMap<string, ContactFact>>((known, facts) => mergeFacts(known, facts).facts, none);

describe('facts', () => {
  test.each<[string, ContactFact, ContactFact]>([
    ['was said later', factOf('queueId', 'b', 1), factOf('queueId', 'a', 2)],
    ['was said later, by a number that is not by its text', factOf('queueId', 'b', 9), factOf('queueId', 'a', 10)],
    ['was said last, as late as numbers go', factOf('queueId', 'b', 2 ** 53 - 2), factOf('queueId', 'a', 2 ** 53 - 1)],
    ['has the greater value of two said at once', factOf('queueId', 'a'), factOf('queueId', 'b')],
    ['has the longer value', factOf('queueId', 'a'), factOf('queueId', 'a\u0000')],
    ['has the greater value by UTF-8 and the smaller by UTF-16', factOf('queueId', '\uFFEE'), factOf('queueId', '😀')],
  ])('of one field leave the one that %s', (_title, loser, winner) => {
    expect(join([loser], [winner])).toEqual(new Map([['queueId', winner]]));
    expect(join([winner], [loser])).toEqual(new Map([['queueId', winner]]));
    expect(join([loser, winner])).toEqual(new Map([['queueId', winner]]));
  });

  test('join to the same, whatever the order, repetition and grouping, also past the cap of events', () => {
    let timesCapped = 0;
    fc.assert(
      fc.property(
        anyFacts.chain((facts) => fc.tuple(fc.constant(facts), anyTellingOf(facts))),
        ([facts, telling]) => {
          const last = lastOf(facts);
          expect(join(...telling.map((group) => group.facts))).toEqual(last);
          if ([...last.keys()].filter((field) => field.startsWith('event/')).length === maxEventFacts) timesCapped += 1;
        },
      ),
      { ...settings, numRuns: 200 },
    );
    expect(timesCapped).toBeGreaterThan(20);
  });

  test('join as two maps do: in either order, in any brackets, and to themselves without a change', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, anyFacts, (a, b, c) => {
        const allOf = (known: ReadonlyMap<string, ContactFact>) => [...known.values()];
        expect(join(a, b)).toEqual(join(b, a));
        expect(join(allOf(join(a, b)), c)).toEqual(join(a, allOf(join(b, c))));
        const joined = join(a, b);
        expect(mergeFacts(joined, [...a, ...allOf(joined)])).toEqual({ facts: joined, changed: false });
      }),
      { ...settings, numRuns: 100 },
    );
  });

  test('change something exactly when a value is another one than before', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (before, facts) => {
        const known = join(before);
        const values = (map: ReadonlyMap<string, ContactFact>) =>
          JSON.stringify([...map.values()].map(({ field, value }) => [field, value]).sort());
        const joined = mergeFacts(known, facts);
        expect(joined.changed).toBe(values(joined.facts) !== values(known));
      }),
      { ...settings, numRuns: 200 },
    );
  });

  test('leave the known ones as they were, and keep nothing that is no part of a fact', () => {
    const known = join([factOf('queueId', 'a', 1)]);
    const { facts } = mergeFacts(known, [{ ...factOf('queueId', 'b', 2), name: 'Rosa Canary' } as ContactFact]);
    expect([...facts]).toEqual([['queueId', factOf('queueId', 'b', 2)]]);
    expect(known.get('queueId')).toEqual(factOf('queueId', 'a', 1));
  });

  test('of events keep the latest, and none that comes too late', () => {
    const told = Array.from({ length: maxEventFacts }, (_, index) => factOf(eventField(1_000 + index), '{}'));
    const known = join(told);
    expect(mergeFacts(known, [factOf(eventField(999), '{}')])).toEqual({ facts: known, changed: false });
    const later = mergeFacts(known, [factOf(eventField(5_000), '{}')]);
    expect(later.changed).toBe(true);
    expect([...later.facts.keys()].sort()).toEqual([...told.slice(1).map(({ field }) => field), eventField(5_000)]);
  });
});

describe('what no back end could keep', () => {
  test.each<[string, readonly ContactFact[]]>([
    ['too many facts', Array.from({ length: maxFactsPerRecord + 1 }, () => factOf('queueId', 'a'))],
    ['a value that is too long', [factOf('queueId', 'ä'.repeat(maxValueBytes / 2) + 'a')]],
    ['a field without a name', [factOf('', 'a')]],
    ['a field that is too long', [factOf('q'.repeat(201), 'a')]],
    ['a field that is not ASCII', [factOf('quéue', 'a')]],
    ['a time that is no number', [factOf('queueId', 'a', Number.NaN)]],
    ['a time with a fraction', [factOf('queueId', 'a', 1.5)]],
    ['a time before 1970', [factOf('queueId', 'a', -1)]],
    ['a time that numbers cannot hold', [factOf('queueId', 'a', 2 ** 53)]],
  ])('is refused without telling it: %s', (_title, facts) => {
    expect(() => {
      checkFacts(facts);
    }).toThrow(RangeError);
    expect(() => {
      checkFacts(facts);
    }).not.toThrow(/qu/);
  });

  test('is not what is as large as it may be', () => {
    const largest = factOf('q'.repeat(200), 'ä'.repeat(maxValueBytes / 2), 2 ** 53 - 1);
    expect(() => {
      checkFacts(Array.from({ length: maxFactsPerRecord }, () => largest));
    }).not.toThrow();
  });
});
