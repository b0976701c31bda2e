import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

const retryMs = 1_000;
/** How exact the time is since when a dependency is away. */
const lookEveryMs = 1_000;

/** Something that must have succeeded once before the gateway takes traffic; rejects while it does not. */
export interface Step {
  /** What is wrong until then. */
  readonly reason: string;
  readonly run: () => Promise<void>;
}

/** Something outside of the process that may be away for a while. */
export interface Dependency {
  readonly isUp: () => boolean;
  /** What is wrong while it is away; left out where the gateway does its work all the same. */
  readonly reason?: string;
}

/** What /readyz answers. */
export interface ReadinessState {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly dependencies: Readonly<Record<string, DependencyState>>;
}

export interface DependencyState {
  readonly up: boolean;
  /** Whether the gateway is not ready without it. */
  readonly required: boolean;
  /** Since when it is away, in ISO 8601. */
  readonly since?: string;
}

export interface ReadinessParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly steps: Readonly<Record<string, Step>>;
  readonly dependencies?: Readonly<Record<string, Dependency>>;
  /** What is wrong now and does not end by itself, such as a setting that leads to a wrong server. */
  readonly obstacles?: () => readonly string[];
}

/** Does what must have succeeded once before the gateway takes traffic, again every second until it did; knows what keeps it from taking any, and since when. */
export class Readiness {
  /** The steps that have not succeeded, and the dependencies that are away, each with the time since when, on the monotonic clock. */
  readonly #awaySinceMs = new Map<string, number>();
  #isStopped = false;
  readonly #timers = { retry: (): void => undefined, look: (): void => undefined };

  constructor(private readonly parts: ReadinessParts) {
    for (const name of Object.keys(parts.steps)) this.#awaySinceMs.set(name, parts.clock.monotonic());
    this.#look();
  }

  state(): ReadinessState {
    this.#look();
    const { steps, dependencies = {}, obstacles = () => [] } = this.parts;
    const inTheWay = obstacles();
    const open = Object.entries(steps).flatMap(([name, { reason }]) => (this.#awaySinceMs.has(name) ? [reason] : []));
    const states = Object.fromEntries([
      ...Object.keys(steps).map((name) => [name, this.#stateOf(name, true)] as const),
      ...Object.entries(dependencies).map(
        ([name, one]) => [name, this.#stateOf(name, one.reason !== undefined)] as const,
      ),
    ]);
    const away = Object.entries(dependencies).flatMap(([name, { reason }]) => {
      const since = states[name]?.since;
      return reason === undefined || since === undefined ? [] : [`${reason} since ${since}`];
    });
    // A server that must not be used is what keeps the store away, and says what to do.
    const reasons = [...open, ...(inTheWay.length > 0 ? inTheWay : away)];
    return { ready: reasons.length === 0, reasons, dependencies: states };
  }

  start(): void {
    void this.#try();
    if (Object.keys(this.parts.dependencies ?? {}).length > 0) this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timers.retry();
    this.#timers.look();
  }

  #stateOf(name: string, required: boolean): DependencyState {
    const sinceMs = this.#awaySinceMs.get(name);
    if (sinceMs === undefined) return { up: true, required };
    const { clock } = this.parts;
    return { up: false, required, since: new Date(clock.now() - (clock.monotonic() - sinceMs)).toISOString() };
  }

  /** Notes what went away and what came back. */
  #look(): void {
    const nowMs = this.parts.clock.monotonic();
    for (const [name, { isUp }] of Object.entries(this.parts.dependencies ?? {})) {
      if (isUp()) this.#awaySinceMs.delete(name);
      else if (!this.#awaySinceMs.has(name)) this.#awaySinceMs.set(name, nowMs);
    }
  }

  #lookLater(): void {
    this.#timers.look = this.parts.clock.after(lookEveryMs, () => {
      this.#look();
      this.#lookLater();
    });
  }

  async #try(): Promise<void> {
    const { clock, log, steps } = this.parts;
    const open = Object.entries(steps).filter(([name]) => this.#awaySinceMs.has(name));
    const succeeded = await Promise.all(
      open.map(async ([name, { reason, run }]) => {
        try {
          await run();
          return this.#awaySinceMs.delete(name);
        } catch (err) {
          log.warn({ err }, `not ready: ${reason}`);
          return false;
        }
      }),
    );
    if (succeeded.includes(false) && !this.#isStopped) {
      this.#timers.retry = clock.after(retryMs, () => void this.#try());
    }
  }
}
