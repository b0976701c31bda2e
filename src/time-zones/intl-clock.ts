import { ListedClock, type ZoneClock } from './zone-clock.js';

const secondMs = 1000;
/** No zone has changed its clocks twice in so short a time. */
const sampleMs = 6 * 3600 * secondMs;
const spanMs = 32 * 86_400 * secondMs;
/** Three years of one zone. */
const maxSpans = 36;

/**
 * The local time of a zone as this Node's Intl has it, whose tz database comes with Node (`process.versions.tz`). A look-up in Intl takes microseconds and its
 * formats take memory, so the offsets of a month or so are found out at once, and kept.
 */
export class IntlClock implements ZoneClock {
  readonly #spans = new Map<number, ListedClock>();

  private constructor(private readonly zone: string) {}

  /** Undefined where Intl does not know the zone. */
  static of(zone: string): IntlClock | undefined {
    try {
      formatOf(zone);
      return new IntlClock(zone);
    } catch {
      return undefined;
    }
  }

  offsetMsAt(atMs: number): number | undefined {
    return this.#spanAt(Math.floor(atMs / spanMs)).offsetMsAt(atMs);
  }

  transitionsBetween(fromMs: number, toMs: number): readonly number[] {
    const found: number[] = [];
    for (let index = Math.floor(fromMs / spanMs); index * spanMs < toMs; index += 1) {
      found.push(...this.#spanAt(index).transitionsBetween(fromMs, toMs));
    }
    return found;
  }

  #spanAt(index: number): ListedClock {
    const known = this.#spans.get(index);
    if (known) return known;
    if (this.#spans.size >= maxSpans) this.#spans.clear();
    const span = readSpan(this.zone, index * spanMs);
    this.#spans.set(index, span);
    return span;
  }
}

/** The offsets from `fromMs` on, and the second before: a transition at `fromMs` is in it. */
function readSpan(zone: string, fromMs: number): ListedClock {
  const format = formatOf(zone);
  const offsetAt = (atMs: number) => offsetMsOf(format.format(atMs));
  const startsMs: number[] = [];
  let beforeMs = fromMs - secondMs;
  const offsetsMs = [offsetAt(beforeMs)];
  while (beforeMs < fromMs + spanMs - secondMs) {
    const offsetMs = offsetsMs.at(-1);
    let afterMs = Math.min(beforeMs + sampleMs, fromMs + spanMs - secondMs);
    if (offsetAt(afterMs) === offsetMs) {
      beforeMs = afterMs;
      continue;
    }
    while (afterMs - beforeMs > secondMs) {
      const middleMs = beforeMs + Math.floor((afterMs - beforeMs) / (2 * secondMs)) * secondMs;
      if (offsetAt(middleMs) === offsetMs) beforeMs = middleMs;
      else afterMs = middleMs;
    }
    startsMs.push(afterMs);
    offsetsMs.push(offsetAt(afterMs));
    beforeMs = afterMs;
  }
  return new ListedClock({ startsMs, offsetsMs, endMs: Infinity });
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
}

/** Of a text that ends with GMT, GMT-05:00, or GMT-00:44:30. */
function offsetMsOf(text: string): number | undefined {
  const parts = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, hours = 0, minutes = 0, seconds = 0] = parts;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * secondMs;
  return sign === '-' ? 0 - ms : ms;
}
