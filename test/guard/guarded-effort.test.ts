import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CallEffort } from '../../src/calls/call-effort.js';
import { CallLedger } from '../../src/calls/call-ledger.js';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import type { Clock } from '../../src/clock.js';
import { CallGuard } from '../../src/guard/call-guard.js';
import { PolicyKeeper } from '../../src/guard/policy-keeper.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { addPause, leavesWithinMs, pausesSpec, type PausesRecord } from '../../src/ledger/pauses.js';
import { createLog } from '../../src/log.js';
import { noMeters } from '../../src/meters.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { keyed } from '../ledger/call-fixture.js';
import { describeLedgers, type Ledgers } from '../ledger/ledgers.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';

const log = createLog('silent');
const rules = { duplicateWindowMs: 0, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
const caller = { subject: 'agent\0', tenant: 'acme', scopes: new Set<string>(), expiresAtMs: Infinity };
const onePerDay = {
  defaults: '{ frequency: [{ id: day, per: destination, max: 1, in: 24h }] }',
  tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
};

function tests(ledgers: () => Ledgers) {
  let policy: PolicyOnDisk;
  let keeper: PolicyKeeper;
  /** How far the clock of the gateway is ahead of the ledger's. */
  let gatewayAheadMs: number;

  beforeEach(() => {
    gatewayAheadMs = 0;
    policy = new PolicyOnDisk(onePerDay);
    const opened = PolicyKeeper.open({
      path: policy.path,
      hasListKeys: true,
      clock: ledgers().clock,
      log,
      meters: noMeters,
    });
    if (!(opened instanceof PolicyKeeper)) throw new Error(opened.problems.join('\n'));
    keeper = opened;
  });
  afterEach(() => {
    keeper.stop();
    policy.remove();
  });

  function take(settings: Readonly<Record<string, string>>): void {
    policy.write(settings);
    keeper.reload();
  }

  function intended(name: string): IntendedCall {
    const { clock } = ledgers();
    const skewed: Clock = {
      now: () => clock.now() + gatewayAheadMs,
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => clock.after(ms, callback),
    };
    const secrets = { stateSecret: 'a secret', doNotCallKeys: undefined };
    const parts = { currentPolicy: () => keeper.current(), clock: skewed, ...secrets };
    const [key, entry] = [keyed(`call ${name}`), keyed(`entry ${name}`)];
    const number = '+12065550100';
    const guard = new CallGuard(parts, {
      ...{ key, entry, caller, destination: number, phoneKey: number },
      ...{ callerNumber: undefined, callerPhoneKey: undefined },
      said: {
        ...{ contactFlowId: 'flow', queueId: undefined, trafficType: 'GENERAL', purpose: undefined },
        ...{ calleeTimeZone: undefined, calleeState: undefined, consentReference: undefined },
      },
    });
    return {
      ...{ key, windowEntry: entry, guard, caller, log },
      ...{ requestHash: keyed('request'), windowKey: keyed('number'), clientToken: name, allowRepeat: false },
      request: { InstanceId: 'instance', ContactFlowId: 'flow' },
      deadlineAtMs: clock.monotonic() + 10_000,
    } as unknown as IntendedCall;
  }

  /** What an effort to place a call comes to by these steps. */
  function attempt<T>(name: string, work: (effort: CallEffort) => Promise<T>, store = ledgers().here): Promise<T> {
    const { clock } = ledgers();
    return new CallLedger({ store, clock, log, rules }).attempt(intended(name), work);
  }

  const deadlineAtMs = () => ledgers().clock.monotonic() + 10_000;
  const rowsOf = (name: string) => ledgers().there.decisions(keyed(`call ${name}`));
  const place = (name: string) =>
    attempt(name, async (effort) => {
      await effort.claim();
      await effort.markSending(deadlineAtMs());
      return effort.placed(`contact of ${name}`);
    });
  const isCapped = { code: 'POLICY_REFUSED', details: { refusals: [{ reason: 'FREQUENCY_CAP' }] } };

  test('is recorded: admitted, dialed, placed; and refused', async () => {
    await place('one');
    const [admitted, dialed, placed, ...more] = await rowsOf('one');
    const verdict = {
      tenant: 'acme',
      subject: 'agent\uFFFD',
      isAllowed: true,
      reasons: [],
      policyVersion: '1',
      region: 'US',
    };
    expect(admitted).toMatchObject({ ...verdict, phase: 'ADMIT' });
    expect(dialed).toMatchObject({ ...verdict, phase: 'MAY_DIAL', detail: { allowedBy: ['defaults.frequency.day'] } });
    expect(placed).toMatchObject({ phase: 'OUTCOME', of: dialed!.id, outcome: 'PLACED', contactId: 'contact of one' });
    expect(more).toEqual([]);
    await expect(place('two')).rejects.toMatchObject(isCapped);
    expect(await rowsOf('two')).toMatchObject([{ phase: 'ADMIT', isAllowed: false, reasons: ['FREQUENCY_CAP'] }]);
    expect(JSON.stringify([await rowsOf('one'), await rowsOf('two')])).not.toContain('2065550100');
  });

  test('counts from its claim on, and no more once it gave up', async () => {
    await attempt('one', async (effort) => {
      await effort.claim();
      await expect(place('two')).rejects.toMatchObject(isCapped);
      await effort.markSending(deadlineAtMs());
      await expect(place('two')).rejects.toMatchObject(isCapped);
      expect(await effort.giveUp()).toBe(true);
    });
    expect((await rowsOf('one')).at(-1)).toMatchObject({ phase: 'OUTCOME', outcome: 'NOT_PLACED' });
    await place('two');
  });

  test('counts for a day once its outcome is unknown, also where nobody lives to tell', async () => {
    const { clock } = ledgers();
    await attempt('one', async (effort) => {
      await effort.claim();
      await effort.markSending(deadlineAtMs());
    });
    clock.advance(24 * 3_600_000 - 10_000);
    await expect(place('two')).rejects.toMatchObject(isCapped);
    clock.advance(10_001);
    await place('two');
  });

  test('counts once, however often its claim and its mark are made', async () => {
    take({ ...onePerDay, defaults: '{ frequency: [{ id: day, per: destination, max: 2, in: 24h }] }' });
    for (let round = 0; round < 3; round += 1) {
      await attempt('one', async (effort) => {
        await effort.claim();
        await effort.markSending(deadlineAtMs());
        await effort.markSending(deadlineAtMs());
        if (round < 2) await effort.giveUp();
      });
    }
    await place('two');
    await expect(place('three')).rejects.toMatchObject(isCapped);
  });

  test('is held to the policy that is newest when it is dialed', async () => {
    await attempt('one', async (effort) => {
      await effort.claim();
      take({ defaults: '{ destination: { callingCodes: ["44"] } }' });
      await expect(effort.markSending(deadlineAtMs())).rejects.toMatchObject({
        code: 'POLICY_REFUSED',
        details: { refusals: [{ reason: 'CALLING_CODE_NOT_ALLOWED' }] },
      });
      expect(await effort.giveUp()).toBe(true);
    });
    const [, dialed, ...more] = await rowsOf('one');
    expect(dialed).toMatchObject({ phase: 'MAY_DIAL', isAllowed: false, reasons: ['CALLING_CODE_NOT_ALLOWED'] });
    expect(more).toEqual([]);
    take(onePerDay);
    await place('two');
  });

  test('is dialed before a pause, or not at all', async () => {
    const { there } = ledgers();
    const pause = () =>
      new LedgerView(there).apply<[PausesRecord], unknown>([pausesSpec], ([record], nowMs) => {
        const { answer, ...next } = addPause(record, { id: 'one', reason: 'stop', by: 'ann' }, nowMs);
        return { next: [next], answer };
      });
    await attempt('one', async (effort) => {
      await effort.claim();
      await pause();
      await expect(effort.markSending(deadlineAtMs())).rejects.toMatchObject({
        code: 'POLICY_REFUSED',
        retryable: false,
        details: { refusals: [{ rule: 'pause', reason: 'PAUSED' }] },
      });
    });
  });

  test('is marked again where the answer to its mark took longer than a request may take to leave', async () => {
    const { here, clock } = ledgers();
    await attempt('one', async (effort) => {
      await effort.claim();
      const commit = here.commit.bind(here);
      here.commit = async (...args) => {
        here.commit = commit;
        const committed = await commit(...args);
        clock.advance(leavesWithinMs + 1);
        return committed;
      };
      expect(await effort.markSending(deadlineAtMs())).toBe(clock.monotonic() + leavesWithinMs);
    });
    const dialed = (await rowsOf('one')).filter(({ phase }) => phase === 'MAY_DIAL');
    expect(dialed).toHaveLength(2);
  });

  test('is not dialed where the commit of its mark is lost, and where the clocks of gateway and ledger are apart', async () => {
    const { here, clock } = ledgers();
    await attempt('one', async (effort) => {
      await effort.claim();
      const commit = here.commit.bind(here);
      here.commit = () => Promise.reject(new StoreUnavailable());
      const marking = effort.markSending(clock.monotonic() + 1_000);
      await expect(clock.runUntil(marking)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      here.commit = commit;
    });
    expect(await rowsOf('one')).toHaveLength(1);
    if (!here.hasOwnClock) return;
    await attempt('two', async (effort) => {
      clock.advance(24 * 3_600_000);
      await effort.claim();
      gatewayAheadMs = 2_001;
      await expect(effort.markSending(deadlineAtMs())).rejects.toMatchObject({
        details: { refusals: [{ rule: 'clock', reason: 'GUARD_UNAVAILABLE' }] },
      });
    });
  });

  test('places nothing once the policy could not be read for longer than its maxAge', async () => {
    const { clock } = ledgers();
    policy.write({ defaults: 'nonsense' });
    keeper.reload();
    await place('one');
    clock.advance(24 * 3_600_000 + 1);
    await expect(place('two')).rejects.toMatchObject({
      code: 'POLICY_REFUSED',
      details: { refusals: [{ rule: 'policy', reason: 'GUARD_UNAVAILABLE' }] },
    });
    expect(await rowsOf('two')).toMatchObject([{ isAllowed: false, policyVersion: 'none' }]);
  });

  test('is told what rules in shadow count, which stops no call', async () => {
    take({
      ...onePerDay,
      defaults: '{}',
      rules: '[{ id: few, source: nobody, mode: shadow, frequency: { max: 1, in: 24h } }]',
    });
    await place('one');
    await place('two');
    const [, dialed] = await rowsOf('two');
    expect(dialed).toMatchObject({
      isAllowed: true,
      detail: { findings: [{ check: 'rules.few.frequency', effect: 'DEFER' }] },
    });
  });
}

describeLedgers('a call under a policy', tests, { inClusters: false });
