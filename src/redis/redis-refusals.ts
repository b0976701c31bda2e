import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { Refusal } from './redis-role.js';

/** Which servers that must not be used an address leads to, by the connections that met them. */
export class RedisRefusals {
  /** What the first server was refused for; undefined where it was not, or was not reached. */
  readonly first: Promise<Refusal | undefined>;
  readonly #last = new Map<string, Refusal>();
  #settleFirst: (refusal: Refusal | undefined) => void = () => undefined;

  constructor(
    private readonly setting: string,
    private readonly log: Log,
    private readonly meters: Meters,
  ) {
    this.first = new Promise((resolve) => (this.#settleFirst = resolve));
  }

  /** Those met last that are no matter of moments. */
  get reasons(): readonly string[] {
    const lasting = [...this.#last.values()].filter(({ is }) => is !== 'passing');
    return [...new Set(lasting.map((refusal) => this.wordsOf(refusal)))];
  }

  wordsOf({ what }: Refusal): string {
    return `${this.setting} leads to ${what}`;
  }

  /** Records what `connection` met last; an alarm is logged once for each kind. */
  record(connection: string, refusal: Refusal | undefined): void {
    this.#settleFirst(refusal);
    if (refusal === undefined) {
      this.#last.delete(connection);
      return;
    }
    const isKnown = [...this.#last.values()].some(({ what }) => what === refusal.what);
    if (!isKnown && refusal.is !== 'passing') {
      this.log.error(`ALARM: ${this.wordsOf(refusal)}`);
      this.meters.alarmRaised('redis');
    }
    this.#last.set(connection, refusal);
  }

  /** No server was reached. */
  recordNone(): void {
    this.#settleFirst(undefined);
  }
}
