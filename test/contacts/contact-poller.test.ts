import { expect, test } from '@jest/globals';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { quotaFor } from '../../src/connect/quotas.js';
import { ContactPoller, type PollTarget } from '../../src/contacts/timeline/contact-poller.js';
import { FollowedContact } from '../../src/contacts/timeline/followed-contact.js';
import { GatewayError } from '../../src/errors.js';
import { createLog } from '../../src/log.js';
import { seed } from '../../src/simulator/seed.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import type { Requester } from '../../src/coordination/requester.js';
import { TestClock } from '../support/test-clock.js';

/** A poller with its permits; who was asked for in whose name, and when. */
function started() {
  const clock = new TestClock(0);
  const state = new MemoryCoordination({
    clock,
    rateLimiter: {
      campaignShare: 0.1,
      maxWaitingPerSubject: () => undefined,
      quotaFor: (operation) => quotaFor(operation, new Map()),
    },
  });
  const clients = createConnectClients({
    region: seed.region,
    // Nothing is sent.
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    connectionTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
  });
  /** Subjects that get no permit of DescribeContact. */
  const throttled = new Set<string>();
  const asked: { readonly subject: string; readonly name: string; readonly atMs: number }[] = [];
  const poller = new ContactPoller({
    timelines: state.timelines,
    connect: new Connect(clients, new PermitQueue(state.rateLimiter, clock), clock),
    clock,
    log: createLog('silent'),
    hasEvents: false,
  });
  const how = (name: string): PollTarget => ({
    lostInMs: () => Infinity,
    ask: ({ subject }) => {
      asked.push({ subject, name, atMs: clock.monotonic() });
      return throttled.has(subject) ? Promise.reject(new GatewayError('THROTTLED', 'No permit.')) : Promise.resolve();
    },
  });
  const all = new Map<string, FollowedContact>();
  const follow = (requester: Requester, name: string) => {
    const known = all.get(name);
    const followed = known ?? new FollowedContact({ instanceId: 'i', id: name }, () => Promise.resolve(true));
    all.set(name, followed);
    const follower = followed.follow(requester, () => {
      if (followed.followers === 0) poller.remove(followed);
    });
    if (!known) poller.add(followed, how(name));
    return follower;
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    }
  };
  /** There is news of it. */
  const hear = (name: string) => {
    poller.recordActivity(all.get(name)!);
  };
  return { asked, throttled, follow, hear, pass };
}

test.each([
  ['another tenant', { tenant: 'globex', subject: 'bob' }],
  ['another subject of the tenant', { tenant: 'acme', subject: 'bob' }],
])('one who follows thousands leaves %s the permits to ask after what it follows', async (_title, bob) => {
  const { asked, follow, pass } = started();
  const followers = Array.from({ length: 2_000 }, (_none, index) =>
    follow({ tenant: 'acme', subject: 'alice' }, `a${index}`),
  );
  await pass(5_000);
  followers.push(follow(bob, 'b'));
  await pass(30_000);
  const [alices, bobs] = ['alice', 'bob'].map((subject) => asked.filter((one) => one.subject === subject)) as [
    typeof asked,
    typeof asked,
  ];
  // After 2 s of silence, then after 3.2, 5.1, 8.2 and so on, and a second or so of waiting for each permit.
  expect(bobs.length).toBeGreaterThanOrEqual(4);
  expect(bobs[0]!.atMs).toBeLessThanOrEqual(5_000 + 2_000 + 2_000);
  // Nothing of the quota, five permits a second, is lost.
  expect(alices.length + bobs.length).toBeGreaterThanOrEqual(5 * 31);
  await Promise.all(followers.map((follower) => follower.return()));
});

test('one who follows thousands does not keep from another one the news of a contact that both follow', async () => {
  const { asked, follow, pass } = started();
  const alice = { tenant: 'acme', subject: 'alice' };
  const bob = { tenant: 'acme', subject: 'bob' };
  const followers = Array.from({ length: 2_000 }, (_none, index) => follow(alice, `a${index}`));
  followers.push(follow(alice, 'both'), follow(bob, 'both'));
  await pass(30_000);
  expect(asked.filter(({ name }) => name === 'both').length).toBeGreaterThanOrEqual(4);
  await Promise.all(followers.map((follower) => follower.return()));
});

test('contacts that there is news of do not hold up a silent one of the same follower', async () => {
  const { asked, follow, hear, pass } = started();
  const alice = { tenant: 'acme', subject: 'alice' };
  const bob = { tenant: 'acme', subject: 'bob' };
  const heard = Array.from({ length: 100 }, (_none, index) => `b${index}`);
  const followers = Array.from({ length: 2_000 }, (_none, index) => follow(alice, `a${index}`));
  followers.push(...heard.map((name) => follow(bob, name)), follow(bob, 'silent'));
  // All are due by now and wait for their permits.
  await pass(2_500);
  heard.forEach(hear);
  await pass(2_000);
  expect(asked.map(({ name }) => name)).toContain('silent');
  await Promise.all(followers.map((follower) => follower.return()));
});

test('where one follower gets no permit, Connect is asked in the name of the next', async () => {
  const { asked, throttled, follow, pass } = started();
  throttled.add('alice');
  const followers = ['alice', 'bob'].map((subject) => follow({ tenant: 'acme', subject }, 'both'));
  await pass(3_000);
  expect(asked.map(({ subject }) => subject)).toEqual(['alice', 'bob']);
  await Promise.all(followers.map((follower) => follower.return()));
});

test('what is no longer followed is not asked for, though it was due', async () => {
  const { asked, follow, pass } = started();
  const followers = Array.from({ length: 100 }, (_none, index) =>
    follow({ tenant: 'acme', subject: 'alice' }, `a${index}`),
  );
  await pass(4_000);
  const before = asked.length;
  await Promise.all(followers.map((follower) => follower.return()));
  await pass(30_000);
  // Those that waited for a permit already.
  expect(asked.length - before).toBeLessThanOrEqual(4);
});
