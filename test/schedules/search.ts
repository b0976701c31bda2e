import { Choices } from './choices.js';
import { runSchedule, type ScheduleSettings } from './schedule.js';

export interface Failed {
  readonly seed: number;
  readonly fault: string;
}

/** What became of many schedules. */
export interface Tally {
  readonly schedules: number;
  readonly asks: number;
  readonly rings: number;
  readonly steps: number;
  /** Of the schedules: those in which the store lost something. */
  readonly forgetful: number;
  readonly failed: readonly Failed[];
}

export interface Range {
  readonly from: number;
  readonly count: number;
  /** Every so many seeds one is run. */
  readonly stride?: number;
  /** After so many failed schedules it ends. */
  readonly mostFailed?: number;
}

/** Runs the schedules of these seeds, one after another. */
export async function search(
  { from, count, stride = 1, mostFailed = 1 }: Range,
  settings: ScheduleSettings,
): Promise<Tally> {
  const failed: Failed[] = [];
  let [schedules, asks, rings, steps, forgetful] = [0, 0, 0, 0, 0];
  for (let seed = from; seed < from + count && failed.length < mostFailed; seed += stride) {
    const result = await runSchedule(Choices.ofSeed(seed), settings);
    schedules += 1;
    asks += result.asks;
    rings += result.rings;
    steps += result.steps;
    forgetful += result.hasForgotten ? 1 : 0;
    const [fault] = result.faults;
    if (fault !== undefined) failed.push({ seed, fault });
  }
  return { schedules, asks, rings, steps, forgetful, failed };
}

export function sum(tallies: readonly Tally[]): Tally {
  const total = (member: 'schedules' | 'asks' | 'rings' | 'steps' | 'forgetful') =>
    tallies.reduce((all, tally) => all + tally[member], 0);
  return {
    schedules: total('schedules'),
    asks: total('asks'),
    rings: total('rings'),
    steps: total('steps'),
    forgetful: total('forgetful'),
    failed: tallies.flatMap(({ failed }) => failed).sort((one, other) => one.seed - other.seed),
  };
}
