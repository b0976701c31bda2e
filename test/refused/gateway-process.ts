import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** CPU time of the thread that runs the event loop. */
export interface LoopTime {
  readonly totalMs: number;
  /** The longest time that nothing else had a turn. */
  readonly longestPieceMs: number;
}

/** The compiled gateway in a process of its own, with a probe beside it. */
export class GatewayProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves once it listens. */
  static async start(entry: string, probe: string, env: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    const child = spawn(process.execPath, ['--import', probe, entry], {
      env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    const url = await new Promise<string>((resolve, reject) => {
      let printed = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        if (printed.length < 100_000) printed += chunk.toString();
        const found = /"url":"([^"]+)"/.exec(printed)?.[1];
        if (found) resolve(found);
      });
      child.once('exit', (code) => {
        reject(new Error(`The gateway ended with ${String(code)}.`));
      });
    });
    return new GatewayProcess(url, child);
  }

  /** How long the event loop ran for `use`, without its pieces. */
  async totalOf(use: () => Promise<unknown>): Promise<number> {
    await this.#ask('begin');
    await use();
    return (await this.#ask('end')).totalMs;
  }

  /** The longest piece in which the event loop did `use`. */
  async longestPieceOf(use: () => Promise<unknown>): Promise<number> {
    await this.#ask('watch');
    await use();
    return (await this.#ask('end')).longestPieceMs;
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  async #ask(what: 'begin' | 'watch' | 'end'): Promise<LoopTime> {
    const answer = once(this.child, 'message');
    this.child.send(what);
    const [told] = (await answer) as [LoopTime];
    return told;
  }
}
