import { startSimulator } from '../../src/simulator/server.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer } from '../support/issuer.js';
import { GatewayProcess } from './gateway-process.js';

const allScopes = [
  'calls:start',
  'calls:campaign',
  'contacts:read',
  'contacts:pii',
  'contacts:manage',
  'directory:read',
];

/** One gateway process, and its simulator and identity provider in this process. */
export interface Rig {
  readonly gateway: GatewayProcess;
  readonly tokens: Readonly<Record<'all' | 'none', string>>;
  stop(): Promise<void>;
}

/** `entry` is the compiled main.js of the gateway, `probe` the probe.mjs beside this file. */
export async function startRig(entry: string, probe: string): Promise<Rig> {
  const issuer = await startIssuer();
  const simulator = await startSimulator({
    settings: { rates: 'off', concurrentCalls: 10_000 },
    credentials: new Map([['AKIDTEST', 'secret']]),
  });
  const gateway = await GatewayProcess.start(entry, probe, {
    ...gatewayEnvironment(issuer, simulator.url),
    CONNECT_QUOTAS: 'StartOutboundVoiceContact=10000/10000',
  });
  // Good for as long as a run may take.
  const soonMs = Date.now() + 60 * 60_000;
  const tokens = {
    all: await issuer.token({ scopes: allScopes }, soonMs),
    none: await issuer.token({ scopes: [] }, soonMs),
  };
  return {
    gateway,
    tokens,
    stop: async () => {
      await gateway.stop();
      await Promise.all([simulator.stop(), issuer.stop()]);
    },
  };
}
