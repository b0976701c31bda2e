import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BurstAnswer, BurstReport, BurstRequest } from './burst-load.js';
import { MeasuredProcess, type Environment, type LoopTurns, type Usage } from './measured-process.js';
import { startRig } from './rig.js';
import { gateways } from './servers.js';
import { watchVitalSigns, type VitalSigns } from './vital-signs.js';

/** Requests that come all at once, each over a connection that is open and with a token of one of very many subjects. */
export interface BurstPlan {
  /** How many requests there are, of which one in `readEvery` is a read, and all others are calls. */
  readonly requests: number;
  readonly readEvery: number;
  readonly subjects: number;
  readonly upstreamMs: number;
  /** How long who is refused goes on asking, each time when it is told to; 0: nobody asks again. */
  readonly asksAgainForMs: number;
  /** How many calls a gateway that has just started has answered before. */
  readonly warmUpCalls: number;
  /** What the gateway has in its environment beside what it cannot do without; all else is as in production. */
  readonly settings: Environment;
}

/** How a burst was taken. */
export interface Burst extends BurstReport {
  readonly signs: VitalSigns;
  readonly turns: LoopTurns;
  /** How many requests to place a call Connect had. */
  readonly upstreamRequests: number;
  readonly rssBytesBefore: number;
  readonly peakRssBytes: number;
}

/** The folders with the compiled gateway, and with the compiled bench. */
export interface Compiled {
  readonly dist: string;
  readonly bench: string;
}

const probe = pathToFileURL(resolve('bench/probe.mjs')).href;
/** Far from the numbers of those in the crowd. */
const firstNumberOfOthers = 4_000_000;
/** Those who look from outside go on for so long after the last of the crowd is answered. */
const watchOnMs = 2_000;
/** Buckets are full again, and what came before is written. */
const settleMs = 4_000;

/** Has one gateway with the limits of production take a burst. */
export async function measureBurst({ dist, bench }: Compiled, plan: BurstPlan): Promise<Burst> {
  const rig = await startRig({ entry: join(bench, 'upstream.js'), answersAfterMs: plan.upstreamMs });
  const load = await MeasuredProcess.start(1, [join(bench, 'burst-load.js')], {});
  const asked = <Answer>(request: BurstRequest) => load.askFor<Answer>(request);
  const [memory] = gateways(dist);
  const environment = { ...rig.environment, ...productionSettings, ...plan.settings };
  const server = await memory!.start(environment, ['--import', probe]);
  const { url } = server.process;
  const subjects = Array.from({ length: plan.subjects }, () => randomUUID());
  const tokens = await Promise.all(subjects.map((subject) => rig.tokenOf(subject)));
  await asked({ do: 'open', url, tokens, connections: plan.requests });
  await asked({ do: 'warm', from: plan.requests, calls: plan.warmUpCalls });
  await delay(settleMs);
  const upstreamBefore = await rig.upstreamRequests();
  const { rssBytes } = await server.process.ask<Usage>('usage');
  await server.process.ask('turns');

  const look = watchVitalSigns(url, { fromNumber: firstNumberOfOthers, tokenOf: (subject) => rig.tokenOf(subject) });
  await delay(500);
  const { readEvery, asksAgainForMs } = plan;
  const report = await asked<BurstReport>({ do: 'burst', from: 0, readEvery, asksAgainForMs });
  await delay(watchOnMs);
  const signs = await look();
  const turns = await server.process.ask<LoopTurns>('turned');
  const upstreamRequests = (await rig.upstreamRequests()) - upstreamBefore;
  const { peakRssBytes } = await server.process.ask<Usage>('usage');
  await asked({ do: 'close' });
  await load.stop();
  await server.stop();
  await rig.stop();
  return { ...report, signs, turns, upstreamRequests, rssBytesBefore: rssBytes, peakRssBytes };
}

/** Empty is as if they were not there: the defaults. */
const productionSettings = { CONNECT_QUOTAS: '', MAX_LOOP_DELAY_MS: '', MAX_WAITING_CALLS_PER_SUBJECT: '' };

/** What of a burst there is a bound for. */
export interface BurstVerdict {
  /** Calls by how each ended: `placed`, `shed` for overload, or the code of another error. */
  readonly calls: ReadonlyMap<string, number>;
  readonly reads: ReadonlyMap<string, number>;
  /** All calls that were placed, also for those who looked from outside. */
  readonly placed: number;
  /** From the first request of all to the first of its kind that was refused for overload; undefined where none was. */
  readonly firstShedMs: Readonly<Record<BurstAnswer['kind'], number | undefined>>;
  /** In order: how long each of the crowd took, to its last answer. */
  readonly callsTookMs: readonly number[];
  readonly placedTookMs: readonly number[];
  readonly longestProbeMs: number;
  readonly failedProbes: number;
  /** From the last refusal for overload of all to the first call from outside after it that was taken; undefined where none was refused. */
  readonly takenAgainMs: number | undefined;
}

export function judgeBurst({ answers, signs }: Pick<Burst, 'answers' | 'signs'>): BurstVerdict {
  const startedAtMs = Math.min(...answers.map(({ askedAtMs }) => askedAtMs));
  const of = (kind: BurstAnswer['kind']) => answers.filter((answer) => answer.kind === kind);
  const count = (kind: BurstAnswer['kind'], done: string) => {
    const counts = new Map<string, number>();
    for (const { outcome, isShed } of of(kind)) {
      const name = isShed ? 'shed' : outcome === 'done' ? done : outcome;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  };
  const firstShedMs = (kind: BurstAnswer['kind']) => {
    const shed = of(kind).filter(({ isShed }) => isShed);
    return shed.length === 0 ? undefined : Math.min(...shed.map(({ answeredAtMs }) => answeredAtMs)) - startedAtMs;
  };
  const took = (some: readonly BurstAnswer[]) =>
    some.map(({ askedAtMs, answeredAtMs }) => answeredAtMs - askedAtMs).sort((one, other) => one - other);
  const calls = count('call', 'placed');
  return {
    calls,
    reads: count('read', 'answered'),
    placed: (calls.get('placed') ?? 0) + signs.calls.filter(({ isPlaced }) => isPlaced).length,
    firstShedMs: { call: firstShedMs('call'), read: firstShedMs('read') },
    callsTookMs: took(of('call')),
    placedTookMs: took(of('call').filter(({ outcome }) => outcome === 'done')),
    longestProbeMs: Math.max(...signs.probes.map(({ askedAtMs, answeredAtMs }) => answeredAtMs - askedAtMs)),
    failedProbes: signs.probes.filter(({ status }) => status !== 200).length,
    takenAgainMs: takenAgainMs({ answers, signs }),
  };
}

function takenAgainMs({ answers, signs }: Pick<Burst, 'answers' | 'signs'>): number | undefined {
  const shed = [...answers, ...signs.calls].filter(({ isShed }) => isShed);
  if (shed.length === 0) return undefined;
  const lastAtMs = Math.max(...shed.map(({ answeredAtMs }) => answeredAtMs));
  const taken = signs.calls.filter(
    ({ isShed, status, askedAtMs }) => !isShed && status === 200 && askedAtMs > lastAtMs,
  );
  return Math.min(...taken.map(({ askedAtMs }) => askedAtMs)) - lastAtMs;
}
