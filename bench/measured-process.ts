import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process used since it started. */
export interface Usage {
  /** Of all its threads. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** The most that it ever was. */
  readonly peakRssBytes: number;
}

/** How long the turns of its event loop were since it was asked to look. */
export interface LoopTurns {
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** What a process holds once all garbage is collected. */
export interface Held {
  readonly heapBytes: number;
  /** Of buffers outside the heap. */
  readonly externalBytes: number;
  readonly rssBytes: number;
}

export type Environment = Readonly<Record<string, string>>;

const canPin = spawnSync('taskset', ['--version']).status === 0;

/** How a Node process is started; on one core alone where the system can, so that servers do not share theirs with what asks them. */
function nodeOn(core: 0 | 1, args: readonly string[]): readonly [string, ...string[]] {
  return canPin ? ['taskset', '--cpu-list', String(core), process.execPath, ...args] : [process.execPath, ...args];
}

/** A process that tells where it listens, and over its channel what it is asked for; it does not outlive this one. */
export class MeasuredProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves once it says where it listens; throws where it ends before. */
  static async start(core: 0 | 1, args: readonly string[], env: Environment): Promise<MeasuredProcess> {
    const [command, ...rest] = nodeOn(core, args);
    const child = spawn(command, rest, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const dieToo = () => child.kill('SIGKILL');
    process.once('exit', dieToo);
    child.once('exit', () => process.off('exit', dieToo));
    const url = await new Promise<string>((resolve, reject) => {
      let printed = '';
      const read = (chunk: Buffer) => {
        printed += chunk.toString();
        const found = /"url":"([^"]+)"/.exec(printed)?.[1];
        if (found === undefined) return;
        child.stdout!.off('data', read);
        // What else it logs is written as in production, and read by nobody.
        child.stdout!.resume();
        resolve(found);
      };
      child.stdout!.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`${args.join(' ')} ended with ${String(code)}:\n${printed}`));
      });
    });
    return new MeasuredProcess(url, child);
  }

  /** Sends a message, and resolves with the next that comes. */
  async ask<Answer>(message: unknown): Promise<Answer> {
    const answer = once(this.child, 'message');
    this.child.send(message as object);
    const [told] = (await answer) as [Answer];
    return told;
  }

  /** The same of one that answers `{ failed }` where it could not do what it was asked for; throws that. */
  async askFor<Answer>(message: unknown): Promise<Answer> {
    const answer = await this.ask<Answer | { readonly failed: string }>(message);
    if (typeof answer === 'object' && answer !== null && 'failed' in answer) throw new Error(answer.failed);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }
}
