import { beforeEach, expect, test } from '@jest/globals';
import { CallLedger } from '../../src/calls/call-ledger.js';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import { CallGuard, type GuardParts } from '../../src/guard/call-guard.js';
import type { GuardedCall } from '../../src/guard/guarded-call.js';
import { keptForMs } from '../../src/ledger/ledger.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { readPolicyFile } from '../../src/policy-file.js';
import { keyed, question } from '../ledger/call-fixture.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { TestClock } from '../support/test-clock.js';

const policy = new PolicyOnDisk({
  defaults: '{ frequency: [{ id: month, per: destination, max: 2, in: 30d }] }',
  tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
});
const taken = readPolicyFile(policy.path);
policy.remove();
if ('problems' in taken) throw new Error(JSON.stringify(taken.problems));

const log = createLog('silent');
const rules = { duplicateWindowMs: 60_000, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
const placing = 30_000;
let clock: TestClock;
let ledger: CallLedger;
let store: MemoryLedger;

beforeEach(() => {
  clock = new TestClock();
  store = new MemoryLedger({ clock });
  ledger = new CallLedger({ store, clock, log, rules });
});

/** One request for a call under this key. */
function request(key = 'call', tenant = 'acme'): IntendedCall {
  const parts: GuardParts = {
    currentPolicy: () => taken as never,
    clock,
    stateSecret: 'secret',
    doNotCallKeys: undefined,
  };
  const call = {
    key: keyed(key),
    phoneKey: '+12065550100',
    callerPhoneKey: undefined,
    caller: { tenant, subject: 'ann', scopes: new Set() },
    destination: '+12065550100',
    callerNumber: undefined,
    said: { contactFlowId: 'flow', trafficType: 'GENERAL' },
  } as unknown as GuardedCall;
  return {
    key: keyed(key),
    requestHash: question.requestHash,
    windowKey: keyed('number'),
    windowEntry: keyed(`entry of ${key}`),
    allowRepeat: true,
    request: { InstanceId: 'instance', ContactFlowId: 'flow' },
    guard: new CallGuard(parts, call),
    deadlineAtMs: clock.monotonic() + placing,
    log,
  } as unknown as IntendedCall;
}

/** Rings unless it is refused, by which the promise rejects. */
const ring = (call: IntendedCall, contactId: string) =>
  ledger.attempt(call, async (effort) => {
    const claimed = await effort.claim();
    if (claimed.is !== 'mine') return claimed;
    await effort.markSending(call.deadlineAtMs);
    return effort.placed(contactId);
  });
const capped = { code: 'POLICY_REFUSED', details: { refusals: [{ reason: 'FREQUENCY_CAP' }] } };

test('under a key whose record is over another call is placed, and counts beside the one before', async () => {
  await ring(request(), 'first');
  expect(await ring(request(), 'none')).toMatchObject({ is: 'placed', contactId: 'first' });
  clock.advance(keptForMs + 1);
  await ring(request(), 'second');
  clock.advance(keptForMs + 1);
  await expect(ring(request(), 'third')).rejects.toMatchObject(capped);
});

test('what was not placed takes nothing from what was placed under its key before', async () => {
  await ring(request(), 'first');
  clock.advance(keptForMs + 1);
  const again = request();
  await ledger.attempt(again, async (effort) => {
    await effort.claim();
    await effort.markSending(again.deadlineAtMs);
    await effort.giveUp();
  });
  await ring(request('other'), 'second');
  await expect(ring(request('third'), 'third')).rejects.toMatchObject(capped);
});

test('an effort that takes a call over counts it as the one before did, sent or not', async () => {
  const lost = request();
  await ledger.attempt(lost, (effort) => effort.claim());
  await ring(request('other'), 'first');
  await expect(ring(request('third'), 'third')).rejects.toMatchObject(capped);
  clock.advance(6_000);
  const sent = request();
  await ledger.attempt(sent, async (effort) => {
    expect(await effort.claim()).toEqual({ is: 'mine', unknownForMs: undefined });
    await effort.markSending(sent.deadlineAtMs);
  });
  clock.advance(6_000);
  await ring(request(), 'second');
  await expect(ring(request('third'), 'third')).rejects.toMatchObject(capped);
});

test('whatever a tenant is called, databases take the decisions about its calls, and tell it from others', async () => {
  const tenants = [
    'long'.repeat(1_000),
    `${'long'.repeat(1_000)}er`,
    `${'x'.repeat(255)}\u{1F600}`,
    'half\0 \uD800',
    '__proto__',
  ];
  const rows = await Promise.all(
    tenants.map(async (tenant, index) => {
      await ring(request(`call ${index}`, tenant), `contact ${index}`);
      return (await store.decisions(keyed(`call ${index}`))).map((row) => row.tenant);
    }),
  );
  const told = rows.flat();
  expect(told).toHaveLength(3 * tenants.length);
  expect(new Set(told).size).toBe(tenants.length);
  expect(told.filter((tenant) => tenant.length > 300 || /[\0\p{Surrogate}]/u.test(tenant))).toEqual([]);
});
