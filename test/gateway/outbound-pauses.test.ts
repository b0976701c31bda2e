import { afterAll, expect, test } from '@jest/globals';
import { leavesWithinMs, mostPausesOfOneScope } from '../../src/ledger/pauses.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { shareGateway } from '../support/share-gateway.js';
import { describeOnRedis, startRedis } from '../support/start-redis.js';
import { withGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import type { TokenClaims } from '../support/issuer.js';
import { until } from '../support/until.js';

interface Pause {
  readonly id: string;
  readonly tenant: string | null;
  readonly trafficType: string | null;
  readonly reason: string;
  readonly since: string;
  readonly by?: string;
}

const fields = 'id tenant trafficType reason since';
const pausing = `mutation($input: PauseOutboundCallingInput!) { pauseOutboundCalling(input: $input) { ${fields} } }`;
const resuming = `mutation($id: ID!) { resumeOutboundCalling(id: $id) { resumed { id } pauses { id } } }`;
const listing = `{ outboundPauses { ${fields} } }`;

const own: Partial<TokenClaims> = { tenant: 'acme', subject: 'ann', scopes: ['calls:pause'] };
const stranger = { ...own, tenant: 'globex' };
const operator: Partial<TokenClaims> = { ...own, subject: 'olga', scopes: ['calls:pause', 'calls:pause-all'] };

const policy = new PolicyOnDisk();
afterAll(() => {
  policy.remove();
});

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { config: { policy } });

const pause = (input: Record<string, unknown>, as = own, on = gateway) =>
  on.clock.runUntil(on.ask<{ pauseOutboundCalling: Pause | null }, never>(pausing, { input } as never, as));
const pausesFor = async (as = own) =>
  (await gateway.ask<{ outboundPauses: Pause[] }, never>(listing, undefined, as)).data!.outboundPauses;
const resume = (id: string, as = own) =>
  gateway.ask<
    { resumeOutboundCalling: { resumed: { id: string } | null; pauses: { id: string }[] } | null },
    { id: string }
  >(resuming, { id }, as);
const codesIn = ({ errors }: GraphqlAnswer<unknown>) => errors?.map(({ extensions }) => extensions.code);

test("a pause of one's own tenant is answered a second after it stands, and again when it is asked again", async () => {
  const askedAtMs = gateway.clock.now();
  const { data } = await pause({ reason: 'wrong list' });
  expect(gateway.clock.now()).toBe(askedAtMs + leavesWithinMs);
  const standing = data!.pauseOutboundCalling!;
  const since = new Date(askedAtMs).toISOString();
  expect(standing).toMatchObject({ tenant: 'acme', trafficType: null, reason: 'wrong list', since });
  expect((await pause({ reason: 'wrong list' })).data!.pauseOutboundCalling).toEqual(standing);
  expect(await pausesFor()).toEqual([standing]);
  expect(await pausesFor(stranger)).toEqual([]);
  expect(gateway.logged()).toMatch(
    `"pauseId":"${standing.id}","pausedTenant":"acme","pausedTrafficType":"all","reason":"wrong list","subject":"ann","tenant":"acme","msg":"outbound calling paused"`,
  );
  // It is not there for others.
  expect((await resume(standing.id, stranger)).data).toEqual({ resumeOutboundCalling: { resumed: null, pauses: [] } });
  expect((await resume(standing.id)).data).toEqual({
    resumeOutboundCalling: { resumed: { id: standing.id }, pauses: [] },
  });
  expect(gateway.logged()).toContain('"msg":"outbound calling resumed"');
});

test('a resume that is asked again, or with an id of nothing, says what still holds', async () => {
  const first = (await pause({ reason: 'first' })).data!.pauseOutboundCalling!;
  const second = (await pause({ reason: 'second', trafficType: 'CAMPAIGN' })).data!.pauseOutboundCalling!;
  const pauses = [{ id: second.id }];
  expect((await resume(first.id)).data!.resumeOutboundCalling).toEqual({ resumed: { id: first.id }, pauses });
  expect((await resume(first.id)).data!.resumeOutboundCalling).toEqual({ resumed: null, pauses });
  expect((await resume('no such id')).data!.resumeOutboundCalling).toEqual({ resumed: null, pauses });
  await resume(second.id);
});

test.each([{ tenant: 'globex' }, { allTenants: true }])(
  'who lacks calls:pause-all may not pause %j, nor see who paused',
  async (more) => {
    const answer = await pause({ reason: 'why', ...more });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['calls:pause-all'] } }]);
    expect(codesIn(await gateway.ask('{ outboundPauses { by } }', undefined, own))).toEqual(['FORBIDDEN']);
    expect(await pausesFor(operator)).toEqual([]);
  },
);

test('who holds it pauses another tenant and all of them, which their callers see and do not end', async () => {
  const other = (await pause({ reason: 'why', tenant: 'globex' }, operator)).data!.pauseOutboundCalling!;
  const all = (await pause({ reason: 'why', allTenants: true }, operator)).data!.pauseOutboundCalling!;
  expect([other.tenant, all.tenant]).toEqual(['globex', null]);
  expect(await pausesFor()).toEqual([all]);
  expect(await pausesFor(stranger)).toEqual([other, all]);
  expect(await pausesFor(operator)).toEqual([other, all]);
  const seen = await gateway.ask('{ outboundPauses { by } }', undefined, operator);
  expect(seen.data).toEqual({ outboundPauses: [{ by: 'olga' }, { by: 'olga' }] });
  expect((await resume(all.id)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', missingScopes: ['calls:pause-all'] } },
  ]);
  expect((await resume(all.id, operator)).data!.resumeOutboundCalling).toMatchObject({ pauses: [{ id: other.id }] });
  expect((await resume(other.id, stranger)).data!.resumeOutboundCalling).toMatchObject({ pauses: [] });
});

test('a pause beside as many as there may be of the same calls is refused, for the calls are held', async () => {
  const ids: string[] = [];
  for (let count = 0; count < mostPausesOfOneScope; count += 1) {
    ids.push((await pause({ reason: `reason ${count}` })).data!.pauseOutboundCalling!.id);
  }
  expect((await pause({ reason: 'one more' })).errors).toMatchObject([
    { extensions: { code: 'LIMIT_EXCEEDED', retryable: false } },
  ]);
  for (const id of ids) await resume(id);
});

test('every operation needs calls:pause, and a reason', async () => {
  for (const [query, variables] of [
    [pausing, { input: { reason: 'why' } }],
    [resuming, { id: 'one' }],
    [listing, {}],
  ] as const) {
    const { errors } = await gateway.ask(query, variables, { scopes: ['calls:start', 'dnc:manage'] });
    expect(errors).toMatchObject([{ extensions: { missingScopes: ['calls:pause'] } }]);
  }
  expect((await pause({ reason: '' })).errors).toMatchObject([
    { extensions: { fields: [{ path: 'input.reason', rule: 'textLength' }] } },
  ]);
});

test('without a policy nothing is paused, and the answer says so', async () => {
  await withGateway({}, async (plain) => {
    for (const [query, variables] of [
      [pausing, { input: { reason: 'why' } }],
      [resuming, { id: 'one' }],
      [listing, {}],
    ] as const) {
      expect(codesIn(await plain.ask(query, variables, own))).toEqual(['POLICY_NOT_SET']);
    }
  });
});

describeOnRedis('while the ledger is away', () => {
  test('nothing is paused, which may be asked again, and the pause stands once it is back', async () => {
    const redis = await startRedis();
    try {
      await withGateway({ state: { redis: redis.address }, config: { policy } }, async (on) => {
        const codeOf = async () => (await pause({ reason: 'why' }, own, on)).errors?.[0]?.extensions;
        await on.clock.runUntil(until(async () => (await codeOf()) === undefined));
        await redis.stop();
        await on.clock.runUntil(until(async () => (await codeOf())?.code === 'UPSTREAM_UNAVAILABLE'));
        expect(await codeOf()).toMatchObject({ retryable: true, retryAfterMs: 1_000 });
        const listed = await on.clock.runUntil(on.ask(listing, undefined, own));
        expect(codesIn(listed)).toEqual(['UPSTREAM_UNAVAILABLE']);
        await redis.start();
        await on.clock.runUntil(until(async () => (await codeOf()) === undefined));
      });
    } finally {
      await redis.close();
    }
  });
});
