import { expect, test } from '@jest/globals';
import { FollowedContact } from '../../src/contacts/timeline/followed-contact.js';
import { GatewayError } from '../../src/errors.js';
import type { Requester } from '../../src/coordination/requester.js';

const key = { instanceId: 'i', id: 'c' };
const alice = { tenant: 'acme', subject: 'alice' };
const bob = { tenant: 'globex', subject: 'bob' };
const noPermit = new GatewayError('THROTTLED', 'No permit.');

/** A contact whose first read fails as said for each subject; who asked. */
function watched(failures: Readonly<Record<string, Error>>): { contact: FollowedContact; askers: string[] } {
  const askers: string[] = [];
  const contact = new FollowedContact(key, async ({ subject }: Requester) => {
    askers.push(subject);
    await Promise.resolve();
    const failure = failures[subject];
    if (failure) throw failure;
    return true;
  });
  return { contact, askers };
}

const follow = (contact: FollowedContact, requester: Requester) => contact.follow(requester, () => undefined);

test('a first read for which one follower got no permit is made again in the name of the next, once for each', async () => {
  const { contact, askers } = watched({ alice: noPermit });
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

test('Connect is asked in the names of those who follow, who came first before the others', async () => {
  const { contact } = watched({});
  expect(contact.requesters).toEqual([]);
  const followers = [alice, bob, alice].map((who) => follow(contact, who));
  expect(contact.requesters).toEqual([alice, bob]);
  await followers[0]!.return();
  expect(contact.requesters).toEqual([alice, bob]);
  await followers[1]!.return();
  await followers[1]!.return();
  expect(contact.requesters).toEqual([alice]);
  await followers[2]!.return();
  expect([contact.requesters, contact.followers]).toEqual([[], 0]);
  for (let one = 0; one < 20; one += 1) follow(contact, { tenant: 'acme', subject: String(one) });
  expect(contact.requesters.map(({ subject }) => subject).join()).toBe('0,1,2,3,4,5,6,7,8,9');
});
