import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type TokenClaims } from '../support/issuer.js';
import { startLedgerAccess, type LedgerAccess } from './ledger-access.js';
import { startLedgerServers, type LedgerName, type LedgerServers } from './ledger-servers.js';
import { Replica } from './replica.js';
import { startUpstreamProxy, type UpstreamProxy } from './upstream-proxy.js';

export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

export interface GatewaysOptions {
  /** The compiled main.js of the gateway. */
  readonly gatewayEntry: string;
  /** Of starts, on both sides. */
  readonly quota: Quota;
  readonly tokenAfterEnd: 'redial' | 'replay';
}

export interface FurtherGatewaysOptions {
  readonly simulator?: SettingChanges;
  /** Of each gateway, over what all have. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RigOptions extends GatewaysOptions {
  readonly ledger: LedgerName;
}

export interface FurtherRigOptions extends FurtherGatewaysOptions {
  /** Whether the ledger has a server that can be promoted. */
  readonly hasReplica?: boolean;
  /** How many hosts the setting of a gateway names. */
  readonly hosts?: 'one' | 'several';
}

export interface GatewaySeat {
  readonly replica: Replica;
  readonly upstream: UpstreamProxy;
}

/** Two gateway processes, each behind a proxy of its own to one simulator. */
export interface Gateways {
  readonly simulator: RunningSimulator;
  readonly seats: readonly GatewaySeat[];
  /** Of callers who place calls; good for five minutes. */
  readonly token: string;
  /** The same with other claims. */
  tokenWith(claims: TokenClaims): Promise<string>;
  /** Settings that all gateways have, without those of their stores. */
  readonly environment: Readonly<Record<string, string>>;
  readonly quota: Quota;
  stop(): Promise<void>;
}

export interface Seat extends GatewaySeat {
  readonly ledger: LedgerAccess;
}

/** Two gateway processes, each behind proxies of its own to the ledger and to one simulator. */
export interface Rig extends Gateways {
  readonly ledger: LedgerServers;
  readonly seats: readonly Seat[];
}

/** Keys what the gateways keep in their stores. */
export const stateSecret = 'a secret of the harness';
/** How long a gateway waits for Connect; short, so that a run holds many time-outs. */
const connectTimeoutMs = 1_500;
/** No call ends while it may still be asked for: under `redial` a token that outlived its call would place a new one. */
const callEndsAtMs = 900_000;

export async function startRig(
  { ledger: ledgerName, ...options }: RigOptions,
  { hasReplica = false, hosts = 'one', ...further }: FurtherRigOptions = {},
): Promise<Rig> {
  const ledger = await startLedgerServers({ ledger: ledgerName, hasReplica, gatewayEntry: options.gatewayEntry });
  const reach = { hosts: [ledger.primary, ledger.replicas[0]], leading: ledger.primary } as const;
  const accesses = await Promise.all([0, 1].map(() => startLedgerAccess(hosts, reach)));
  const stores = accesses.map(({ address }) => ledger.environment(address));
  const gateways = await startGateways(options, stores, further);
  return {
    ...gateways,
    ledger,
    seats: gateways.seats.map((seat, index) => ({ ...seat, ledger: accesses[index]! })),
    stop: async () => {
      await gateways.stop();
      await Promise.all(accesses.map((access) => access.stop()));
      await ledger.close();
    },
  };
}

/** A gateway for each of `stores`, the settings by which it reaches its stores. */
export async function startGateways(
  { gatewayEntry, quota, tokenAfterEnd }: GatewaysOptions,
  stores: readonly Readonly<Record<string, string>>[],
  { simulator: settings = {}, environment = {} }: FurtherGatewaysOptions = {},
): Promise<Gateways> {
  const issuer = await startIssuer();
  const simulator = await startSimulator({
    settings: {
      tokenAfterEnd,
      rates: { StartOutboundVoiceContact: quota },
      concurrentCalls: 1_000_000,
      timings: { endsAtMs: callEndsAtMs },
      ...settings,
    },
  });
  const common = {
    ...gatewayEnvironment(issuer, simulator.url),
    CONNECT_QUOTAS: `StartOutboundVoiceContact=${quota.perSecond}/${quota.burst}`,
    CONNECT_REQUEST_TIMEOUT_MS: String(connectTimeoutMs),
    // All who call here are of one subject, and what they ask for is to be too much.
    MAX_WAITING_CALLS_PER_SUBJECT: '100000',
    STATE_SECRET: stateSecret,
    REPLICAS: String(stores.length),
    ...environment,
  };
  const seats = await Promise.all(
    stores.map(async (store) => {
      const upstream = await startUpstreamProxy(simulator.url);
      const replica = new Replica(gatewayEntry, { ...store, ...common, AWS_ENDPOINT_URL_CONNECT: upstream.url });
      await replica.start();
      return { replica, upstream };
    }),
  );
  return {
    simulator,
    seats,
    token: await issuer.token({ scopes: ['calls:start', 'contacts:read'] }),
    tokenWith: (claims) => issuer.token(claims),
    environment: common,
    quota,
    stop: async () => {
      await Promise.all(seats.map(({ replica }) => replica.stop()));
      await Promise.all(seats.map(({ upstream }) => upstream.stop()));
      await Promise.all([simulator.stop(), issuer.stop()]);
    },
  };
}
