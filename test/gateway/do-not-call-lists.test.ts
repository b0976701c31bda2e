import { afterAll, expect, test } from '@jest/globals';
import type { FieldProblem } from '../../src/errors.js';
import { leavesWithinMs } from '../../src/ledger/pauses.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { listSettings, PolicyOnDisk } from '../support/policy-on-disk.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type RunningGateway } from '../support/start-gateway.js';

const adding =
  'mutation($input: AddToDoNotCallListInput!) { addToDoNotCallList(input: $input) { added alreadyThere } }';
const removing =
  'mutation($input: RemoveFromDoNotCallListInput!) { removeFromDoNotCallList(input: $input) { removed notThere } }';
const finding =
  'query($list: String!, $phoneNumber: PhoneNumber!) { doNotCallEntry(list: $list, phoneNumber: $phoneNumber) { reason addedAt expiresAt } }';

const list = 'own-dnc';
const numbers = Array.from({ length: 1_000 }, (_, index) => `+1206${5_550_000 + index}`);
const [phoneNumber] = numbers as [string];

let gateway: RunningGateway;
const doNotCallKeys = ['a key of the tests'] as const;
const policy = new PolicyOnDisk(listSettings([list, 'national']));
const withoutLists = new PolicyOnDisk();
afterAll(() => {
  policy.remove();
  withoutLists.remove();
});
shareGateway((started) => (gateway = started), { config: { doNotCallKeys, policy } });

const manager = { scopes: ['dnc:manage'], subject: 'ann' };
const add = (input: Record<string, unknown>, as: object = manager) =>
  gateway.clock.runUntil(
    gateway.ask<{ addToDoNotCallList: unknown }, never>(adding, { input: { list, ...input } } as never, as),
  );
const remove = (input: Record<string, unknown>) =>
  gateway.ask<{ removeFromDoNotCallList: unknown }, never>(removing, { input: { list, ...input } } as never, manager);
const find = (variables: Record<string, unknown> = {}, as: object = manager) =>
  gateway.ask<{ doNotCallEntry: unknown }, never>(finding, { list, phoneNumber, ...variables } as never, as);

test('numbers are added, found by every tenant, changed and removed, each as often as one likes', async () => {
  const addedAt = new Date(gateway.clock.now()).toISOString();
  expect((await find()).data).toEqual({ doNotCallEntry: null });
  expect((await add({ phoneNumbers: numbers, reason: 'asked us' })).data).toEqual({
    addToDoNotCallList: { added: 1_000, alreadyThere: 0 },
  });
  gateway.clock.advance(1_000);
  const expiresAt = new Date(gateway.clock.now() + 60_000).toISOString();
  const askedAtMs = gateway.clock.now();
  const again = await add({ phoneNumbers: [phoneNumber, phoneNumber, '+12065559999'], expiresAt });
  // What was marked before as being sent is on its way by then, or does not leave.
  expect(gateway.clock.now()).toBe(askedAtMs + leavesWithinMs);
  expect(again.data).toEqual({ addToDoNotCallList: { added: 1, alreadyThere: 2 } });
  expect((await find({}, { ...manager, tenant: 'globex' })).data).toEqual({
    doNotCallEntry: { reason: null, addedAt, expiresAt },
  });
  expect((await find({ list: 'national' })).data).toEqual({ doNotCallEntry: null });
  gateway.clock.advance(60_000);
  expect((await find()).data).toEqual({ doNotCallEntry: null });
  expect((await remove({ phoneNumbers: numbers })).data).toEqual({
    removeFromDoNotCallList: { removed: 999, notThere: 1 },
  });
  expect(gateway.logged()).toContain(
    '"list":"own-dnc","added":1000,"alreadyThere":0,"reason":"asked us","subject":"ann"',
  );
  expect(gateway.logged()).not.toContain('2065550');
});

test('of 1,000 numbers each that is none is named by its place, no number is told, and none is added', async () => {
  const phoneNumbers = numbers.with(7, '0206 5550007').with(12, '+1206555').with(999, 'c4n4ry');
  const { errors, body } = await add({ phoneNumbers });
  const { fields } = errors![0]!.extensions as unknown as { readonly fields: readonly FieldProblem[] };
  expect(fields.map(({ path }) => path)).toEqual([
    'input.phoneNumbers.7',
    'input.phoneNumbers.12',
    'input.phoneNumbers.999',
  ]);
  expect(body + gateway.logged()).not.toMatch(/206555000|5550007|c4n4ry/);
  expect((await find()).data).toEqual({ doNotCallEntry: null });
});

test.each([
  [{ phoneNumbers: [] }, 'input.phoneNumbers', 'arrayMinSize'],
  [{ phoneNumbers: [...numbers, phoneNumber] }, 'input.phoneNumbers', 'arrayMaxSize'],
  [{ phoneNumbers: [phoneNumber], reason: 'x'.repeat(257) }, 'input.reason', 'textLength'],
  [{ phoneNumbers: [phoneNumber], expiresAt: '2020-01-01T00:00:00Z' }, 'input.expiresAt', 'timeRange'],
  [{ phoneNumbers: [phoneNumber], list: 'another' }, 'input.list', 'isIn'],
])('an input that breaks a rule is refused (%#)', async (input, path, rule) => {
  expect((await add(input)).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', fields: [{ path, rule }] } },
  ]);
});

test('a list that the policy does not name is refused with the names of those that it has', async () => {
  const message = 'must be one of own-dnc, national';
  const { errors } = await find({ list: 'another' });
  expect(errors).toMatchObject([{ extensions: { fields: [{ path: 'list', rule: 'isIn', message }] } }]);
});

test('every operation needs dnc:manage, and one operation has room for one list of numbers', async () => {
  const as = { scopes: ['calls:start', 'calls:pause'] };
  for (const { errors } of [await add({ phoneNumbers: [phoneNumber] }, as), await find({}, as)]) {
    expect(errors).toMatchObject([{ extensions: { missingScopes: ['dnc:manage'] } }]);
  }
  const input = `{ list: "${list}", phoneNumbers: ["${phoneNumber}"] }`;
  const both = `mutation { a: addToDoNotCallList(input: ${input}) { added } b: removeFromDoNotCallList(input: ${input}) { removed } }`;
  expect((await gateway.ask(both, {}, manager)).errors).toMatchObject([
    { extensions: { code: 'OPERATION_TOO_LARGE' } },
  ]);
});

test.each([
  ['a policy', { doNotCallKeys }],
  ['keys', { policy: withoutLists }],
])('without %s there are no lists, and the answer says so', async (_what, config) => {
  await withGateway({ config }, async (plain) => {
    const input = { list, phoneNumbers: [phoneNumber] };
    for (const [query, variables] of [
      [adding, { input }],
      [removing, { input }],
      [finding, { list, phoneNumber }],
    ] as const) {
      const { errors } = await plain.ask(query, variables, manager);
      expect(errors).toMatchObject([{ extensions: { code: 'POLICY_NOT_SET', retryable: false } }]);
    }
  });
});

test('a call to a number on a list, or while calls are paused, is refused, and placed once neither is so', async () => {
  const refusals = async () => {
    const { errors } = await gateway.ask(PlaceCallDocument, { input: callInput() });
    return JSON.stringify(errors?.[0]?.extensions ?? 'placed');
  };
  const phoneNumbers = [callInput().destinationPhoneNumber];
  await add({ phoneNumbers });
  expect(await refusals()).toContain('DO_NOT_CALL');
  await remove({ phoneNumbers });
  const pausing = 'mutation { pauseOutboundCalling(input: { reason: "why" }) { id } }';
  const paused = await gateway.clock.runUntil(gateway.ask<{ pauseOutboundCalling: { id: string } }, never>(pausing));
  expect(await refusals()).toContain('PAUSED');
  expect(gateway.simulator.requests()).toEqual({});
  const resuming = 'mutation($id: ID!) { resumeOutboundCalling(id: $id) { pauses { id } } }';
  await gateway.ask(resuming, { id: paused.data!.pauseOutboundCalling.id });
  expect(await refusals()).toBe('"placed"');
});
