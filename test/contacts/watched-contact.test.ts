import { expect, test } from '@jest/globals';
import { WatchedContact } from '../../src/contacts/timeline/watched-contact.js';
import { GatewayError } from '../../src/errors.js';
import type { Requester } from '../../src/state/requester.js';

const key = { instanceId: 'i', id: 'c' };
const alice = { tenant: 'acme', subject: 'alice' };
const bob = { tenant: 'globex', subject: 'bob' };
const noTurn = new GatewayError('THROTTLED', 'No turn.');

/** A contact whose first read fails as said for each subject; who asked. */
function watched(failures: Readonly<Record<string, Error>>): { contact: WatchedContact; askers: string[] } {
  const askers: string[] = [];
  const contact = new WatchedContact(key, 'i/c', async ({ subject }: Requester) => {
    askers.push(subject);
    await Promise.resolve();
    const failure = failures[subject];
    if (failure) throw failure;
    return true;
  });
  return { contact, askers };
}

const follow = (contact: WatchedContact, requester: Requester) => contact.follow(requester, () => undefined);

test('a first read for which one follower got no turn is made again in the name of the next, once for each', async () => {
  const { contact, askers } = watched({ alice: noTurn });
  const firsts = [alice, alice, bob, bob].map((who) => follow(contact, who).next());
  expect((await Promise.allSettled(firsts)).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(askers).toEqual(['alice', 'bob']);
});

test('a first read that failed otherwise is not made again by each who waited', async () => {
  const { contact, askers } = watched({ alice: new GatewayError('UPSTREAM_UNAVAILABLE', 'Connect fails.') });
  await Promise.allSettled([alice, bob].map((who) => follow(contact, who).next()));
  expect(askers).toEqual(['alice']);
});

test('Connect is asked in the name of whoever follows longest', async () => {
  const { contact } = watched({});
  expect(contact.requester).toBeUndefined();
  const followers = [alice, bob, alice].map((who) => follow(contact, who));
  expect(contact.requester).toEqual(alice);
  await followers[0]!.return!();
  expect(contact.requester).toEqual(bob);
  await followers[1]!.return!();
  await followers[1]!.return!();
  expect(contact.requester).toEqual(alice);
  await followers[2]!.return!();
  expect([contact.requester, contact.followers]).toEqual([undefined, 0]);
});
