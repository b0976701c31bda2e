import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { PostgresConnection } from '../../postgres/postgres-connection.js';
import { StoreUnavailable } from '../../store-health.js';

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
  text: 'SELECT outdial.ledger_delete_expired($1, $2)::int AS deleted',
};

/** Deletes what is over from the database, every few minutes and a few at once. Every replica does: none deletes what another one is about to delete. */
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
    const { batch, nowMs } = this.#settings;
    for (let all = 0; ;) {
      const [row] = await this.connection.query<{ deleted: number }>(statement, [batch, nowMs?.() ?? null]);
      const deleted = row?.deleted ?? 0;
      all += deleted;
      if (deleted < batch || this.#isStopped) return all;
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
