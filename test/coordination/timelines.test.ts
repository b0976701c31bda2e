import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxFactsPerRecord, maxValueBytes } from '../../src/coordination/fact-merge.js';
import { maxEventFacts, type ContactFact } from '../../src/coordination/timelines.js';
import type { Coordination } from '../../src/coordination/coordination.js';
import { anyFacts, anyTellingOf, eventField, factOf, lastOf, settings } from './fact-fixture.js';
import { describeContract } from './replicas.js';

const contact = 'instance/contact';

async function factsOf({ timelines }: Coordination, name = contact): Promise<ReadonlyMap<string, ContactFact>> {
  const [known] = await timelines.find([name]);
  return known?.facts ?? new Map<string, ContactFact>();
}

let markers = 0;

/** The versions that `state` is told of the contact, and a way to wait until all that was told before has come. */
function hear({ timelines }: Coordination, name = contact) {
  const told: (number | undefined)[] = [];
  const unsubscribe = timelines.changed(name, (version) => told.push(version));
  return {
    told,
    settled: async (): Promise<readonly (number | undefined)[]> => {
      // News of one node of a Cluster comes in order, and up to the brace both are of one slot: what was told before that of this contact has come when it has.
      const marker = `${name}}marker/${(markers += 1)}`;
      await new Promise<void>((resolve) => {
        timelines.changed(marker, () => {
          resolve();
        });
        void timelines.record(marker, [factOf('isOver', 'true')]);
      });
      unsubscribe();
      return told;
    },
  };
}

describeContract('timelines', (replicas) => {
  test('are found on every replica, in the order asked for, with gaps where nothing is known', async () => {
    const { here, there } = replicas();
    const fact = factOf('queueId', 'queue');
    expect(await here.timelines.record('i/one', [fact])).toEqual({ changed: true, version: 1 });
    await there.timelines.record('i/two', [factOf('isOver', 'true', 5)]);
    expect(await there.timelines.find(['i/two', 'i/unknown', 'i/one'])).toEqual([
      { facts: new Map([['isOver', factOf('isOver', 'true', 5)]]), version: 1 },
      undefined,
      { facts: new Map([['queueId', fact]]), version: 1 },
    ]);
    expect(await there.timelines.find([])).toEqual([]);
  });

  test('take a step of the version with each record that changed a value', async () => {
    const { here, there } = replicas();
    const record = (...facts: ContactFact[]) => there.timelines.record(contact, facts);
    expect(await record(factOf('queueId', 'a', 1), factOf('isOver', 'true', 1))).toEqual({ changed: true, version: 1 });
    expect(await record(factOf('queueId', 'b', 2))).toEqual({ changed: true, version: 2 });
    expect(await record(factOf('queueId', 'c', 1))).toEqual({ changed: false, version: 2 });
    expect(await record(factOf('queueId', 'b', 2))).toEqual({ changed: false, version: 2 });
    expect(await here.timelines.find([contact])).toMatchObject([{ version: 2 }]);
  });

  test('keep that the same was said later, which is no change and no news', async () => {
    const { here, there } = replicas();
    const { settled } = hear(there);
    await here.timelines.record(contact, [factOf('queueId', 'a', 1)]);
    expect(await here.timelines.record(contact, [factOf('queueId', 'a', 10)])).toEqual({ changed: false, version: 1 });
    expect(await here.timelines.record(contact, [factOf('queueId', 'b', 9)])).toEqual({ changed: false, version: 1 });
    expect(await factsOf(there)).toEqual(new Map([['queueId', factOf('queueId', 'a', 10)]]));
    expect(await settled()).toEqual([1]);
  });

  test('know nothing of a contact of which nothing was said', async () => {
    const { here, there } = replicas();
    expect(await here.timelines.record(contact, [])).toEqual({ changed: false, version: 0 });
    expect(await there.timelines.find([contact])).toEqual([undefined]);
  });

  test.each([2 ** 53 - 1, 2 ** 53 - 2, 1_795_262_400_123, 100_000_000_000_000, 0])(
    'keep the time %d to the millisecond',
    async (saidAtMs) => {
      const { here, there } = replicas();
      await here.timelines.record(contact, [factOf('queueId', 'b', saidAtMs)]);
      expect(await factsOf(there)).toEqual(new Map([['queueId', factOf('queueId', 'b', saidAtMs)]]));
      expect(await there.timelines.record(contact, [factOf('queueId', 'a', saidAtMs)])).toMatchObject({
        changed: false,
      });
    },
  );

  test('take as much at once as may be, and nothing of what is too much', async () => {
    const { here, there } = replicas();
    const value = 'x'.repeat(maxValueBytes);
    const facts = Array.from({ length: maxFactsPerRecord }, (_, index) => factOf(eventField(index), value));
    await expect(here.timelines.record(contact, [...facts, factOf('queueId', 'a')])).rejects.toThrow(RangeError);
    await expect(here.timelines.record(contact, [factOf('queueId', `${value}x`)])).rejects.toThrow(RangeError);
    expect(await there.timelines.find([contact])).toEqual([undefined]);
    expect(await here.timelines.record(contact, facts)).toEqual({ changed: true, version: 1 });
    const latest = facts.slice(-maxEventFacts).map(({ field }) => field);
    expect([...(await factsOf(there)).keys()].sort()).toEqual(latest);
    expect(await there.timelines.record(contact, facts)).toEqual({ changed: false, version: 1 });
  });

  test('end in the same whatever the order, repetition, grouping and replica, and tell of each change once', async () => {
    const { here, there } = replicas();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        anyFacts.chain((facts) => fc.tuple(fc.constant(facts), anyTellingOf(facts))),
        async ([facts, telling]) => {
          const name = `instance/contact-${(runs += 1)}`;
          const ears = [hear(here, name), hear(there, name)];
          const answers = await Promise.all(
            telling.map((group) => (group.byHere ? here : there).timelines.record(name, group.facts)),
          );
          const versions = answers.filter(({ changed }) => changed).map(({ version }) => version);
          expect(await factsOf(here, name)).toEqual(lastOf(facts));
          expect(await there.timelines.find([name])).toEqual(await here.timelines.find([name]));
          const steps = Array.from({ length: versions.length }, (_, index) => index + 1);
          expect(versions.sort((one, other) => one - other)).toEqual(steps);
          for (const { settled } of ears) expect(await settled()).toEqual(steps);
        },
      ),
      { ...settings, numRuns: 100 },
    );
    expect(runs).toBeGreaterThanOrEqual(100);
  });

  test('tell nobody who unsubscribed, and nobody of another contact', async () => {
    const { here, there } = replicas();
    const other = hear(there, 'instance/other');
    const gone: unknown[] = [];
    there.timelines.changed(contact, (version) => gone.push(version))();
    const { told, settled } = hear(there);
    await here.timelines.record(contact, [factOf('queueId', 'a')]);
    await settled();
    expect(told).toEqual([1]);
    expect(gone).toEqual([]);
    expect(await other.settled()).toEqual([]);
  });

  test('tell every replica, also the one that says so, which contact is out of date, and nobody who unsubscribed', async () => {
    const { here, there } = replicas();
    const gone: unknown[] = [];
    there.timelines.invalidated((name) => gone.push(name))();
    const heard = [here, there].map(
      ({ timelines }) =>
        new Promise((resolve) => {
          timelines.invalidated(resolve);
        }),
    );
    await here.timelines.invalidate(contact);
    expect(await Promise.all(heard)).toEqual([contact, contact]);
    expect(gone).toEqual([]);
    expect(await there.timelines.find([contact])).toEqual([undefined]);
  });

  test('let one of two replicas ask Connect, however many try at once', async () => {
    const { here, there } = replicas();
    const claims = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? here : there).timelines.claimPolling(contact, 60_000),
    );
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    expect(await there.timelines.claimPolling('instance/other', 0.5)).toBe(true);
  });
});
