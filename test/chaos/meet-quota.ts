import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectClient, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { askingGateway, Callers, type Ask } from './callers.js';
import { quotaShare } from './quota-share.js';
import { chanceFrom } from './random.js';
import { startRig, type Rig, type RigOptions } from './rig.js';

export interface QuotaUse {
  readonly accepted: number;
  readonly share: number;
  /** 429s from the simulator, as a part of the accepted starts. */
  readonly throttledShare: number;
  /** From the first time that a caller asked until it had a contact id. */
  readonly waitMs: { readonly p50: number; readonly p99: number };
}

export interface LoadOptions {
  /** How many want a call at any time. */
  readonly callers: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
}

/** How much of the quota two gateways make of a demand that never ends, when nothing goes wrong. */
export async function meetQuota(options: RigOptions & LoadOptions): Promise<QuotaUse> {
  const rig = await startRig(options);
  try {
    const urls = rig.seats.map(({ replica }) => replica.url);
    return await measure(rig, options, askingGateway(rig.token, 30_000), urls);
  } finally {
    await rig.stop();
  }
}

/** The same demand, met by two bare SDK clients in place of the gateways. */
export async function meetQuotaWithSdk(
  options: RigOptions & LoadOptions & { readonly retryMode: 'standard' | 'adaptive' },
): Promise<QuotaUse> {
  const rig = await startRig(options);
  const clients = new Map(
    rig.seats.map(({ upstream }) => [
      upstream.url,
      new ConnectClient({
        region: seed.region,
        endpoint: upstream.url,
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
        retryMode: options.retryMode,
      }),
    ]),
  );
  try {
    return await measure(rig, options, (url, call) => askSdk(clients.get(url)!, call), [...clients.keys()]);
  } finally {
    for (const client of clients.values()) client.destroy();
    await rig.stop();
  }
}

async function measure(rig: Rig, load: LoadOptions, ask: Ask, urls: readonly string[]): Promise<QuotaUse> {
  const { simulator, seats, quota } = rig;
  const throttled = () => seats.reduce((sum, { upstream }) => sum + upstream.counts().throttled, 0);
  const callers = new Callers(ask, () => urls, chanceFrom(1));
  callers.crowd(load.callers);
  await sleep(load.warmUpMs);
  const [fromMs, throttledBefore] = [simulator.clock.now(), throttled()];
  await sleep(load.windowMs);
  const [toMs, throttledAfter] = [simulator.clock.now(), throttled()];
  await callers.finish(1_000);
  const startsAtMs = simulator.calls().map(({ atMs }) => atMs);
  const { accepted, share } = quotaShare(startsAtMs, quota, fromMs, toMs);
  const waitsMs = callers.calls
    .flatMap(({ end, askedAtMs }) =>
      end?.is === 'acknowledged' && end.atMs >= fromMs && end.atMs < toMs ? [end.atMs - askedAtMs] : [],
    )
    .sort((a, b) => a - b);
  const quantile = (part: number) => waitsMs[Math.floor(part * (waitsMs.length - 1))] ?? NaN;
  return {
    accepted,
    share,
    throttledShare: (throttledAfter - throttledBefore) / accepted,
    waitMs: { p50: quantile(0.5), p99: quantile(0.99) },
  };
}

async function askSdk(client: ConnectClient, { destination, clientToken }: Parameters<Ask>[1]): ReturnType<Ask> {
  const command = new StartOutboundVoiceContactCommand({
    InstanceId: seed.instanceId,
    ContactFlowId: seed.flows.salesOutbound,
    SourcePhoneNumber: seed.numbers.us.number,
    DestinationPhoneNumber: destination,
    ClientToken: clientToken,
  });
  try {
    const { ContactId: contactId } = await client.send(command);
    return contactId === undefined ? { is: 'broken' } : { is: 'placed', contactId, isReplay: false };
  } catch (error) {
    const code = error instanceof Error ? error.name : 'unknown';
    // As long a pause as the gateway asks for.
    return { is: 'error', code, isRetryable: true, retryAfterMs: 1_000, reasons: [] };
  }
}
