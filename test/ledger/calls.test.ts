import { expect, test } from '@jest/globals';
import { callsOn } from './calls-on.js';
import { claimOf, keyed, leaseOf, placedAs, placement, question, unknownFor } from './call-fixture.js';
import { describeLedgers } from './ledgers.js';

const key = keyed('a-keyed-hash-of-the-call');

describeLedgers('the record of a call', (ledgers) => {
  const replicas = () => {
    const { here, there, clock } = ledgers();
    return { here: { calls: callsOn(here) }, there: { calls: callsOn(there) }, clock };
  };

  test('is free until it is claimed, and then held for as long as the lease lasts', async () => {
    const { here, there, clock } = replicas();
    expect(await there.calls.look(key, question)).toEqual({ is: 'free' });
    expect(await here.calls.claim(key, claimOf('a'))).toEqual({ is: 'mine', unknownForMs: undefined });
    clock.advance(2_000);
    expect(await there.calls.look(key, question)).toEqual({ is: 'leased', leaseLeftMs: 3_000 });
  });

  test('goes to one of two owners who claim it at once', async () => {
    const { here, there } = replicas();
    const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
    const answers = await Promise.all(
      owners.map((owner, index) => (index % 2 ? here : there).calls.claim(key, claimOf(owner))),
    );
    expect(answers.map(({ is }) => is).sort()).toEqual([...Array<string>(19).fill('leased'), 'mine']);
  });

  test('is claimed again by the same owner, whose first answer may have been lost', async () => {
    const { here, there } = replicas();
    await here.calls.claim(key, claimOf('a'));
    expect(await here.calls.claim(key, claimOf('a'))).toMatchObject({ is: 'mine' });
    expect(await there.calls.claim(key, claimOf('b'))).toMatchObject({ is: 'leased' });
    expect(await here.calls.markSending(key, leaseOf('a'))).toBe(true);
  });

  test('stays with an owner who renews', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    for (let beat = 0; beat < 3; beat += 1) {
      clock.advance(4_000);
      expect(await here.calls.renew(key, leaseOf('a'))).toBe(true);
    }
    expect(await there.calls.claim(key, claimOf('b'))).toEqual({ is: 'leased', leaseLeftMs: 5_000 });
  });

  test('refuses to let an owner send who was paused past the lease, taken over or not', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    clock.advance(5_000);
    expect(await here.calls.markSending(key, leaseOf('a'))).toBe(false);
    expect(await here.calls.renew(key, leaseOf('a'))).toBe(false);
    expect(await there.calls.claim(key, claimOf('b'))).toMatchObject({ is: 'mine' });
    expect(await here.calls.markSending(key, leaseOf('a'))).toBe(false);
    expect(await here.calls.release(key, leaseOf('a'))).toBe(false);
    expect(await here.calls.endLease(key, leaseOf('a'))).toBe(false);
    expect(await there.calls.markSending(key, leaseOf('b'))).toBe(true);
  });

  test('starts afresh, even for another call, when its owner died before sending', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    clock.advance(5_000);
    expect(await there.calls.look(key, { ...question, requestHash: keyed('other') })).toEqual({ is: 'free' });
    expect(await there.calls.claim(key, claimOf('b', { requestHash: keyed('other') }))).toEqual({
      is: 'mine',
      unknownForMs: undefined,
    });
  });

  test('is taken over with its doubt when its owner died while sending', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    clock.advance(1_000);
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(4_000);
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(5_000);
    expect(await there.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 9_000 });
    expect(await there.calls.claim(key, claimOf('b'))).toEqual({ is: 'mine', unknownForMs: 9_000, hasLapsed: true });
    expect(await there.calls.release(key, leaseOf('b'))).toBe(false);
    clock.advance(6_000);
    expect(await here.calls.claim(key, claimOf('c'))).toEqual({ is: 'mine', unknownForMs: 15_000, hasLapsed: true });
  });

  test('is forgotten when its owner knows that nothing was placed, as after a refusal', async () => {
    const { here, there } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    expect(await here.calls.release(key, leaseOf('a'))).toBe(true);
    expect(await there.calls.look(key, question)).toEqual({ is: 'free' });
  });

  test('is not forgotten once an attempt may have been accepted, whatever a later one answers', async () => {
    const { here, there } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    expect(await here.calls.markUnknown(key, leaseOf('a'))).toBe(true);
    await here.calls.markSending(key, leaseOf('a'));
    expect(await here.calls.release(key, leaseOf('a'))).toBe(false);
    expect(await there.calls.look(key, question)).toEqual({ is: 'leased', leaseLeftMs: 5_000 });
  });

  test.each([
    ['a call of which nothing was sent', false, { is: 'free' }],
    ['a call that was sent', true, { is: 'open', unknownForMs: 0 }],
  ])('is let go before the lease ends: %s', async (_title, wasSent, found) => {
    const { here, there } = replicas();
    await here.calls.claim(key, claimOf('a'));
    if (wasSent) await here.calls.markSending(key, leaseOf('a'));
    expect(await here.calls.endLease(key, leaseOf('a'))).toBe(true);
    expect(await there.calls.look(key, question)).toEqual(found);
    expect(await here.calls.release(key, leaseOf('a'))).toBe(!wasSent);
  });

  test('is lost when nobody asked again in time: nothing may be sent any more', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(60_000);
    expect(await there.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 60_000 });
    clock.advance(1);
    expect(await there.calls.look(key, question)).toEqual({ is: 'expired' });
    expect(await there.calls.claim(key, claimOf('b'))).toEqual({ is: 'expired' });
  });

  test.each(['leased', 'open', 'expired', 'placed'])(
    'is a conflict for another requestHash while it is %s',
    async (state) => {
      const { here, there, clock } = replicas();
      await here.calls.claim(key, claimOf('a'));
      if (state !== 'leased') await here.calls.markSending(key, leaseOf('a'));
      if (state === 'open') await here.calls.endLease(key, leaseOf('a'));
      if (state === 'expired') clock.advance(60_001);
      if (state === 'placed') await here.calls.recordPlaced(key, placedAs('contact'));
      expect(await there.calls.look(key, question)).toMatchObject({ is: state });
      expect(await there.calls.look(key, { ...question, requestHash: keyed('other') })).toEqual({ is: 'conflict' });
      expect(await there.calls.claim(key, claimOf('b', { requestHash: keyed('other') }))).toEqual({ is: 'conflict' });
      expect(await there.calls.look(key, question)).toMatchObject({ is: state });
    },
  );

  test('keeps the contact of a placed call for good, and nobody can claim, mark or release it any more', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    expect(await here.calls.recordPlaced(key, placedAs('contact'))).toBe('contact');
    clock.advance(86_400_000);
    const placed = { is: 'placed', facts: { contactId: 'contact', placedAtMs: placement.placedAtMs } };
    expect(await there.calls.look(key, question)).toEqual(placed);
    expect(await there.calls.claim(key, claimOf('b'))).toEqual(placed);
    for (const change of ['renew', 'markSending', 'markUnknown', 'endLease', 'release'] as const) {
      expect(await here.calls[change](key, leaseOf('a'))).toBe(false);
    }
    expect(await there.calls.look(key, question)).toEqual(placed);
  });

  test('takes the contact id from an owner whose call another took over, or gave up as unknown', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(5_000);
    await there.calls.claim(key, claimOf('b'));
    await there.calls.endLease(key, leaseOf('b'));
    expect(await here.calls.recordPlaced(key, placedAs('contact'))).toBe('contact');
    expect(await there.calls.look(key, question)).toMatchObject({ is: 'placed', facts: { contactId: 'contact' } });
  });

  test('tells of a second contact id, keeps the first, and takes the first one twice', async () => {
    const { here, there } = replicas();
    await here.calls.recordPlaced(key, placedAs('first'));
    expect(await there.calls.recordPlaced(key, placedAs('second'))).toBe('first');
    expect(await there.calls.recordPlaced(key, placedAs('first'))).toBe('first');
    expect(await there.calls.look(key, question)).toMatchObject({ is: 'placed', facts: { contactId: 'first' } });
  });

  test('belongs to the call that was placed, when the record was lost and another call claimed the key since', async () => {
    const { here, there } = replicas();
    await there.calls.claim(key, claimOf('b', { requestHash: keyed('other') }));
    await here.calls.recordPlaced(key, placedAs('contact'));
    expect(await here.calls.look(key, question)).toMatchObject({ is: 'placed' });
    expect(await there.calls.look(key, { ...question, requestHash: keyed('other') })).toEqual({ is: 'conflict' });
    expect(await there.calls.markSending(key, leaseOf('b'))).toBe(false);
  });

  test('of another request that was placed under the key keeps its own contact id, and leaves the record as it is', async () => {
    const { here, there } = replicas();
    await there.calls.recordPlaced(key, placedAs('contact'));
    const other = { ...placedAs('other contact'), requestHash: keyed('other') };
    expect(await here.calls.recordPlaced(key, other)).toBe('other contact');
    expect(await there.calls.look(key, question)).toMatchObject({ is: 'placed', facts: { contactId: 'contact' } });
  });

  test('gets its doubt back from an owner whose record was lost while sending', async () => {
    const { here, there } = replicas();
    expect(await here.calls.claim(key, claimOf('a', { unknown: unknownFor(7_000) }))).toEqual({
      is: 'mine',
      unknownForMs: 7_000,
    });
    expect(await here.calls.release(key, leaseOf('a'))).toBe(false);
    await here.calls.endLease(key, leaseOf('a'));
    expect(await there.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 7_000 });
  });

  test('gets its doubt back also where another has claimed the lost record since', async () => {
    const { here, there, clock } = replicas();
    await there.calls.claim(key, claimOf('b'));
    expect(await here.calls.claim(key, claimOf('a', { unknown: unknownFor(7_000) }))).toEqual({
      is: 'leased',
      leaseLeftMs: 5_000,
    });
    expect(await there.calls.release(key, leaseOf('b'))).toBe(false);
    clock.advance(5_000);
    expect(await here.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 12_000 });
  });

  test('starts afresh for an owner whose lease ran out before it could send, whatever it had marked', async () => {
    const { here, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(6_000);
    expect(await here.calls.claim(key, claimOf('a'))).toEqual({ is: 'mine', unknownForMs: undefined });
    expect(await here.calls.release(key, leaseOf('a'))).toBe(true);
  });

  test('keeps its doubt for an owner whose lease ran out after an attempt that may have been accepted', async () => {
    const { here, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    await here.calls.markUnknown(key, leaseOf('a'));
    clock.advance(6_000);
    expect(await here.calls.claim(key, claimOf('a'))).toEqual({ is: 'mine', unknownForMs: 6_000 });
    expect(await here.calls.release(key, leaseOf('a'))).toBe(false);
  });

  test('counts the doubt from the first attempt, also when a later one is the uncertain one', async () => {
    const { here, there, clock } = replicas();
    await here.calls.claim(key, claimOf('a'));
    await here.calls.markSending(key, leaseOf('a'));
    clock.advance(3_000);
    await here.calls.markUnknown(key, leaseOf('a'));
    await here.calls.endLease(key, leaseOf('a'));
    expect(await there.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 3_000 });
  });

  test('takes no doubt from another call that had the key before the record was lost', async () => {
    const { here, there } = replicas();
    await there.calls.claim(key, claimOf('b'));
    const stranger = claimOf('a', {
      requestHash: keyed('other'),
      unknown: { requestHash: keyed('other'), forMs: 7_000 },
    });
    expect(await here.calls.claim(key, stranger)).toEqual({ is: 'conflict' });
    expect(await there.calls.release(key, leaseOf('b'))).toBe(true);
  });

  test('belongs to the request that may have been placed, also where another one asks first once the record was lost', async () => {
    const { here, there } = replicas();
    const other = claimOf('a', { requestHash: keyed('other'), unknown: unknownFor(7_000) });
    expect(await here.calls.claim(key, other)).toEqual({ is: 'conflict' });
    expect(await there.calls.look(key, question)).toEqual({ is: 'open', unknownForMs: 7_000 });
  });

  test('gets no doubt from another request that had the key before the record was lost', async () => {
    const { here, there, clock } = replicas();
    const other = { ...question, requestHash: keyed('other') };
    await there.calls.claim(key, claimOf('b', other));
    expect(await here.calls.claim(key, claimOf('a', { ...other, unknown: unknownFor(7_000) }))).toEqual({
      is: 'leased',
      leaseLeftMs: 5_000,
    });
    expect(await there.calls.markSending(key, leaseOf('b'))).toBe(true);
    clock.advance(1_000);
    await there.calls.endLease(key, leaseOf('b'));
    expect(await here.calls.claim(key, claimOf('a', { ...other, unknown: unknownFor(8_000) }))).toMatchObject({
      is: 'mine',
      unknownForMs: 1_000,
    });
  });

  test('is lost also where the doubt that comes back is too old', async () => {
    const { here, there } = replicas();
    expect(await here.calls.claim(key, claimOf('a', { unknown: unknownFor(60_001) }))).toEqual({ is: 'expired' });
    expect(await there.calls.claim(key, claimOf('b'))).toEqual({ is: 'expired' });
  });

  test.each(['endLease', 'release', 'recordPlaced'] as const)(
    'wakes who waits on another replica: %s',
    async (operation) => {
      const { here, there } = replicas();
      await here.calls.claim(key, claimOf('a'));
      let timesTold = 0;
      const told = new Promise<void>((resolve) => {
        there.calls.changed(key, () => {
          timesTold += 1;
          resolve();
        });
      });
      there.calls.changed(keyed('another-call'), () => {
        throw new Error('told of a call that is not its own');
      });
      await here.calls.renew(key, leaseOf('a'));
      if (operation === 'recordPlaced') await here.calls.recordPlaced(key, placedAs('contact'));
      else await here.calls[operation](key, leaseOf('a'));
      await told;
      expect(timesTold).toBe(1);
    },
  );

  test('wakes nobody who unsubscribed', async () => {
    const { here, there } = replicas();
    await here.calls.claim(key, claimOf('a'));
    let timesTold = 0;
    const unsubscribe = there.calls.changed(key, () => {
      timesTold += 1;
    });
    const stillToldAfterwards = new Promise<void>((resolve) => {
      there.calls.changed(key, resolve);
    });
    unsubscribe();
    await here.calls.endLease(key, leaseOf('a'));
    await stillToldAfterwards;
    expect(timesTold).toBe(0);
  });
});
