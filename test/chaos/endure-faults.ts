import { setTimeout as sleep } from 'node:timers/promises';
import { askingGateway, Callers, type IntendedCall } from './callers.js';
import { disturb, planDisturbances, type Disturbance, type PlanOptions } from './disturbances.js';
import { injectFaults } from './faults.js';
import { quotaShare } from './quota-share.js';
import { chanceFrom } from './random.js';
import { startRig, type RigOptions } from './rig.js';
import { judge, prematureDenials, type Verdict } from './verdict.js';

export interface Endured {
  readonly verdict: Verdict;
  readonly calls: readonly IntendedCall[];
  readonly placed: number;
  /** How often a gateway was told what Connect had told it before. */
  readonly replays: number;
  /** Of the quota while faults lasted. */
  readonly share: number;
  readonly requests: number;
  readonly throttled: number;
  readonly alarms: number;
  readonly prematureDenials: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly planned: readonly Disturbance[];
  /** Of the planned, those that did not come about: then this run shows less than it should. */
  readonly missed: readonly Disturbance[];
}

export interface EndureOptions extends RigOptions, PlanOptions {
  readonly seed: number;
  /** New callers, each second. */
  readonly callsPerSecond: number;
  /** On average. */
  readonly faultEveryMs: number;
}

/** A caller hangs up a little after the gateway's own deadline of 10 s. */
const patienceMs = 12_000;
/** How long callers may ask on when nothing goes wrong any more: as long as the gateway promises to find out. */
const settleMs = 60_000;
/** For efforts whose callers are long content. */
const graceMs = 1_500;

/** Everything goes wrong at once; afterwards the callers ask until they know. */
export async function endureFaults(options: EndureOptions): Promise<Endured> {
  const rig = await startRig(options);
  try {
    const { simulator, seats } = rig;
    const chance = chanceFrom(options.seed);
    const plan = planDisturbances(chance, options);
    const ask = askingGateway(rig.token, patienceMs);
    const callers = new Callers(ask, () => seats.map(({ replica }) => replica.url), chanceFrom(options.seed + 1));
    const fromMs = simulator.clock.now();
    const end = new AbortController();
    const injecting = injectFaults(simulator, { chance, everyMs: options.faultEveryMs, signal: end.signal });
    callers.stream(options.callsPerSecond);
    const [missed] = await Promise.all([disturb(rig, plan), sleep(options.forMs)]);
    end.abort();
    const faults = await injecting;
    const toMs = simulator.clock.now();
    await callers.finish(settleMs);
    await sleep(graceMs);
    const placed = simulator.calls();
    const sum = (of: (seat: (typeof seats)[number]) => number) => seats.reduce((total, seat) => total + of(seat), 0);
    return {
      verdict: judge(callers.calls, placed),
      calls: callers.calls,
      placed: placed.length,
      replays: placed.reduce((total, { replays }) => total + replays, 0),
      share: quotaShare(
        placed.map(({ atMs }) => atMs),
        rig.quota,
        fromMs,
        toMs,
      ).share,
      requests: sum(({ upstream }) => upstream.counts().requests),
      throttled: sum(({ upstream }) => upstream.counts().throttled),
      alarms: sum(({ replica }) => replica.alarms),
      prematureDenials: prematureDenials(callers.calls, placed),
      faults,
      planned: plan,
      missed,
    };
  } finally {
    await rig.stop();
  }
}
