import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { PostgresConnection } from '../../postgres/postgres-connection.js';
import { StoreUnavailable } from '../../store-health.js';
import { mostSkewMs } from './clock-skew.js';

export interface RetentionSettings {
  readonly clock: Clock;
  readonly log: Log;
  /** Instead of the database's own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
  /** How many records one statement deletes at most. */
  readonly batch?: number;
}

/** How long a replica waits between two runs. */
export const retentionEveryMs = 300_000;

const statement = {
  name: 'ledger_delete_expired',
  text: `SELECT outdial.ledger_delete_expired($1, least(now_ms, $2))::int AS deleted, now_ms
    FROM (SELECT outdial.ledger_now_ms($3) AS now_ms) AS clock`,
};

/** Deletes what is over from the database, by its clock and by this machine's, every few minutes and a few at once. Every replica does: none deletes what another one is about to delete. */
export class Retention {
  readonly #settings: Required<Omit<RetentionSettings, 'nowMs'>> & Pick<RetentionSettings, 'nowMs'>;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly connection: PostgresConnection,
    settings: RetentionSettings,
  ) {
    this.#settings = { batch: 1_000, ...settings };
  }

  start(): void {
    this.#cancel = this.#settings.clock.after(retentionEveryMs, () => {
      void this.#runOnce();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Deletes all that is over; how many records that were. */
  async run(): Promise<number> {
    const { batch, nowMs, clock, log } = this.#settings;
    for (let all = 0; ;) {
      // A clock that is ahead, perhaps that of a standby which was promoted, would delete what is still needed.
      const values = [batch, clock.now(), nowMs?.() ?? null];
      const [row] = await this.connection.query<{ deleted: number; now_ms: number }>(statement, values);
      const { deleted = 0, now_ms = NaN } = row ?? {};
      all += deleted;
      if (deleted === batch && !this.#isStopped) continue;
      const skewMs = now_ms - clock.now();
      if (Math.abs(skewMs) > mostSkewMs) {
        log.warn({ skewMs }, "the clock of PostgreSQL is far from this machine's, so that records are kept for longer");
      }
      return all;
    }
  }

  async #runOnce(): Promise<void> {
    try {
      const deleted = await this.run();
      this.#settings.log.debug({ deleted }, 'records that were over are deleted');
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#settings.log.debug({ err: error }, 'records that are over could not be deleted yet');
    }
    if (!this.#isStopped) this.start();
  }
}
