import pg from 'pg';
import { configsOf } from './postgres-config.js';
import {
  inTime,
  refusedConnection,
  serverOf,
  timelineOf,
  type Patience,
  type Server,
  type Timeline,
} from './postgres-server.js';

/** A server that takes writes, and a connection to it. */
export interface Primary {
  readonly config: pg.PoolConfig;
  readonly client: pg.Client;
  /** Resolves once the connection is no more, with the first error that it met. */
  readonly ended: Promise<unknown>;
  readonly server: Server;
  readonly timeline: Timeline | undefined;
}

/** Why a server must not be used: `reason` says what it is, and what to do. */
export interface Refusal {
  readonly is: keyof typeof refusalReasons | 'unfit';
  readonly reason: string;
}

export interface FoundHosts {
  /** Those that will do, in the order of the hosts. Whoever gets them ends their connections. */
  readonly primaries: readonly Primary[];
  readonly refusals: readonly Refusal[];
  readonly failures: readonly unknown[];
}

const refusalReasons = {
  standby: 'a standby: give the address of the primary, or those of all hosts',
  'read-only': 'a database that is read-only: see default_transaction_read_only',
  former: 'a former primary, which takes writes though another server was promoted: stop it',
  stranger:
    'a server of another system than the one that was used before, without its records: leave it out, or start the replicas again where it is meant',
  rival: 'two primaries that were promoted from the same one: stop the one that is not meant to be used',
} as const;

/** The servers behind the hosts of a URL. One that is behind a promotion that was ever seen here is refused: other replicas may use the promoted one. */
export class PostgresHosts {
  /** By system, the latest timeline that was seen. */
  readonly #latest = new Map<string, number>();
  /** The system of the primary that was used first. */
  #system: string | undefined;

  constructor(
    private readonly configs: readonly pg.PoolConfig[],
    private readonly patience: Patience,
  ) {}

  /** Whether there is another host than that of a primary. */
  get areSeveral(): boolean {
    return this.configs.length > 1;
  }

  /** What all hosts lead to. `standing` is a primary that is known already, and judged again with the others. */
  async look(standing?: Primary): Promise<FoundHosts> {
    const failures: unknown[] = [];
    const refusals: Refusal[] = [];
    const looked = this.configs.map(async (config) => {
      if (config === standing?.config) return standing;
      try {
        return await this.#connect(config);
      } catch (error) {
        const reason = refusedConnection(error);
        if (reason === undefined) failures.push(error);
        else refusals.push({ is: 'unfit', reason });
        return undefined;
      }
    });
    const found = (await Promise.all(looked)).filter((one) => one !== undefined);
    for (const { timeline } of found) this.#note(timeline);
    const primaries: Primary[] = [];
    for (const one of found) {
      const is = one.server.refused ?? this.#objection(one, found);
      if (is === undefined) {
        primaries.push(one);
      } else {
        refusals.push({ is, reason: refusalReasons[is] });
        if (one !== standing) giveUp(one);
      }
    }
    return { primaries, refusals, failures };
  }

  /** From now on a server of another system is refused. */
  use({ timeline }: Primary): void {
    this.#system ??= timeline?.system;
  }

  async #connect(config: pg.PoolConfig): Promise<Primary> {
    const client = new pg.Client(config);
    let cause: unknown;
    // Whatever breaks it ends it too. A server that stops says why, and then the connection breaks.
    client.on('error', (error) => (cause ??= error));
    const ended = new Promise((resolve) => {
      client.once('end', () => {
        resolve(cause);
      });
    });
    try {
      await inTime(client, client.connect(), this.patience);
      const server = await inTime(client, serverOf(client), this.patience);
      return { config, client, ended, server, timeline: await inTime(client, timelineOf(client), this.patience) };
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
  }

  #note(timeline: Timeline | undefined): void {
    if (!timeline) return;
    const { system, number } = timeline;
    this.#latest.set(system, Math.max(number, this.#latest.get(system) ?? 0));
  }

  #objection({ server, timeline }: Primary, others: readonly Primary[]): 'stranger' | 'former' | 'rival' | undefined {
    if (!timeline) return undefined;
    const { system, number } = timeline;
    if (system !== (this.#system ?? system)) return 'stranger';
    if (number < this.#latest.get(system)!) return 'former';
    const isRival = (other: Primary) =>
      other.server.refused !== 'standby' &&
      other.server.startedAt !== server.startedAt &&
      other.timeline?.system === system &&
      other.timeline.number === number;
    return others.some(isRival) ? 'rival' : undefined;
  }
}

/** `cause` is what its `ended` resolves with, unless it met an error before. */
export function giveUp({ client }: Primary, cause?: unknown): void {
  client.connection.stream.destroy(cause instanceof Error ? cause : undefined);
}

/** A connection to the primary among the hosts, on which a statement may take as long as it needs. */
export async function connectToPrimary(url: string): Promise<pg.Client> {
  const configs = configsOf(url, 10_000, 1).map((config) => ({ ...config, statement_timeout: 0, lock_timeout: 0 }));
  const hosts = new PostgresHosts(configs, { timeoutMs: 10_000, signal: new AbortController().signal });
  const { primaries, refusals, failures } = await hosts.look();
  const [primary, ...others] = primaries;
  others.forEach(giveUp);
  if (primary) return primary.client;
  // While another host is away, a standby is what is left of a failover, not a mistake.
  const refusal = refusals.find(({ is }) => is !== 'standby') ?? (failures.length === 0 ? refusals[0] : undefined);
  throw refusal ? new Error(`DATABASE_URL leads to ${refusal.reason}`) : failures[0];
}
