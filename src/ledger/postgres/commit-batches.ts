import DataLoader from 'dataloader';
import type { Clock } from '../../clock.js';
import { StoreUnavailable } from '../../store-health.js';

export interface CommitBatchesSettings {
  readonly clock: Clock;
  /** A commit that waits longer for its turn is not sent. */
  readonly waitMs: number;
}

/** So many batches are under way at once. */
const mostAtOnce = 4;
/** The server keeps a lock for each record of a batch, and has room for some thousand of all replicas. */
const mostCommits = 20;

/**
 * Sends commits to the server, together where they must wait: while as many batches as may be are under way, the next one collects. The more commits there are, the less of a
 * transaction, and of the wait for a standby, each costs; sent one by one, more of them than the server takes would be too late for everybody.
 */
export class CommitBatches<Commit, Answer> {
  readonly #loader: DataLoader<{ readonly commit: Commit; readonly untilMs: number }, Answer>;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  /** `send` answers each commit in its order, or that one with an Error. */
  constructor(
    private readonly send: (commits: readonly Commit[]) => Promise<readonly (Answer | Error)[]>,
    private readonly settings: CommitBatchesSettings,
  ) {
    this.#loader = new DataLoader((queued) => this.#send(queued), {
      cache: false,
      maxBatchSize: mostCommits,
      batchScheduleFn: (dispatch) => {
        if (this.#underWay === mostAtOnce) {
          this.#waiting.push(dispatch);
        } else {
          this.#underWay += 1;
          // What is asked for in this very moment comes along.
          queueMicrotask(dispatch);
        }
      },
    });
  }

  /** Throws StoreUnavailable, and what `send` throws. */
  commit(commit: Commit): Promise<Answer> {
    return this.#loader.load({ commit, untilMs: this.settings.clock.monotonic() + this.settings.waitMs });
  }

  async #send(
    queued: readonly { readonly commit: Commit; readonly untilMs: number }[],
  ): Promise<readonly (Answer | Error)[]> {
    const nowMs = this.settings.clock.monotonic();
    const timely = queued.filter(({ untilMs }) => untilMs >= nowMs);
    try {
      const answers = (timely.length > 0 ? await this.send(timely.map(({ commit }) => commit)) : []).values();
      return queued.map((one) => (timely.includes(one) ? answers.next().value! : new StoreUnavailable()));
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay -= 1;
    }
  }
}
