import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { Refusal } from './postgres-hosts.js';

/** Logs that the database is gone, and back; and where the hosts lead to a server that must not be used, that once for each reason. */
export class PostgresOutages {
  #refusals: readonly string[] = [];
  #alarmed: readonly string[] = [];
  #isLogged = false;

  constructor(
    private readonly log: Log,
    private readonly meters: Meters,
  ) {}

  /** Which servers that must not be used the hosts led to last, while none could be. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  isUp(): void {
    this.#refusals = [];
    if (this.#isLogged) this.log.info('the database is back');
    this.#isLogged = false;
  }

  /** `cause` is the error that ended its connection. */
  isDown(cause: unknown): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    this.log.warn({ err: cause }, 'the database is gone; connecting again');
  }

  /** Beside a primary that is used. */
  foundBeside(refusals: readonly Refusal[]): void {
    this.#alarm(refusals.filter(({ is }) => is === 'former' || is === 'stranger').map(({ reason }) => reason));
  }

  /** A primary that is used refused a statement for no reason that is known here, as by a policy of row-level security. */
  refusesStatement(error: { readonly code?: string | undefined }): void {
    const reason = `a database that refuses a statement of the ledger (${error.code ?? 'no code'}): give its role what docs/postgres.md says, and look what else was changed there`;
    if (this.#alarmed.includes(reason)) return;
    this.#alarmed = [...this.#alarmed, reason];
    this.log.error({ err: error }, `ALARM: DATABASE_URL leads to ${reason}`);
    this.meters.alarmRaised('database');
  }

  foundNone(refused: readonly Refusal[], [failure]: readonly unknown[]): void {
    // While another host is away, a standby is what is left of a failover, not a mistake.
    const refusals = refused.filter(({ is }) => !(is === 'standby' && failure !== undefined));
    this.#refusals = [...new Set(refusals.map(({ reason }) => reason))];
    this.#alarm(this.#refusals);
    if (refusals.length === 0 && !this.#isLogged) {
      this.log.warn({ err: failure }, 'the database is gone; connecting again');
    }
    this.#isLogged = true;
  }

  #alarm(reasons: readonly string[]): void {
    const fresh = reasons.filter((reason) => !this.#alarmed.includes(reason));
    for (const reason of new Set(fresh)) {
      this.log.error(`ALARM: DATABASE_URL leads to ${reason}`);
      this.meters.alarmRaised('database');
    }
    this.#alarmed = reasons;
  }
}
