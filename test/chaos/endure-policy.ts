import { setTimeout as sleep } from 'node:timers/promises';
import { callKeyFor, connectTokenFor } from '../../src/calls/call-keys.js';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import type { DecisionRow } from '../../src/ledger/decision-entry.js';
import { createLog } from '../../src/log.js';
import { noMeters } from '../../src/meters.js';
import { seed as directory } from '../../src/simulator/seed.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { openStores } from '../../src/stores.js';
import { PolicyOnDisk } from '../support/policy-on-disk.js';
import { askingGateway, Callers, ownDestination, type Ask, type IntendedCall, type Wanted } from './callers.js';
import { disturb, planDisturbances, type Disturbance } from './disturbances.js';
import { failOver, failovers, type FailoverTimes, type SplitSides } from './fail-over.js';
import { injectFaults } from './faults.js';
import { judgePolicy, withoutOutcome, type PolicyEvidence, type PolicyVerdict } from './policy-verdict.js';
import { chanceFrom, type Chance } from './random.js';
import { startRig, stateSecret, type Rig, type RigOptions } from './rig.js';
import { stopCalls, type Stops } from './stops.js';
import type { LedgerMoment } from './ledger-access.js';

export interface PolicyOptions extends RigOptions, FailoverTimes {
  readonly seed: number;
  /** Each of whom wants one call after another. */
  readonly callers: number;
  /** How often one destination is wanted, on average: more often than the cap allows. */
  readonly callsPerDestination: number;
  /** Of calls to one destination within a day. */
  readonly cap: number;
  /** How long gateways are killed and stores restarted, before the ledger fails over where it can. */
  readonly forMs: number;
  readonly freezeMs: number;
  readonly freezeAt: LedgerMoment;
  /** On average. */
  readonly faultEveryMs: number;
}

export interface PolicyEndured {
  readonly verdict: PolicyVerdict;
  readonly calls: readonly IntendedCall[];
  /** How often callers were answered so. */
  readonly answers: ReadonlyMap<string, number>;
  readonly destinations: number;
  readonly placed: number;
  readonly starts: number;
  readonly decisions: number;
  readonly stops: Stops;
  /** Outcomes that only the log of a gateway tells, which was killed while the ledger was away. */
  readonly onlyLogged: number;
  readonly sides: readonly SplitSides[];
  readonly failovers: number;
  readonly alarms: number;
  readonly planned: readonly Disturbance[];
  readonly missed: readonly Disturbance[];
}

const tenants = ['acme', 'globex'] as const;
const list = 'own-dnc';
const dayMs = 86_400_000;

/** A caller hangs up a little after the gateway's own deadline of 10 s. */
const patienceMs = 12_000;
/** For as long may callers find out what became of a call: all that goes wrong, and pauses, may keep them from it for minutes. */
const unknownResendSeconds = 600;
const settleMs = 120_000;
/** For what is written once the ledger is back. */
const outcomesWithinMs = 10_000;
const calmMs = 2_000;
/** So many calls are the ones that are wanted now. */
const recentCalls = 60;

/** Everything goes wrong at once while calls are held to a policy, numbers get onto its list, and pauses come and go. */
export async function endurePolicy(options: PolicyOptions): Promise<PolicyEndured> {
  const { ledger, cap } = options;
  const policy = new PolicyOnDisk(policyOf(cap));
  const rig = await startRig(options, {
    hasReplica: ledger !== 'redis',
    environment: {
      AUTH_TENANT_CLAIM: 'tenant',
      POLICY_FILE: policy.path,
      DO_NOT_CALL_KEYS: 'a key of the harness',
      // The cap alone is to hold calls to one number apart.
      DUPLICATE_CALL_WINDOW_SECONDS: '0',
      UNKNOWN_RESEND_SECONDS: String(unknownResendSeconds),
      // A machine that has too much to do is no outage.
      REDIS_COMMAND_TIMEOUT_MS: '5000',
      DATABASE_TIMEOUT_MS: '5000',
    },
  });
  try {
    return await endureOn(rig, options);
  } finally {
    await rig.stop();
    policy.remove();
  }
}

function policyOf(cap: number): Readonly<Record<string, string>> {
  return {
    lists: `{ ${list}: { kind: doNotCall, store: ledger } }`,
    defaults: `{ frequency: [{ id: per-day, per: destination, max: ${cap}, in: 24h, scope: all }], lists: [${list}] }`,
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
  };
}

async function endureOn(rig: Rig, options: PolicyOptions): Promise<PolicyEndured> {
  const { simulator, seats } = rig;
  const { seed, cap, callers: callersAtOnce, callsPerDestination, faultEveryMs } = options;
  const chance = chanceFrom(seed);
  const urls = () => seats.map(({ replica }) => replica.url);
  const askingAs = new Map<string, Ask>(
    await Promise.all(
      tenants.map(async (tenant) => {
        const token = await rig.tokenWith({ tenant, scopes: ['calls:start', 'contacts:read'] });
        return [tenant, askingGateway(token, patienceMs)] as const;
      }),
    ),
  );
  const wanted = wantedOften(callsPerDestination, chanceFrom(seed + 2));
  const callers = new Callers((url, call) => askingAs.get(call.tenant)!(url, call), urls, chanceFrom(seed + 1), wanted);
  const end = new AbortController();
  const injecting = injectFaults(simulator, { chance, everyMs: faultEveryMs, signal: end.signal });
  const stopping = stopCalls({
    urls,
    token: await rig.tokenWith({ scopes: ['calls:pause', 'calls:pause-all', 'dnc:manage'] }),
    chance: chanceFrom(seed + 3),
    tenants,
    list,
    wanted: () => callers.calls.slice(-recentCalls).map(({ destination }) => destination),
    patienceMs,
    signal: end.signal,
  });
  callers.crowd(callersAtOnce);
  const { planned, missed, sides } = await disturbAll(rig, options, chance);
  end.abort();
  const [stops] = await Promise.all([stopping, injecting]);
  await callers.finish(settleMs);
  const seen = {
    ...stops,
    calls: callers.calls,
    placed: simulator.calls(),
    starts: seats.flatMap(({ upstream }) => upstream.starts),
    tokenOf,
    owedByKilled: new Set(seats.flatMap(({ replica }) => replica.owedByKilled)),
    cap: { withinMs: dayMs, max: cap },
  };
  const decisions = await decisionsOnceWritten(rig, seen);
  return {
    verdict: judgePolicy({ ...seen, decisions }),
    calls: seen.calls,
    answers: callers.answers,
    destinations: new Set(seen.calls.map(({ destination }) => destination)).size,
    placed: seen.placed.length,
    starts: seen.starts.length,
    decisions: [...decisions.values()].reduce((sum, rows) => sum + rows.length, 0),
    stops,
    onlyLogged:
      withoutOutcome({ ...seen, decisions, owedByKilled: new Set() }).length -
      withoutOutcome({ ...seen, decisions }).length,
    sides: sides.filter((one) => one !== undefined),
    failovers: sides.length,
    alarms: seats.reduce((sum, { replica }) => sum + replica.alarms, 0),
    planned,
    missed,
  };
}

/** Destinations one after another, of which some are wanted at once, by any tenant. */
function wantedOften(callsPerDestination: number, chance: Chance): (index: number) => Wanted {
  return (index) => ({
    ...ownDestination(Math.floor((index + chance.between(0, 3 * callsPerDestination)) / callsPerDestination)),
    tenant: chance.one(tenants),
  });
}

/** Kills and restarts for `forMs`; then each failover that the ledger survives, with more kills. */
async function disturbAll(rig: Rig, options: PolicyOptions, chance: Chance) {
  const plan = planDisturbances(chance, { ...options, empties: options.ledger === 'postgres' });
  const [early] = await Promise.all([disturb(rig, plan), sleep(options.forMs)]);
  const planned = [...plan];
  const missed = [...early];
  const sides: (SplitSides | undefined)[] = [];
  for (const failover of options.ledger === 'redis' ? [] : failovers) {
    const kills = (['marked', 'committed'] as const).map((moment, seat): Disturbance => ({
      kind: 'kill',
      moment,
      seat,
      atMs: chance.between(0, calmMs),
    }));
    const [unkilled, side] = await Promise.all([disturb(rig, kills), failOver(rig, failover, options)]);
    planned.push(...kills);
    missed.push(...unkilled);
    sides.push(side);
    await sleep(calmMs);
  }
  return { planned, missed, sides };
}

function namesOf({ tenant, clientToken }: IntendedCall) {
  return { tenant, clientToken, instanceId: directory.instanceId };
}

function tokenOf(call: IntendedCall): string {
  return connectTokenFor({ ...namesOf(call), destinationPhoneNumber: call.destination });
}

/** The record of decisions of each call, once it has the outcomes of all that were placed, or nobody writes them any more. */
async function decisionsOnceWritten(
  { environment, ledger }: Rig,
  seen: Omit<PolicyEvidence, 'decisions'>,
): Promise<ReadonlyMap<IntendedCall, readonly DecisionRow[]>> {
  const config = readConfig({ ...environment, ...ledger.environment(`127.0.0.1:${ledger.primary}`) });
  const stores = openStores(config, { clock: systemClock, log: createLog('silent'), meters: noMeters });
  try {
    const untilMs = performance.now() + outcomesWithinMs;
    for (;;) {
      const decisions = new Map<IntendedCall, readonly DecisionRow[]>();
      for (const call of seen.calls) {
        decisions.set(call, await onceUp(() => stores.ledger.decisions(callKeyFor(stateSecret, namesOf(call)))));
      }
      if (performance.now() > untilMs || withoutOutcome({ ...seen, decisions }).length === 0) return decisions;
      await sleep(500);
    }
  } finally {
    await stores.close();
  }
}

/** Asks a store again, for some seconds, that has no connection yet. */
async function onceUp<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || left === 0) throw error;
      await sleep(100);
    }
  }
}
