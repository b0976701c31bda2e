import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { askAgain, askingGateway, Callers, type IntendedCall } from './callers.js';
import { failOverGroup, type GroupFailover, type GroupFault, type GroupFaultTimes } from './fail-over-group.js';
import { failOver, type Failover, type FailoverTimes, type SplitSides } from './fail-over.js';
import { waitsForReplica } from './ledger-servers.js';
import { chanceFrom } from './random.js';
import { startClusterGroup, startSentinelGroup, type GroupOptions, type Topology } from './redis-groups.js';
import {
  startGateways,
  startRig,
  type FurtherGatewaysOptions,
  type Gateways,
  type GatewaysOptions,
  type RigOptions,
} from './rig.js';
import { judgeFailover, prematureDenials, type FailoverVerdict } from './verdict.js';

/** When Connect takes a token for that of a new call: once its call has ended, or so long after its first request, whatever became of the call. */
export type Forgets = 'at the end of a call' | 'after UNKNOWN_RESEND_SECONDS';

/** The calls that are wanted throughout. */
export interface CallsOptions {
  readonly forgets: Forgets;
  readonly seed: number;
  readonly callsPerSecond: number;
  /** How long nothing goes wrong before, and after. */
  readonly calmMs: number;
  readonly unknownResendSeconds: number;
  /** How long callers may ask on when nothing goes wrong any more. */
  readonly settleMs: number;
  /** Of the gateways, over what all have. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface FailoverOptions extends Omit<RigOptions, 'tokenAfterEnd'>, CallsOptions, FailoverTimes {
  readonly failover: Failover;
  readonly hosts: 'one' | 'several';
}

export interface PlacedThroughout {
  readonly verdict: FailoverVerdict;
  readonly calls: readonly IntendedCall[];
  /** How often callers were answered so, before those who were acknowledged asked once more. */
  readonly answers: ReadonlyMap<string, number>;
  readonly placed: number;
  readonly longestWithoutCallMs: number;
  readonly prematureDenials: number;
  readonly alarms: number;
}

export interface FailedOver extends PlacedThroughout {
  readonly sides: SplitSides | undefined;
}

/** A caller hangs up a little after the gateway's own deadline of 10 s. */
const patienceMs = 12_000;
/** Until what was placed while the ledger was away is written, a second after it is back, and efforts are over whose callers are content. */
const graceMs = 3_000;
const callersAtOnce = 20;

/** Calls end as soon as they were answered. */
const shortCalls = { ringsAtMs: 50, answeredAtMs: 100, queuedAtMs: 150, withAgentAtMs: 200, endsAtMs: 250 };

/** The ledger fails over while calls are wanted; afterwards all callers ask until they know, and those who were told a contact id ask once more when Connect knows their token no longer. */
export async function endureFailover(options: FailoverOptions): Promise<FailedOver> {
  const { failover, hosts } = options;
  const { atEnd, further } = connectOf(options);
  const rig = await startRig(
    { ...options, tokenAfterEnd: atEnd ? 'redial' : 'replay' },
    { hasReplica: true, hosts, ...further },
  );
  try {
    const { result: sides, ...endured } = await placeThroughout(rig, options, () => failOver(rig, failover, options));
    return { ...endured, sides };
  } finally {
    await rig.stop();
  }
}

export interface GroupFailoverOptions
  extends Omit<GatewaysOptions, 'tokenAfterEnd'>, CallsOptions, GroupFaultTimes, Omit<GroupOptions, 'victim'> {
  readonly topology: Exclude<Topology, 'single'>;
  /** Whether each write waits for a replica. */
  readonly waits: boolean;
  readonly fault: GroupFault;
}

export interface GroupFailedOver extends PlacedThroughout {
  readonly failover: GroupFailover;
}

/** The same where Sentinels, or the nodes of a Cluster, find out what happened and promote a replica. */
export async function endureGroupFailover(options: GroupFailoverOptions): Promise<GroupFailedOver> {
  const { topology, waits, fault, seed } = options;
  const { atEnd, further } = connectOf(options);
  const startGroup = topology === 'cluster' ? startClusterGroup : startSentinelGroup;
  const group = await startGroup({ ...options, victim: seed % 3 });
  try {
    const store = { ...group.environment, ...(waits ? waitsForReplica : {}) };
    const tokenAfterEnd = atEnd ? 'redial' : 'replay';
    const gateways = await startGateways({ ...options, tokenAfterEnd }, [store, store], further);
    try {
      const { result: failover, ...endured } = await placeThroughout(gateways, options, () =>
        failOverGroup(group, fault, options),
      );
      return { ...endured, failover };
    } finally {
      await gateways.stop();
    }
  } finally {
    await group.close();
  }
}

/** What Connect and the gateways are set to. */
function connectOf({ forgets, unknownResendSeconds, environment }: CallsOptions) {
  const atEnd = forgets === 'at the end of a call';
  const tokens: SettingChanges = atEnd ? {} : { tokenValidMs: unknownResendSeconds * 1_000 };
  const further: FurtherGatewaysOptions = {
    simulator: { ...tokens, timings: shortCalls },
    environment: {
      UNKNOWN_RESEND_SECONDS: String(unknownResendSeconds),
      // Connect is as fast as ever: what is found out is of the ledger alone.
      CONNECT_REQUEST_TIMEOUT_MS: '10000',
      ...environment,
    },
  };
  return { atEnd, further };
}

async function placeThroughout<Result>(
  { simulator, seats, token }: Gateways,
  { forgets, unknownResendSeconds, seed, callsPerSecond, calmMs, settleMs }: CallsOptions,
  failOver: () => Promise<Result>,
): Promise<PlacedThroughout & { readonly result: Result }> {
  const ask = askingGateway(token, patienceMs);
  const urls = () => seats.map(({ replica }) => replica.url);
  const callers = new Callers(ask, urls, chanceFrom(seed));
  callers.stream(callsPerSecond);
  await sleep(calmMs);
  const result = await failOver();
  await sleep(calmMs);
  await callers.finish(settleMs);
  await sleep(forgets === 'at the end of a call' ? graceMs : Math.max(graceMs, unknownResendSeconds * 1_000));
  await askAgain(callers.calls, { ask, urls, chance: chanceFrom(seed + 1), callersAtOnce, atMostMs: settleMs });
  const placed = simulator.calls();
  return {
    result,
    verdict: judgeFailover(callers.calls, placed),
    calls: callers.calls,
    answers: callers.answers,
    placed: placed.length,
    longestWithoutCallMs: longestPauseMs(placed.map(({ atMs }) => atMs)),
    prematureDenials: prematureDenials(callers.calls, placed),
    alarms: seats.reduce((sum, { replica }) => sum + replica.alarms, 0),
  };
}

function longestPauseMs(atMs: readonly number[]): number {
  const inOrder = [...atMs].sort((one, other) => one - other);
  return Math.max(0, ...inOrder.map((at, index) => at - (inOrder[index - 1] ?? at)));
}
