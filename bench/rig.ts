import { startIssuer } from '../test/support/issuer.js';
import { gatewayEnvironment } from '../test/support/gateway-environment.js';
import { MeasuredProcess, type Environment } from './measured-process.js';
import type { UpstreamRequest } from './upstream.js';
import type { Tokens } from './workloads.js';

/** What all servers have in common: an identity provider, and who stands in for Connect. */
export interface Rig {
  readonly tokens: Tokens;
  /** Like the good one, of another subject. */
  tokenOf(subject: string): Promise<string>;
  /** Where Connect and queues of contact events are. */
  readonly upstreamUrl: string;
  /** What each server finds in its environment. */
  readonly environment: Environment;
  /** How many requests Connect has had; NaN where somebody else stands in for it. */
  upstreamRequests(): Promise<number>;
  /** Whether Connect, where it is upstream.ts, gives no answers for now. */
  holdUpstream(isHeld: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The last is for what calls under dialing rules are for. */
const scopes = ['calls:start', 'contacts:read', 'contacts:pii', 'calls:service'];
const count: UpstreamRequest = 'count';
/** More than any round asks for. */
const quotas = ['StartOutboundVoiceContact', 'DescribeContact', 'DescribeQueue', 'SearchQueues'].map(
  (name) => `${name}=10000/10000`,
);

/** `upstream` is the compiled upstream.ts beside this file, which answers at once unless told otherwise, or the address of another that stands in for Connect. */
export async function startRig(
  upstream: { readonly entry: string; readonly answersAfterMs?: number } | { readonly url: string },
): Promise<Rig> {
  const [issuer, forger] = await Promise.all([startIssuer(), startIssuer()]);
  const process =
    'entry' in upstream
      ? await MeasuredProcess.start(1, [upstream.entry, String(upstream.answersAfterMs ?? 0)], {})
      : undefined;
  // Good for as long as a run may take.
  const laterMs = Date.now() + 4 * 60 * 60_000;
  const upstreamUrl = process?.url ?? ('url' in upstream ? upstream.url : '');
  return {
    tokenOf: (subject) => issuer.token({ scopes, subject }, laterMs),
    upstreamUrl,
    tokens: { good: await issuer.token({ scopes }, laterMs), forged: await forger.token({ scopes }, laterMs) },
    environment: {
      ...gatewayEnvironment(issuer, upstreamUrl),
      CONNECT_QUOTAS: quotas.join(','),
      MAX_WAITING_CALLS_PER_SUBJECT: '1000',
    },
    upstreamRequests: () => process?.ask<number>(count) ?? Promise.resolve(NaN),
    holdUpstream: async (isHeld) => {
      await process?.ask<number>((isHeld ? 'hold' : 'release') satisfies UpstreamRequest);
    },
    stop: async () => {
      await process?.stop();
      await Promise.all([issuer.stop(), forger.stop()]);
    },
  };
}
