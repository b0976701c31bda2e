import { judgeBurst, measureBurst, type Burst, type BurstPlan, type Compiled } from './burst.js';
import { ms, whole, type Row } from './crowd-row.js';
import type { Environment } from './measured-process.js';

const bounds = { probeMs: 2_000, takenAgainMs: 1_000 } as const;

const crowd = { requests: 11_000, readEvery: 11, subjects: 1_000, asksAgainForMs: 0, warmUpCalls: 3_000 } as const;
const fast = { upstreamMs: 150, settings: { CONNECT_QUOTAS: 'StartOutboundVoiceContact=1000/1000' } } as const;
/** Callers wait as long by default. */
const patienceMs = 10_000;

/** 10,000 calls at once, and 1,000 reads among them, by the names of the parts of the crowd. */
export const burstPlans: Readonly<Record<string, { readonly what: string; readonly plan: BurstPlan }>> = {
  'burst at the default quota': {
    what: 'quota 2 a second (the default), Connect answers at once',
    plan: { ...crowd, upstreamMs: 0, settings: {} },
  },
  'burst at 1000 a second': {
    what: 'quota 1,000 a second, Connect answers in 150 ms',
    plan: { ...crowd, ...fast },
  },
  'burst that asks again': {
    what: 'the same, and who is refused asks again as told for 10 s',
    plan: { ...crowd, ...fast, asksAgainForMs: patienceMs },
  },
};

/** One of them; `settings` as an operator may have them. */
export async function burstOf(part: string, compiled: Compiled, settings: Environment): Promise<readonly Row[]> {
  const { what, plan } = burstPlans[part]!;
  return [burstRow(what, await measureBurst(compiled, { ...plan, settings: { ...plan.settings, ...settings } }))];
}

/** What a burst is held to: no call whose fate is unknown, none sent that was refused, reads refused first, health told throughout, and soon all well again. */
export function burstRow(what: string, burst: Burst): Row {
  const judged = judgeBurst(burst);
  const { calls, reads, placed, firstShedMs, callsTookMs, placedTookMs, longestProbeMs, failedProbes } = judged;
  const { turns, upstreamRequests, rssBytesBefore, peakRssBytes, sentWithinMs, closedConnections } = burst;
  const told = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([outcome, count]) => `${whole(count)} ${outcome}`).join(', ');
  const times = (sorted: readonly number[]) => {
    const quantile = (part: number) => ms(sorted[Math.floor(sorted.length * part)] ?? NaN);
    return `p50 ${quantile(0.5)}, p99 ${quantile(0.99)}, longest ${ms(sorted.at(-1) ?? NaN)}`;
  };
  const after = (firstMs: number | undefined) => (firstMs === undefined ? 'never' : `after ${ms(firstMs)}`);
  const mb = (bytes: number) => `${whole(bytes / 1_048_576)} MB`;
  const takenAgainMs = judged.takenAgainMs ?? 0;
  const readsFirst = firstShedMs.call === undefined || (firstShedMs.read ?? Infinity) <= firstShedMs.call;
  const unknown = ['UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'INTERNAL_SERVER_ERROR', 'closed'];
  return {
    what: `${whole(callsTookMs.length)} calls at once (within ${ms(sentWithinMs)}), ${what}`,
    is: [
      `calls: ${told(calls)}; ${times(callsTookMs)}; the placed: ${times(placedTookMs)}`,
      `reads: ${told(reads)}`,
      `first refused: a read ${after(firstShedMs.read)}, a call ${after(firstShedMs.call)}`,
      `asked of Connect: ${whole(upstreamRequests)} for ${whole(placed)} placed`,
      `longest turn of the loop ${ms(turns.longestMs)}, health told within ${ms(longestProbeMs)}, ${failedProbes} times not`,
      `calls taken again ${ms(takenAgainMs)} after the last refusal`,
      `connections closed: ${closedConnections}`,
      `RSS ${mb(rssBytesBefore)}, at the peak ${mb(peakRssBytes)}`,
    ].join('; '),
    bound: `no UPSTREAM_UNAVAILABLE or OUTCOME_UNKNOWN; no connection closed; asked of Connect once for each placed; reads refused first; health within ${ms(bounds.probeMs)}; calls taken again within ${ms(bounds.takenAgainMs)}`,
    isKept:
      !unknown.some((code) => calls.has(code)) &&
      closedConnections === 0 &&
      upstreamRequests === placed &&
      readsFirst &&
      failedProbes === 0 &&
      longestProbeMs <= bounds.probeMs &&
      takenAgainMs <= bounds.takenAgainMs,
  };
}
