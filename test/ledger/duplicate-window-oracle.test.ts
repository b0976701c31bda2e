import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxWindowEntries, repeatsPerMs, type WindowEntered } from '../../src/ledger/duplicate-window.js';
import { keyed } from './call-fixture.js';
import { describeLedgers } from './ledgers.js';
import { windowsOn } from './windows-on.js';

const calls = ['a', 'b', 'c', 'd'] as const;
type Call = (typeof calls)[number];

const callOf = fc.constantFrom(...calls);
const timeMs = fc.integer({ min: 1, max: 90_000 });
const step = fc.oneof(
  fc.record({ does: fc.constant('enter' as const), call: callOf, holdMs: timeMs, allowRepeat: fc.boolean() }),
  fc.record({ does: fc.constant('place' as const), call: callOf, windowMs: timeMs }),
  fc.record({ does: fc.constant('doubt' as const), call: callOf, windowMs: timeMs }),
  fc.record({ does: fc.constant('release' as const), call: callOf }),
  fc.record({
    does: fc.constant('wait' as const),
    forMs: fc.oneof(timeMs, fc.integer({ min: 0, max: repeatsPerMs })),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Known {
  readonly untilMs: number;
  readonly phase: 'pending' | 'outcome unknown' | 'placed';
  readonly contactId: string | undefined;
  readonly countsUntilMs: number;
}

/** What the window has to do, said as plainly as can be: each call by itself. */
class Oracle {
  readonly known = new Map<Call, Known>();

  constructor(private readonly maxRepeats: number) {}

  /** What is over is no longer known. */
  forget(nowMs: number): void {
    for (const [call, { untilMs, countsUntilMs }] of this.known) {
      if (Math.max(untilMs, countsUntilMs) <= nowMs) this.known.delete(call);
    }
  }

  othersLive(call: Call, nowMs: number): Known[] {
    return [...this.known].flatMap(([other, one]) => (other !== call && one.untilMs > nowMs ? [one] : []));
  }

  enter(call: Call, { holdMs, allowRepeat }: { holdMs: number; allowRepeat: boolean }, nowMs: number): WindowEntered {
    const own = this.known.get(call);
    const counts = own !== undefined && own.countsUntilMs > nowMs;
    const counted = [...this.known.values()].map((one) => one.countsUntilMs).filter((untilMs) => untilMs > nowMs);
    if (!allowRepeat) {
      const [last] = this.othersLive(call, nowMs).sort((one, other) => other.untilMs - one.untilMs);
      if (last) {
        return {
          entered: false,
          because: last.phase,
          retryAfterMs: last.untilMs - nowMs,
          contactId: last.contactId,
        };
      }
    } else if (!counts && counted.length >= this.maxRepeats) {
      // Free again when fewer than the most are left.
      const untilMs = counted.sort((a, b) => b - a)[this.maxRepeats - 1] ?? nowMs + repeatsPerMs;
      return { entered: false, because: 'too many repeats', retryAfterMs: untilMs - nowMs };
    }
    this.known.set(call, {
      untilMs: Math.max(nowMs + holdMs, own?.untilMs ?? 0),
      phase: own?.phase ?? 'pending',
      contactId: own?.contactId,
      countsUntilMs: allowRepeat && !counts ? nowMs + repeatsPerMs : (own?.countsUntilMs ?? 0),
    });
    return { entered: true };
  }

  close(call: Call, windowMs: number, contactId: string | undefined, nowMs: number): void {
    const own = this.known.get(call);
    const untilMs = nowMs + windowMs;
    const endsDoubt = contactId !== undefined && own?.phase !== 'placed';
    this.known.set(call, {
      untilMs: endsDoubt ? untilMs : Math.max(untilMs, own?.untilMs ?? 0),
      phase: contactId !== undefined || own?.phase === 'placed' ? 'placed' : 'outcome unknown',
      contactId: contactId ?? own?.contactId,
      countsUntilMs: own?.countsUntilMs ?? 0,
    });
  }

  release(call: Call): void {
    if (this.known.get(call)?.phase === 'pending') this.known.delete(call);
  }
}

let numbers = 0;

describeLedgers('the duplicate-call window', (ledgers) => {
  const replicas = () => {
    const { here, there, clock } = ledgers();
    return { here: { windows: windowsOn(here) }, there: { windows: windowsOn(there) }, clock };
  };

  test('does what an oracle says, and whatever anybody does, changes no entry but their own', async () => {
    let refusals = 0;
    const judged = fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 0, max: 3 }),
      async (steps: Step[], maxRepeats) => {
        const { here, there, clock } = replicas();
        const key = keyed(`number ${(numbers += 1)}`);
        const oracle = new Oracle(maxRepeats);
        for (const [index, one] of steps.entries()) {
          const { windows } = index % 2 ? here : there;
          if (one.does === 'wait') {
            clock.advance(one.forMs);
            continue;
          }
          const nowMs = clock.now();
          oracle.forget(nowMs);
          const before = new Map(oracle.known);
          const call = keyed(one.call);
          if (one.does === 'enter') {
            const { holdMs, allowRepeat } = one;
            const expected = oracle.enter(one.call, one, nowMs);
            const entered = await windows.enter(key, { call, owner: one.call, holdMs, allowRepeat, maxRepeats });
            expect({ contactId: undefined, ...entered }).toEqual({ contactId: undefined, ...expected });
            if (!entered.entered) refusals += 1;
            // The two promises themselves, past the oracle's own words.
            if (!allowRepeat && entered.entered) {
              for (const [other, { untilMs }] of before)
                if (other !== one.call) expect(untilMs).toBeLessThanOrEqual(nowMs);
            }
          } else if (one.does === 'release') {
            oracle.release(one.call);
            await windows.leave(key, { call, owner: one.call });
          } else {
            const contactId = one.does === 'place' ? `contact of ${one.call}` : undefined;
            const { windowMs } = one;
            oracle.close(one.call, windowMs, contactId, nowMs);
            await windows.close(key, { call, windowMs, ...(contactId === undefined ? {} : { contactId }) });
            if (contactId === undefined) {
              const untilMs = oracle.known.get(one.call)?.untilMs;
              expect(untilMs).toBeGreaterThanOrEqual(before.get(one.call)?.untilMs ?? 0);
            }
          }
          for (const [other, known] of before) if (other !== one.call) expect(oracle.known.get(other)).toEqual(known);
          // What a stranger is told is the one that rests longest.
          const [last] = [...oracle.known.values()].sort((a, b) => b.untilMs - a.untilMs);
          if (last && last.untilMs > nowMs) {
            const entry = { call: keyed('a stranger'), owner: 'a stranger', holdMs: 1, allowRepeat: false, maxRepeats };
            const told = await windows.enter(key, entry);
            expect(told).toMatchObject({ entered: false, retryAfterMs: last.untilMs - nowMs });
          }
        }
      },
    );
    await fc.assert(judged, { numRuns: 150 });
    expect(refusals).toBeGreaterThan(50);
  });

  test('keeps a bounded number of entries, of which the longest rest is never forgotten', async () => {
    const { here, there, clock } = replicas();
    const key = keyed('one number');
    const repeat = { owner: 'its effort', holdMs: 5_000, allowRepeat: true, maxRepeats: 10 * maxWindowEntries };
    const longest = { call: keyed('the longest'), windowMs: 7_200_000, contactId: 'contact' };
    await here.windows.close(key, longest);
    for (let index = 1; index < maxWindowEntries; index += 1) {
      expect(await there.windows.enter(key, { ...repeat, call: keyed(`repeat ${index}`) })).toEqual({ entered: true });
    }
    clock.advance(10);
    expect(await here.windows.enter(key, { ...repeat, call: keyed('one more') })).toEqual({
      entered: false,
      because: 'too many repeats',
      retryAfterMs: repeatsPerMs - 10,
    });
    for (let index = 0; index < 20; index += 1) {
      await there.windows.close(key, { call: keyed(`placed elsewhere ${index}`), windowMs: 60_000 });
    }
    clock.advance(repeatsPerMs);
    expect(await here.windows.enter(key, { ...repeat, call: keyed('a call'), allowRepeat: false })).toMatchObject({
      entered: false,
      retryAfterMs: 7_200_000 - repeatsPerMs - 10,
      contactId: 'contact',
    });
  });

  test('counts repeats over a rolling hour; one that was provably not placed counts no more', async () => {
    const { here, there, clock } = replicas();
    const key = keyed('one number');
    const repeat = (call: string) => ({
      call: keyed(call),
      owner: 'its effort',
      holdMs: 5_000,
      allowRepeat: true,
      maxRepeats: 2,
    });
    const refused = (retryAfterMs: number) => ({ entered: false, because: 'too many repeats', retryAfterMs });
    await here.windows.enter(key, repeat('first'));
    await here.windows.close(key, { call: keyed('first'), windowMs: 60_000, contactId: 'contact' });
    clock.advance(1_000);
    await there.windows.enter(key, repeat('second'));
    expect(await here.windows.enter(key, repeat('second'))).toEqual({ entered: true });
    expect(await here.windows.enter(key, repeat('third'))).toEqual(refused(repeatsPerMs - 1_000));
    await here.windows.leave(key, { call: keyed('second'), owner: 'its effort' });
    expect(await there.windows.enter(key, repeat('third'))).toEqual({ entered: true });
    await there.windows.close(key, { call: keyed('third'), windowMs: 60_000 });
    await here.windows.leave(key, { call: keyed('third'), owner: 'its effort' });
    expect(await there.windows.enter(key, repeat('fourth'))).toEqual(refused(repeatsPerMs - 1_000));
    clock.advance(repeatsPerMs - 1_000);
    expect(await there.windows.enter(key, repeat('fourth'))).toEqual({ entered: true });
    expect(await here.windows.enter(key, repeat('fifth'))).toEqual(refused(1_000));
    expect(await here.windows.enter(keyed('another number'), repeat('fifth'))).toEqual({ entered: true });
  });

  test('admits no repeat at all where none is allowed', async () => {
    const { here } = replicas();
    const repeat = { call: keyed('a'), owner: 'its effort', holdMs: 5_000, allowRepeat: true, maxRepeats: 0 };
    expect(await here.windows.enter(keyed('number'), repeat)).toMatchObject({ because: 'too many repeats' });
    expect(await here.windows.enter(keyed('number'), { ...repeat, allowRepeat: false })).toEqual({ entered: true });
  });
});
