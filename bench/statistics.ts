import type { Measured } from './measure.js';

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A ratio of CPU times, and the least and the greatest that any round had. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** What a request costs in CPU time against what it costs elsewhere: round against the round next to it where both are of one workload. */
export function ratioOf(measured: Measured, baseline: Measured): Ratio {
  const costs = measured.rounds.map(({ cpuUs }) => cpuUs);
  const baseCosts = baseline.rounds.map(({ cpuUs }) => cpuUs);
  const isPaired = measured.workload === baseline.workload;
  const ratios = costs.map((cost, index) => cost / (isPaired ? baseCosts[index]! : median(baseCosts)));
  return { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) };
}
