import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ContactStatus } from '../../src/contacts/contact-enums.js';
import { toFacts } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom } from '../../src/contacts/timeline/contact-report.js';
import { eventsOf } from '../../src/contacts/timeline/event-facts.js';
import { stateOf, statusOf } from '../../src/contacts/timeline/contact-state.js';
import { readContactEvent } from '../../src/events/contact-event.js';
import { mergeFacts } from '../../src/coordination/fact-merge.js';
import type { ContactFact } from '../../src/coordination/timelines.js';
import { describeContract } from '../coordination/replicas.js';
import { calls } from './contact-events.js';

/** How far a call is. Where the customer is gone and nothing is told of an agent yet, nobody knows whether one works on. */
const rankOf = (status: ContactStatus | null) => Object.keys(ContactStatus).indexOf(status ?? 'AFTER_CONTACT_WORK');

function factsIn(body: string): readonly ContactFact[] {
  const read = readContactEvent(body);
  if (read.is !== 'read') throw new Error('The event cannot be read');
  return factsFrom(read.event.report);
}

let names = 0;

describeContract('The events of a call', (replicas) => {
  /** Records them one after the other, at one replica or the other, and what is known after each. */
  async function recordAll(deliveries: readonly { readonly body: string; readonly there: boolean }[]) {
    const { here, there } = replicas();
    names += 1;
    const name = `instance/contact${names}`;
    const states = [];
    for (const delivery of deliveries) {
      await (delivery.there ? there : here).timelines.record(name, factsIn(delivery.body));
      const [known] = await here.timelines.find([name]);
      states.push(known?.facts ?? new Map<string, ContactFact>());
    }
    return states;
  }

  /** What an order that cannot matter comes to. */
  const byField = (facts: ReadonlyMap<string, ContactFact> | undefined) => Object.fromEntries(facts ?? []);

  test.each(calls)('$title end in the same state in any order, with doubles and gaps', async ({ bodies }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...bodies, ...bodies, ...bodies], { minLength: 1 }),
        fc.infiniteStream(fc.boolean()),
        async (delivered, coins) => {
          const inOrder = bodies.filter((body) => delivered.includes(body)).map((body) => ({ body, there: false }));
          const expected = (await recordAll(inOrder)).at(-1);
          const states = await recordAll(delivered.map((body) => ({ body, there: coins.next().value === true })));
          const reached = states.map((facts) => rankOf(statusOf(facts)));

          expect(byField(states.at(-1))).toEqual(byField(expected));
          expect(stateOf(states.at(-1)!)).toEqual(stateOf(expected!));
          expect(reached).toEqual([...reached].sort((one, other) => one - other));
          expect(reached).not.toContain(-1);
          expect(eventsOf(states.at(-1)!)).toHaveLength(inOrder.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test.each(calls)('A call $title is followed from its beginning to its end', ({ bodies, statuses }) => {
  const told: ContactFact[] = [];
  const followed = bodies.map((body) => {
    told.push(...factsIn(body));
    return statusOf(toFacts(told));
  });
  expect(followed).toEqual(statuses);
});

/** Few enough to try all orders of; of the longest call they are all but a change of its data after the end. */
const mostEvents = 8;

test.each(calls)('Events $title end in the same state in every order of every part of them', ({ bodies }) => {
  const events = bodies.slice(0, mostEvents).map(factsIn);
  const endings = new Map<number, string>();
  let orders = 0;

  function tellNext(known: ReadonlyMap<string, ContactFact>, told: number, rank: number): void {
    events.forEach((facts, index) => {
      const nowTold = told | (1 << index);
      if (nowTold === told) return;
      const joined = mergeFacts(known, facts).facts;
      const ending = JSON.stringify([...joined.values()].sort((one, other) => (one.field < other.field ? -1 : 1)));
      const reached = rankOf(statusOf(joined));
      if (reached < rank || (endings.get(nowTold) ?? ending) !== ending)
        throw new Error(`By way of ${told}: ${ending}`);
      endings.set(nowTold, ending);
      orders += 1;
      tellNext(joined, nowTold, reached);
    });
  }

  tellNext(new Map(), 0, 0);
  expect(endings.size).toBe(2 ** events.length - 1);
  expect(orders).toBeGreaterThanOrEqual(endings.size);
});
