import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { isTimeout, isUnknownScript } from './redis-errors.js';

export interface ScriptCall {
  readonly lua: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** Whether it is for a slot that is being moved to the node which is asked. */
  readonly isAsking?: boolean;
}

/** What became of one script: what it answered, or why it did not. */
export type Outcome = { readonly reply: unknown } | { readonly error: Error };

/** What became of scripts that were sent together, in their order, and of the WAIT behind them: how many replicas have all of them. */
export interface BatchOutcome {
  readonly scripts: readonly Outcome[];
  readonly replicas: number | Error;
}

export interface LaneWait {
  readonly replicas: number;
  readonly timeoutMs: number;
}

/**
 * One connection on which nothing is sent but scripts with one WAIT behind them, one batch after another: WAIT holds up whatever is sent after it. The scripts leave with their WAIT in
 * one write to one socket, so that no reconnect comes between them unnoticed. ioredis' own scripts are of no use here: one that Redis had forgotten is sent again behind the WAIT, which then says nothing of it.
 */
export class WriteLane {
  /** Digests of the scripts that this connection has sent in full. */
  readonly #known = new Set<string>();
  #isBusy = false;
  /** Neither connected nor refused so far. */
  isOpening = true;
  /** Why the lane is not ready. */
  lastError: unknown;

  constructor(
    private readonly client: Redis,
    private readonly wait: LaneWait,
    /** May be asked for something, or is no longer ready. */
    onChange: () => void,
  ) {
    client.on('error', (error: unknown) => {
      this.lastError = error;
    });
    client.on('ready', () => {
      this.#known.clear();
      this.isOpening = false;
      this.lastError = undefined;
      onChange();
    });
    client.on('close', () => {
      this.isOpening = false;
      onChange();
    });
    client.connect().catch(() => undefined);
  }

  get isReady(): boolean {
    return this.client.status === 'ready' && this.client.stream.writable;
  }

  get isIdle(): boolean {
    return this.isReady && !this.#isBusy;
  }

  /** Never rejects. */
  async send(calls: readonly ScriptCall[]): Promise<BatchOutcome> {
    this.#isBusy = true;
    const pipeline = this.client.pipeline();
    const digests = calls.map(({ lua, keys, args, isAsking }) => {
      const digest = digestOf(lua);
      // It counts for the one command behind it.
      if (isAsking) pipeline.asking();
      if (this.#known.has(digest)) pipeline.evalsha(digest, keys.length, ...keys, ...args);
      else pipeline.eval(lua, keys.length, ...keys, ...args);
      this.#known.add(digest);
      return digest;
    });
    pipeline.wait(this.wait.replicas, this.wait.timeoutMs);
    const results = (await pipeline.exec()) ?? [];
    this.#isBusy = false;
    const isOfAsking = calls.flatMap(({ isAsking }) => (isAsking ? [true, false] : [false]));
    const outcomes = results.flatMap(([error, reply], index): Outcome[] => {
      if (isOfAsking[index]) return [];
      return [error ? { error } : { reply }];
    });
    const errors = outcomes.map((outcome) => ('error' in outcome ? outcome.error : undefined));
    for (const [index, digest] of digests.entries()) if (isUnknownScript(errors[index])) this.#known.delete(digest);
    // What comes after this would be held up as well.
    if (errors.some(isTimeout)) this.reconnect();
    const waited = outcomes.at(-1);
    return {
      scripts: outcomes.slice(0, -1),
      replicas: waited && 'reply' in waited ? Number(waited.reply) : (waited?.error ?? new Error('nothing was sent')),
    };
  }

  /** The address may lead to another server by now. */
  reconnect(): void {
    if (this.client.status === 'ready') this.client.stream.destroy();
  }

  async close(): Promise<void> {
    await this.client.quit().finally(() => {
      this.client.disconnect();
    });
  }
}

const digests = new Map<string, string>();

function digestOf(lua: string): string {
  const known = digests.get(lua) ?? createHash('sha1').update(lua).digest('hex');
  digests.set(lua, known);
  return known;
}
