/** The days as a policy names them, in the order of `Date.getUTCDay`. */
export const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const day = `(?:${dayNames.join('|')})`;
/** One day, such as `sun`, or days in a row, such as `mon-fri` or `sat-sun`. */
export const daysPattern = `^${day}(?:-${day})?$`;
/** On a local clock: from this minute on, and up to that one without it. */
export const openPattern = '^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$';

export const dayMs = 86_400_000;
export const weekMs = 7 * dayMs;

/** From a millisecond of the week on, which begins on Sunday at midnight, up to one without it. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The hours of a policy, as `{ 'mon-fri': ['10:00-13:00', '14:00-20:00'] }`; a day that is not named is closed. Keys that name no days are left alone. */
export type HoursByDay = Readonly<Record<string, readonly string[]>>;

/** When a week is open on a local clock. */
export class WeeklyHours {
  /** In order, none touching the next; the last may reach into the week after. */
  readonly #spans: readonly Span[];

  /** Throws HoursProblem. */
  constructor(hours: HoursByDay) {
    this.#spans = joined(spansOf(hours));
  }

  /** The local milliseconds of a week at which something opens. Empty where it never closes, or never opens. */
  get openings(): readonly number[] {
    return this.#isAlways ? [] : this.#spans.map(({ fromMs }) => fromMs % weekMs);
  }

  /** Whether it is open at a local time, in milliseconds as if it were UTC, and stays so for longer than `marginMs`. */
  isOpen(localMs: number, marginMs: number): boolean {
    if (this.#isAlways) return true;
    const atMs = (((localMs + sundayOffsetMs) % weekMs) + weekMs) % weekMs;
    return this.#spans.some((span) => isWithin(span, atMs, marginMs) || isWithin(span, atMs + weekMs, marginMs));
  }

  get #isAlways(): boolean {
    return this.#spans.length === 1 && this.#spans[0]!.toMs - this.#spans[0]!.fromMs >= weekMs;
  }
}

/** The hours cannot be meant as they are written. */
export class HoursProblem extends Error {
  override readonly name = 'HoursProblem';
}

const namesDays = new RegExp(daysPattern);

/** 1 January 1970 was a Thursday. */
const sundayOffsetMs = 4 * dayMs;

/** The beginning of the local week that has `localMs`, in milliseconds as if it were UTC. */
export function weekOf(localMs: number): number {
  return localMs - ((((localMs + sundayOffsetMs) % weekMs) + weekMs) % weekMs);
}

function isWithin({ fromMs, toMs }: Span, atMs: number, marginMs: number): boolean {
  return fromMs <= atMs && atMs + marginMs < toMs;
}

function spansOf(hours: HoursByDay): readonly Span[] {
  const named = new Set<number>();
  return Object.entries(hours).flatMap(([days, open]) =>
    daysOf(days).flatMap((index) => {
      if (named.has(index)) throw new HoursProblem(`${dayNames[index]!} is named twice; name each day once`);
      named.add(index);
      return open.map((text) => spanOf(index, text));
    }),
  );
}

function daysOf(text: string): readonly number[] {
  if (!namesDays.test(text)) return [];
  const [first, last = first] = text.split('-').map((name) => dayNames.indexOf(name as (typeof dayNames)[number]));
  const days = [first!];
  for (let next = first!; next !== last; days.push(next)) next = (next + 1) % 7;
  return days;
}

function spanOf(index: number, text: string): Span {
  const [from, to] = text.split('-').map((time) => {
    const [hours, minutes] = time.split(':').map(Number);
    return (hours! * 60 + minutes!) * 60_000;
  });
  if (from! >= to!) {
    throw new HoursProblem(`${text} ends before it begins; of hours that go over midnight write each day's part`);
  }
  return { fromMs: index * dayMs + from!, toMs: index * dayMs + to! };
}

/** Spans that touch become one, over the end of the week as well. */
function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.fromMs - other.fromMs)) {
    const last = result.at(-1);
    if (last && span.fromMs <= last.toMs) {
      result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    } else {
      result.push(span);
    }
  }
  const [first, last] = [result[0], result.at(-1)];
  if (first && last && first !== last && first.fromMs === 0 && last.toMs === weekMs) {
    return [...result.slice(1, -1), { fromMs: last.fromMs, toMs: weekMs + first.toMs }];
  }
  return result;
}
