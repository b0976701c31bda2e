import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { askAgain, askingGateway, Callers, type IntendedCall } from './callers.js';
import { failOver, type Failover, type FailoverTimes, type SplitSides } from './fail-over.js';
import { chanceFrom } from './random.js';
import { startRig, type RigOptions } from './rig.js';
import { judgeFailover, prematureDenials, type FailoverVerdict } from './verdict.js';

/** When Connect takes a token for that of a new call: once its call has ended, or so long after its first request, whatever became of the call. */
export type Forgets = 'at the end of a call' | 'after UNKNOWN_RESEND_SECONDS';

export interface FailoverOptions extends Omit<RigOptions, 'tokenAfterEnd'>, FailoverTimes {
  readonly failover: Failover;
  readonly forgets: Forgets;
  readonly hosts: 'one' | 'several';
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

export interface FailedOver {
  readonly verdict: FailoverVerdict;
  readonly calls: readonly IntendedCall[];
  readonly placed: number;
  readonly sides: SplitSides | undefined;
  readonly prematureDenials: number;
  readonly alarms: number;
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
  const { failover, forgets, hosts, unknownResendSeconds } = options;
  const rememberedMs = unknownResendSeconds * 1_000;
  const atEnd = forgets === 'at the end of a call';
  const tokens: SettingChanges = atEnd ? {} : { tokenValidMs: rememberedMs };
  const rig = await startRig(
    { ...options, tokenAfterEnd: atEnd ? 'redial' : 'replay' },
    {
      hasReplica: true,
      hosts,
      simulator: { ...tokens, timings: shortCalls },
      environment: {
        UNKNOWN_RESEND_SECONDS: String(unknownResendSeconds),
        // Connect is as fast as ever: what is found out is of the ledger alone.
        CONNECT_REQUEST_TIMEOUT_MS: '10000',
        ...options.environment,
      },
    },
  );
  try {
    const { simulator, seats } = rig;
    const ask = askingGateway(rig.token, patienceMs);
    const urls = () => seats.map(({ replica }) => replica.url);
    const callers = new Callers(ask, urls, chanceFrom(options.seed));
    callers.stream(options.callsPerSecond);
    await sleep(options.calmMs);
    const sides = await failOver(rig, failover, options);
    await sleep(options.calmMs);
    await callers.finish(options.settleMs);
    await sleep(atEnd ? graceMs : Math.max(graceMs, rememberedMs));
    await askAgain(callers.calls, {
      ask,
      urls,
      chance: chanceFrom(options.seed + 1),
      callersAtOnce,
      atMostMs: options.settleMs,
    });
    const placed = simulator.calls();
    return {
      verdict: judgeFailover(callers.calls, placed),
      calls: callers.calls,
      placed: placed.length,
      sides,
      prematureDenials: prematureDenials(callers.calls, placed),
      alarms: seats.reduce((sum, { replica }) => sum + replica.alarms, 0),
    };
  } finally {
    await rig.stop();
  }
}
