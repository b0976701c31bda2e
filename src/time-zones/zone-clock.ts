import type { YearlyRule } from './yearly-rule.js';

/** What one source tells of the local time of one zone. */
export interface ZoneClock {
  /** Milliseconds east of UTC; undefined where the source does not tell the local time. */
  offsetMsAt(atMs: number): number | undefined;
  /** The instants from `fromMs` to before `toMs` at which the offset changes, ascending. */
  transitionsBetween(fromMs: number, toMs: number): readonly number[];
}

/** The offsets of a zone, as a list. */
export interface TransitionList {
  /** Ascending, in milliseconds since 1970. */
  readonly startsMs: readonly number[];
  /** Milliseconds east of UTC, one more than `startsMs`: the first holds before the first transition. Undefined where there was no local time. */
  readonly offsetsMs: readonly (number | undefined)[];
  /** From the last transition on. */
  readonly rule?: YearlyRule | undefined;
  /** The list tells nothing from here on. */
  readonly endMs: number;
}

export class ListedClock implements ZoneClock {
  constructor(private readonly list: TransitionList) {}

  offsetMsAt(atMs: number): number | undefined {
    const { startsMs, offsetsMs, rule, endMs } = this.list;
    if (atMs >= endMs) return undefined;
    const passed = countUpTo(startsMs, atMs);
    return rule && passed === startsMs.length ? rule.offsetMsAt(atMs) : offsetsMs[passed];
  }

  transitionsBetween(fromMs: number, toMs: number): readonly number[] {
    const { startsMs, rule, endMs } = this.list;
    const listed = startsMs.slice(countUpTo(startsMs, fromMs - 1), countUpTo(startsMs, toMs));
    const lastMs = startsMs.at(-1) ?? -Infinity;
    const byRule = rule && toMs > lastMs ? rule.changesBetween(Math.max(fromMs, lastMs), toMs) : [];
    const candidates = [...new Set([...listed, ...byRule, endMs])].sort((a, b) => a - b);
    return candidates.filter(
      (atMs) => atMs >= fromMs && atMs < toMs && this.offsetMsAt(atMs - 1) !== this.offsetMsAt(atMs),
    );
  }
}

/** How many of the ascending `values` are at most `limit`. */
function countUpTo(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
