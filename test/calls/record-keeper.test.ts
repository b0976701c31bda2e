import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { RecordKeeper } from '../../src/calls/record-keeper.js';
import { createLog } from '../../src/log.js';
import { MemoryState } from '../../src/state/memory.js';
import { StateUnavailable, type SharedState } from '../../src/state/state.js';
import { keyed } from '../state/call-fixture.js';
import { TestClock } from '../support/test-clock.js';

const entry = {
  key: keyed('call'),
  fenceKey: keyed('number'),
  fenceCall: keyed('one call'),
  placed: {
    contactId: 'contact-1',
    instanceId: 'instance',
    contactFlowId: 'flow',
    fingerprint: keyed('fingerprint'),
    placedAtMs: 1,
  },
};
const question = { fingerprint: keyed('fingerprint'), resendWindowMs: 60_000 };

function keeperOver(failures: number) {
  const clock = new TestClock();
  const memory = new MemoryState({
    clock,
    turns: {
      campaignShare: 0.1,
      maxWaitingPerSubject: () => undefined,
      quotaFor: () => ({ ratePerSecond: 1, burst: 1 }),
    },
  });
  let left = failures;
  // The connection stands; only the answer to a write does not come.
  const calls = new Proxy(memory.calls, {
    get: (target, name) => {
      if (name === 'recordPlaced' && left-- > 0) return () => Promise.reject(new StateUnavailable(true));
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  const state: SharedState = {
    calls,
    fences: memory.fences,
    placements: memory.placements,
    timelines: memory.timelines,
    turns: memory.turns,
    health: memory.health,
    close: () => memory.close(),
  };
  let logged = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged += String(chunk);
      done();
    },
  });
  const keeper = new RecordKeeper(state, 60_000, clock, createLog('warn', sink));
  return { clock, memory, keeper, state, logged: () => logged };
}

test('what could not be written is written a second later, and again until it is', async () => {
  const { clock, memory, keeper, state } = keeperOver(2);
  expect(await keeper.record(entry, state)).toBe('contact-1');
  expect(await memory.calls.look(keyed('call'), question)).toEqual({ is: 'free' });
  for (let retry = 1; retry <= 2; retry += 1) {
    await clock.whenWaitingFor(1_000);
    clock.advance(1_000);
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(await memory.calls.look(keyed('call'), question)).toMatchObject({
    is: 'placed',
    facts: { contactId: 'contact-1' },
  });
});

test('a second contact of one call is an alarm, and the first one stays', async () => {
  const { keeper, state, logged } = keeperOver(0);
  await keeper.record(entry, state);
  const second = { ...entry, placed: { ...entry.placed, contactId: 'contact-2' } };
  expect(await keeper.record(second, state)).toBe('contact-1');
  expect(logged()).toContain('ALARM');
});
