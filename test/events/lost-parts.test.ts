import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isOver, placedFacts, toFacts, type ContactFacts } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom } from '../../src/contacts/timeline/contact-report.js';
import { stateOf } from '../../src/contacts/timeline/contact-state.js';
import { readContactEvent } from '../../src/events/contact-event.js';
import { mergeFacts } from '../../src/coordination/fact-merge.js';
import { calls } from './contact-events.js';

type Fields = Readonly<Record<string, unknown>>;

/** Every timestamp of an event, wherever it lies. */
function timestampsIn(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name.endsWith('Timestamp')) return [name];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? timestampsIn(value as Fields) : [];
  });
}

function without(names: readonly string[], fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (names.includes(name)) return [];
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [[name, isObject ? without(names, value as Fields) : value]];
    }),
  );
}

function reportIn(envelope: Fields) {
  const read = readContactEvent(JSON.stringify(envelope));
  if (read.is !== 'read') throw new Error('The event cannot be read');
  return read.event.report;
}

const joined = (parts: readonly ContactFacts[]) =>
  parts.reduce<ContactFacts>((known, told) => mergeFacts(known, [...told.values()]).facts, placedFacts);

/** One of each event's timestamps that are lost, or none, as drawn for each event. */
const losses = fc.array(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), { minLength: 12, maxLength: 12 });

test.each(calls)('Of a call $title every part of its events tells the truth, or leaves it open', ({ bodies }) => {
  const envelopes = bodies.map((body) => JSON.parse(body) as Fields & { readonly detail: Fields });
  const all = joined(envelopes.map((envelope) => toFacts(factsFrom({ ...reportIn(envelope), isDescribed: true }))));
  const truth = stateOf(all);
  const open = ['timeline', 'status', 'outcome', 'agentConnection'];
  const fields = Object.entries(truth).filter(([field]) => !open.includes(field));
  // What DescribeContact tells in the end: all but the events.
  const whole = [...all.values()]
    .filter(({ field }) => !field.startsWith('event/'))
    .map((fact) => ({ ...fact, saidAtMs: Date.parse('2026-11-21T08:00:00Z') }));
  fc.assert(
    fc.property(losses, (lost) => {
      const facts = envelopes.map((envelope, index) => {
        const names = timestampsIn(envelope.detail).filter((_name, place) => lost[index]?.[place]);
        return toFacts(factsFrom(reportIn({ ...envelope, detail: without(names, envelope.detail) })));
      });
      for (let subset = 0; subset < 2 ** facts.length; subset += 1) {
        const known = joined(facts.filter((_facts, index) => subset & (1 << index)));
        const told = stateOf(known);
        expect([null, 'UNKNOWN', truth.outcome]).toContain(told.outcome);
        expect(told.outcome === 'UNKNOWN').toBe(isOver(known) && told.outcome !== truth.outcome);
        for (const [field, value] of fields) {
          expect([null, value]).toContainEqual(told[field as keyof typeof told]);
        }
        for (const [field, value] of Object.entries(told.agentConnection ?? {})) {
          expect([null, truth.agentConnection?.[field as keyof typeof truth.agentConnection]]).toContainEqual(value);
        }
        const { timeline, ...last } = stateOf(mergeFacts(known, whole).facts);
        expect({ ...last, timeline: [] }).toEqual({ ...truth, timeline: [] });
        const steps = timeline.filter(
          ({ type }) => type !== 'CONTACT_DATA_UPDATED' && type !== 'UNKNOWN' && type !== 'AMD_DISABLED',
        );
        expect(steps.map(({ type }) => type)).toEqual(
          truth.timeline.map(({ type }) => type).filter((type) => steps.some((step) => step.type === type)),
        );
      }
    }),
    { numRuns: 4 },
  );
});
