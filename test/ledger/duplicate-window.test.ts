import { expect, test } from '@jest/globals';
import { keyed } from './call-fixture.js';
import { describeLedgers } from './ledgers.js';
import { windowsOn } from './windows-on.js';

const key = keyed('a-keyed-hash-of-the-number');
/** Where nothing else is said, each call has one effort. */
const effortOf = (call: string, owner = call) => ({ call: keyed(call), owner });
const entryOf = (call: string, allowRepeat = false, maxRepeats = 5) => ({
  ...effortOf(call),
  holdMs: 10_000,
  allowRepeat,
  maxRepeats,
});

describeLedgers('the duplicate-call window of a number', (ledgers) => {
  const replicas = () => {
    const { here, there, clock } = ledgers();
    return { here: { windows: windowsOn(here) }, there: { windows: windowsOn(there) }, clock };
  };

  test('lets one of many calls in that come at once', async () => {
    const { here, there } = replicas();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).windows.enter(key, entryOf(`call-${index}`))),
    );
    expect(answers.filter(({ entered }) => entered)).toHaveLength(1);
    expect(answers).toContainEqual(
      expect.objectContaining({ entered: false, because: 'pending', retryAfterMs: 10_000 }),
    );
  });

  test('lets the same call in again, which holds the number on', async () => {
    const { here, there, clock } = replicas();
    await here.windows.enter(key, entryOf('a'));
    clock.advance(9_000);
    expect(await there.windows.enter(key, entryOf('a'))).toEqual({ entered: true });
    clock.advance(9_000);
    expect(await here.windows.enter(key, entryOf('b'))).toMatchObject({ entered: false, retryAfterMs: 1_000 });
  });

  test('is prolonged by a call that is about to be sent, and never shortened, also where its entry was lost', async () => {
    const { here, there, clock } = replicas();
    await here.windows.enter(key, entryOf('a'));
    await here.windows.prolong(key, { ...effortOf('a'), holdMs: 60_000 });
    await here.windows.prolong(key, { ...effortOf('a'), holdMs: 1_000 });
    clock.advance(20_000);
    const refused = { entered: false, because: 'pending', retryAfterMs: 40_000, contactId: undefined };
    expect(await there.windows.enter(key, entryOf('b'))).toEqual(refused);
    await here.windows.leave(key, effortOf('a'));
    await here.windows.prolong(key, { ...effortOf('a'), holdMs: 40_000 });
    expect(await there.windows.enter(key, entryOf('b'))).toEqual(refused);
    await here.windows.leave(key, effortOf('a'));
    expect(await there.windows.enter(key, entryOf('b'))).toEqual({ entered: true });
  });

  test('opens by itself when whoever held the number died', async () => {
    const { here, there, clock } = replicas();
    await here.windows.enter(key, entryOf('a'));
    clock.advance(10_000);
    expect(await there.windows.enter(key, entryOf('b'))).toEqual({ entered: true });
    expect(await there.windows.enter(key, entryOf('a'))).toMatchObject({ entered: false });
  });

  test('lets the number rest after a call, and tells which one it was', async () => {
    const { here, there, clock } = replicas();
    await here.windows.enter(key, entryOf('a'));
    clock.advance(3_000);
    await here.windows.close(key, { call: keyed('a'), windowMs: 60_000, contactId: 'contact' });
    clock.advance(20_000);
    const resting = { entered: false, because: 'placed', retryAfterMs: 40_000, contactId: 'contact' };
    expect(await there.windows.enter(key, entryOf('b'))).toEqual(resting);
    expect(await there.windows.enter(key, entryOf('a'))).toEqual({ entered: true });
    expect(await there.windows.enter(key, entryOf('b'))).toEqual(resting);
    clock.advance(40_000);
    expect(await there.windows.enter(key, entryOf('b'))).toEqual({ entered: true });
  });

  test('keeps the contact id that a later closing does not know', async () => {
    const { here, there } = replicas();
    await here.windows.close(key, { call: keyed('a'), windowMs: 60_000, contactId: 'contact' });
    await there.windows.close(key, { call: keyed('a'), windowMs: 60_000 });
    expect(await here.windows.enter(key, entryOf('b'))).toMatchObject({ contactId: 'contact' });
  });

  test('closes after a call also where its entry was lost meanwhile', async () => {
    const { here, there, clock } = replicas();
    await here.windows.enter(key, entryOf('a'));
    clock.advance(10_000);
    await there.windows.enter(key, entryOf('b'));
    await here.windows.close(key, { call: keyed('a'), windowMs: 60_000, contactId: 'contact' });
    expect(await there.windows.enter(key, entryOf('c'))).toMatchObject({ retryAfterMs: 60_000, contactId: 'contact' });
  });

  test('opens for a call that was provably not placed, and only for its own', async () => {
    const { here, there } = replicas();
    await here.windows.enter(key, entryOf('a'));
    await there.windows.leave(key, effortOf('b'));
    expect(await there.windows.enter(key, entryOf('b'))).toMatchObject({ entered: false });
    await here.windows.leave(key, effortOf('a'));
    expect(await there.windows.enter(key, entryOf('b'))).toEqual({ entered: true });
  });

  test('lets a wanted repeat pass without giving up the entry of the first call', async () => {
    const { here, there } = replicas();
    await here.windows.close(key, { call: keyed('a'), windowMs: 60_000, contactId: 'first' });
    expect(await there.windows.enter(key, entryOf('b', true))).toEqual({ entered: true });
    await there.windows.leave(key, effortOf('b'));
    expect(await here.windows.enter(key, entryOf('c'))).toMatchObject({ entered: false, contactId: 'first' });
    await there.windows.close(key, { call: keyed('b'), windowMs: 60_001, contactId: 'second' });
    expect(await here.windows.enter(key, entryOf('c'))).toMatchObject({ entered: false, contactId: 'second' });
  });

  test('keeps a wanted repeat on a free number as any other call', async () => {
    const { here, there } = replicas();
    await here.windows.enter(key, entryOf('a', true));
    expect(await there.windows.enter(key, entryOf('b'))).toMatchObject({ entered: false });
  });

  test.each([false, true])(
    'keeps the entry for which another effort has entered since, however late the first one gives up (allowRepeat: %s)',
    async (allowRepeat) => {
      const { here, there } = replicas();
      await here.windows.enter(key, { ...entryOf('a', allowRepeat, 1), owner: 'first' });
      expect(await there.windows.enter(key, { ...entryOf('a', allowRepeat, 1), owner: 'second' })).toEqual({
        entered: true,
      });
      await here.windows.leave(key, effortOf('a', 'first'));
      expect(await here.windows.enter(key, entryOf('b', allowRepeat, 1))).toMatchObject({ entered: false });
      await there.windows.leave(key, effortOf('a', 'second'));
      expect(await here.windows.enter(key, entryOf('b', allowRepeat, 1))).toEqual({ entered: true });
    },
  );
});
