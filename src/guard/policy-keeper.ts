import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import { readPolicyFile, type OpenedData } from '../policy-file.js';
import { problemText, type PlacedProblem } from '../policy/problems.js';
import type { Refused, TakenPolicy } from '../policy/read-policy.js';
import { SourcesSnapshot } from './sources-snapshot.js';

const lookEveryMs = 2_000;
const tellEveryMs = 60_000;
/** Each line of the log, and the message of a start that fails, has so many at most. */
const maxProblemsTold = 100;

export interface PolicyKeeperParts {
  readonly path: string;
  /** The compiled time zones where the policy names none. */
  readonly zoneinfo?: string | undefined;
  /** Whether do-not-call lists can be asked. */
  readonly hasListKeys: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Meters;
}

/**
 * Keeps the policy that calls are held to as new as its file, its overlays and its time zones, which are looked at every two seconds. A changed file is read once it was the same in two
 * looks, for the beginning of a file that is being written may be a policy with fewer rules. It is taken whole or not at all: while it cannot be taken, the policy before
 * it stays in use, for its `maxAge` at most.
 */
export class PolicyKeeper {
  /** What was read last, taken or not. */
  #read: SourcesSnapshot;
  /** What differed from it in the last look. */
  #changed: SourcesSnapshot | undefined;
  /** Of what was read last; empty where it was taken. */
  #problems: readonly string[] = [];
  /** When the file was seen last to be that of the policy in use. */
  #asFileAtMs: number;
  #toldAtMs: number;
  #stopLooking = (): void => undefined;

  private constructor(
    private readonly parts: PolicyKeeperParts,
    private taken: TakenPolicy<OpenedData>,
    sources: SourcesSnapshot,
  ) {
    const { clock, meters } = parts;
    this.#read = sources;
    this.#asFileAtMs = clock.monotonic();
    this.#toldAtMs = this.#asFileAtMs;
    meters.watch('policyBehindSeconds', () => this.#behindMs() / 1_000);
    meters.watch('policyExpired', () => Number(this.current() === undefined));
    this.#tellTaken();
    this.#lookLater();
  }

  /** Reads the file, and looks at it until `stop`. A file that cannot be taken gives its problems, with file, line and column. */
  static open(parts: PolicyKeeperParts): PolicyKeeper | { readonly problems: readonly string[] } {
    const sources = new SourcesSnapshot();
    const result = readUsable(parts, sources);
    if ('problems' in result) return { problems: told(result.problems) };
    return new PolicyKeeper(parts, result, sources);
  }

  /** The policy for a call that is decided now. Undefined where its file could not be taken for longer than its `maxAge`: no call may be placed then. */
  current(): TakenPolicy<OpenedData> | undefined {
    return this.#behindMs() > this.taken.policy.maxAgeMs ? undefined : this.taken;
  }

  /** The do-not-call lists of the policy that was taken last, also where it is too old for calls: who asks not to be called can be added all the same. */
  get lists(): readonly string[] {
    return this.taken.policy.lists;
  }

  /** Whether the policy in use is that of the file, as it was seen last. */
  get isAsFile(): boolean {
    return this.#problems.length === 0 && this.#changed === undefined;
  }

  /** Reads everything anew and at once, the time zones too. */
  reload(): void {
    this.#take(new SourcesSnapshot());
  }

  stop(): void {
    this.#stopLooking();
  }

  #behindMs(): number {
    return this.isAsFile ? 0 : this.parts.clock.monotonic() - this.#asFileAtMs;
  }

  #lookLater(): void {
    this.#stopLooking = this.parts.clock.after(lookEveryMs, () => {
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    const now = this.#read.again();
    if (now.isAs(this.#read)) this.#changed = undefined;
    else if (this.#changed && now.isAs(this.#changed)) this.#take(now);
    else this.#changed = now;
    const nowMs = this.parts.clock.monotonic();
    if (this.isAsFile) this.#asFileAtMs = nowMs;
    else if (nowMs - Math.max(this.#toldAtMs, this.#asFileAtMs) >= tellEveryMs) this.#tellBehind();
  }

  #take(sources: SourcesSnapshot): void {
    const { clock, meters } = this.parts;
    const result = this.#readOf(sources);
    this.#read = sources;
    this.#changed = undefined;
    if ('problems' in result) {
      this.#problems = told(result.problems);
      meters.policyRead('refused');
      this.#tellBehind();
      return;
    }
    this.taken = result;
    this.#problems = [];
    this.#asFileAtMs = clock.monotonic();
    meters.policyRead('taken');
    this.#tellTaken();
  }

  /** A bug in reading must not end all replicas at once, for they get the same file. */
  #readOf(sources: SourcesSnapshot): TakenPolicy<OpenedData> | Refused {
    const { path, log } = this.parts;
    try {
      return readUsable(this.parts, sources);
    } catch (bug) {
      log.error({ bug }, 'the policy file met a bug');
      return { problems: [{ file: path, line: 1, column: 1, message: 'meets a bug of the gateway: tell us' }] };
    }
  }

  #tellTaken(): void {
    const { path, log } = this.parts;
    const { policy, warnings, data } = this.taken;
    const { clocks, numbersVersion } = data;
    log.info(
      {
        path,
        policyVersion: policy.version,
        policyHash: policy.hash,
        checks: policy.checks.length,
        checksInShadow: policy.checks.flatMap(({ id, isShadow }) => (isShadow ? [id] : [])),
        warnings: told(warnings),
        timeZones: clocks.version,
        timeZonesOf: clocks.source,
        numbers: numbersVersion,
      },
      'a policy is in use',
    );
    for (const problem of clocks.problems) log.warn({ problem }, 'the time zones have a problem');
    for (const { zone, at, source } of clocks.failedCanaries) {
      log.warn({ zone, at, source, timeZonesOf: clocks.source }, 'the time zones show a known time wrongly');
    }
  }

  #tellBehind(): void {
    const { path, clock, log } = this.parts;
    const { version: policyVersion, hash: policyHash, maxAgeMs } = this.taken.policy;
    this.#toldAtMs = clock.monotonic();
    const behindMs = this.#behindMs();
    const problems = this.#problems.length > 0 ? this.#problems : [`${path} changes between any two looks at it`];
    const inUse = { policyVersion, policyHash, behindMs, maxAgeMs };
    if (this.current())
      log.error({ path, problems, inUse }, 'the policy file cannot be taken; the policy before it stays in use');
    else
      log.error(
        { path, problems, inUse },
        'the policy file cannot be taken, and the policy before it is too old: no call is placed',
      );
  }
}

function told(problems: readonly PlacedProblem[]): readonly string[] {
  const others = problems.length - maxProblemsTold;
  const texts = problems.slice(0, maxProblemsTold).map(problemText);
  return others > 0 ? [...texts, `${others} more problems`] : texts;
}

/** A policy whose lists cannot be asked would refuse every call. */
function readUsable(
  { path, zoneinfo, hasListKeys }: PolicyKeeperParts,
  sources: SourcesSnapshot,
): TakenPolicy<OpenedData> | Refused {
  const result = readPolicyFile(path, { zoneinfo, sources });
  if ('problems' in result || hasListKeys || result.policy.lists.length === 0) return result;
  const message = `asks the do-not-call lists ${result.policy.lists.join(', ')}, and DO_NOT_CALL_KEYS, which keys their entries, is missing: set it, and start the gateway again`;
  return { problems: [{ file: path, line: 1, column: 1, message }] };
}
