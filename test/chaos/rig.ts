import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer } from '../support/issuer.js';
import { startLedgerAccess, type LedgerAccess } from './ledger-access.js';
import { startLedgerServers, type LedgerName, type LedgerServers } from './ledger-servers.js';
import { Replica } from './replica.js';
import { startUpstreamProxy, type UpstreamProxy } from './upstream-proxy.js';

export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RigOptions {
  /** The compiled main.js of the gateway. */
  readonly gatewayEntry: string;
  readonly ledger: LedgerName;
  /** Of starts, on both sides. */
  readonly quota: Quota;
  readonly tokenAfterEnd: 'redial' | 'replay';
}

export interface FurtherRigOptions {
  /** Whether the ledger has a server that can be promoted. */
  readonly hasReplica?: boolean;
  /** How many hosts the setting of a gateway names. */
  readonly hosts?: 'one' | 'several';
  readonly simulator?: SettingChanges;
  /** Of each gateway, over what all have. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Seat {
  readonly replica: Replica;
  readonly ledger: LedgerAccess;
  readonly upstream: UpstreamProxy;
}

/** Two gateway processes, each behind proxies of its own to the ledger and to one simulator. */
export interface Rig {
  readonly simulator: RunningSimulator;
  readonly ledger: LedgerServers;
  readonly seats: readonly Seat[];
  /** Good for five minutes. */
  readonly token: string;
  readonly quota: Quota;
  stop(): Promise<void>;
}

/** How long a gateway waits for Connect; short, so that a run holds many time-outs. */
const connectTimeoutMs = 1_500;
/** No call ends while it may still be asked for: under `redial` a token that outlived its call would place a new one. */
const callEndsAtMs = 900_000;

export async function startRig(
  { gatewayEntry, ledger: ledgerName, quota, tokenAfterEnd }: RigOptions,
  { hasReplica = false, hosts = 'one', simulator: settings = {}, environment = {} }: FurtherRigOptions = {},
): Promise<Rig> {
  const issuer = await startIssuer();
  const ledger = await startLedgerServers({ ledger: ledgerName, hasReplica, gatewayEntry });
  const simulator = await startSimulator({
    settings: {
      tokenAfterEnd,
      rates: { StartOutboundVoiceContact: quota },
      concurrentCalls: 1_000_000,
      timings: { endsAtMs: callEndsAtMs },
      ...settings,
    },
  });
  const reach = { hosts: [ledger.primary, ledger.replicas[0]], leading: ledger.primary } as const;
  const seats = await Promise.all(
    [0, 1].map(async () => {
      const access = await startLedgerAccess(hosts, reach);
      const upstream = await startUpstreamProxy(simulator.url);
      const replica = new Replica(gatewayEntry, {
        ...gatewayEnvironment(issuer, upstream.url),
        CONNECT_QUOTAS: `StartOutboundVoiceContact=${quota.perSecond}/${quota.burst}`,
        CONNECT_REQUEST_TIMEOUT_MS: String(connectTimeoutMs),
        // All who call here are of one subject, and what they ask for is to be too much.
        MAX_WAITING_CALLS_PER_SUBJECT: '100000',
        ...ledger.environment(access.address),
        STATE_SECRET: 'a secret of the harness',
        REPLICAS: '2',
        ...environment,
      });
      await replica.start();
      return { replica, ledger: access, upstream };
    }),
  );
  return {
    simulator,
    ledger,
    seats,
    token: await issuer.token({ scopes: ['calls:start', 'contacts:read'] }),
    quota,
    stop: async () => {
      await Promise.all(seats.map(({ replica }) => replica.stop()));
      await Promise.all(seats.flatMap((seat) => [seat.ledger.stop(), seat.upstream.stop()]));
      await Promise.all([ledger.close(), simulator.stop(), issuer.stop()]);
    },
  };
}
