const secondMs = 1000;
const dayMs = 86_400 * secondMs;

const name = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const time = String.raw`[+-]?\d{1,3}(?::\d\d(?::\d\d)?)?`;
const day = String.raw`J\d{1,3}|\d{1,3}|M\d{1,2}\.[1-5]\.[0-6]`;
const form = new RegExp(
  `^(?<standard>${name})(?<offset>${time})(?:${name}(?<summerOffset>${time})?` +
    `,(?<startDay>${day})(?:/(?<startTime>${time}))?,(?<endDay>${day})(?:/(?<endTime>${time}))?)?$`,
);

interface Change {
  readonly atMs: number;
  readonly offsetMs: number;
}

/** When summer time starts or ends in each year: on a day, at milliseconds of the clock that is in force until then. */
interface YearlyChange {
  readonly day: string;
  readonly timeMs: number;
}

/**
 * What a zone's clocks do each year from the last listed transition on, as TZif files have it in their last line, such as EST5EDT,M3.2.0,M11.1.0: a TZ
 * string of POSIX, with the hours from -167 to 167 of RFC 9636, 3.3.1. Offsets are written there as west of UTC, and are east of it here.
 */
export class YearlyRule {
  private constructor(
    private readonly standardMs: number | undefined,
    private readonly summer?: { readonly offsetMs: number; readonly start: YearlyChange; readonly end: YearlyChange },
  ) {}

  /** Undefined where the text is no such rule. */
  static parse(text: string): YearlyRule | undefined {
    const parts = form.exec(text)?.groups;
    if (!parts) return undefined;
    const { standard, offset = '', summerOffset, startDay, startTime = '2', endDay, endTime = '2' } = parts;
    const standardMs = 0 - msOf(offset);
    if (startDay === undefined || endDay === undefined) {
      return new YearlyRule(standard === noLocalTime ? undefined : standardMs);
    }
    return new YearlyRule(standardMs, {
      offsetMs: summerOffset === undefined ? standardMs + 3600 * secondMs : 0 - msOf(summerOffset),
      start: { day: startDay, timeMs: msOf(startTime) },
      end: { day: endDay, timeMs: msOf(endTime) },
    });
  }

  /** Milliseconds east of UTC. */
  offsetMsAt(atMs: number): number | undefined {
    const passed = this.changesAround(atMs, atMs).filter((change) => change.atMs <= atMs);
    return passed.at(-1)?.offsetMs ?? this.standardMs;
  }

  /** Instants from `fromMs` to before `toMs` at which the rule says that clocks change, ascending. */
  changesBetween(fromMs: number, toMs: number): readonly number[] {
    return this.changesAround(fromMs, toMs)
      .map(({ atMs }) => atMs)
      .filter((atMs) => atMs >= fromMs && atMs < toMs);
  }

  /** Those of the years of `fromMs` and `toMs` and of a year more on both sides, ascending. Of two at the same instant the later year's is the last. */
  private changesAround(fromMs: number, toMs: number): readonly Change[] {
    const { standardMs, summer } = this;
    if (!summer || standardMs === undefined) return [];
    const changes: Change[] = [];
    for (let year = yearOf(fromMs) - 1; year <= yearOf(toMs) + 1; year += 1) {
      const startMs = dayOf(summer.start.day, year) + summer.start.timeMs - standardMs;
      const endMs = dayOf(summer.end.day, year) + summer.end.timeMs - summer.offsetMs;
      changes.push({ atMs: startMs, offsetMs: summer.offsetMs }, { atMs: endMs, offsetMs: standardMs });
    }
    return changes.sort((a, b) => a.atMs - b.atMs);
  }
}

/** Abbreviation of the tz database for times at which a place had no local time, or the data does not tell it. */
export const noLocalTime = '<-00>';

function yearOf(atMs: number): number {
  return new Date(atMs).getUTCFullYear();
}

function msOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -secondMs : secondMs) * (hours * 3600 + minutes * 60 + seconds);
}

/** Midnight of UTC on the day that `text` names in `year`. */
function dayOf(text: string, year: number): number {
  if (text.startsWith('M')) {
    const [month = 1, week = 1, weekday = 0] = text.slice(1).split('.').map(Number);
    const firstMs = Date.UTC(year, month - 1, 1);
    const firstDay = (weekday - new Date(firstMs).getUTCDay() + 7) % 7;
    const inWeek = firstMs + (firstDay + (week - 1) * 7) * dayMs;
    // Week 5 is the last one of the month.
    return new Date(inWeek).getUTCMonth() === month - 1 ? inWeek : inWeek - 7 * dayMs;
  }
  if (!text.startsWith('J')) return Date.UTC(year, 0, 1 + Number(text));
  // J counts from 1 and never counts 29 February: J60 is 1 March in every year.
  const inCommonYear = new Date(Date.UTC(2001, 0, Number(text.slice(1))));
  return Date.UTC(year, inCommonYear.getUTCMonth(), inCommonYear.getUTCDate());
}
