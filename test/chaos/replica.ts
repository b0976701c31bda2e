import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process uses; its heap as it is when everything that nobody needs was collected. */
export interface Usage {
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
  /** Since it started. */
  readonly cpuMs: number;
}

/** One gateway: a process that can die, stand still and start again. */
export class Replica {
  /** How often it cried that one call was placed twice. */
  alarms = 0;
  /** Of each process that was killed, the contacts of the placed calls that it could not record at once. */
  readonly #owedByKilled: Set<string>[] = [];
  #owed = new Set<string>();
  #url = '';
  #child: ChildProcess | undefined;

  /** `entry` is the compiled main.js; `nodeOptions` come before it. */
  constructor(
    private readonly entry: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly nodeOptions: readonly string[] = [],
  ) {}

  /** Where it serves, or last did. */
  get url(): string {
    return this.#url;
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...this.nodeOptions, this.entry], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child = child;
    const owed = (this.#owed = new Set<string>());
    const dieToo = () => child.kill('SIGKILL');
    process.once('exit', dieToo);
    child.once('exit', () => process.off('exit', dieToo));
    let rest = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout!.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.includes('ALARM: one call was placed twice')) this.alarms += 1;
          if (line.includes('a placed call could not be recorded yet')) {
            owed.add(/"contactId":"([^"]+)"/.exec(line)![1]!);
          }
          const url = /"url":"([^"]+)"/.exec(line)?.[1];
          if (!url) continue;
          this.#url = url;
          resolve();
        }
      });
      child.once('exit', (code) => {
        reject(new Error(`A gateway ended with ${String(code)} without listening.`));
      });
    });
  }

  /** Contacts of calls that nobody may have recorded: the process that placed them said that it could not yet, and was killed. */
  get owedByKilled(): readonly string[] {
    return this.#owedByKilled.flatMap((contacts) => [...contacts]);
  }

  /** Dies at once, with all it had in hand. */
  kill(): void {
    this.#owedByKilled.push(this.#owed);
    this.#child?.kill('SIGKILL');
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** What the process uses now; answered by one whose `nodeOptions` load a probe. */
  async measure(): Promise<Usage> {
    const child = this.#child!;
    const answer = once(child, 'message');
    child.send('measure');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  /** Ends as a deployment ends it; by force, and then false, where that takes longer than `withinMs`. */
  async stop(withinMs = 3_000): Promise<boolean> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return true;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    let isForced = false;
    const force = setTimeout(() => {
      isForced = true;
      child.kill('SIGKILL');
    }, withinMs);
    await gone;
    clearTimeout(force);
    return !isForced;
  }
}
