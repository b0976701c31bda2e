import { expect } from '@jest/globals';
import { fenceNamed } from './pages.js';
import { placeCall } from './place-call.js';
import type { RunningGateway } from './start-gateway.js';

export type Scope = Readonly<Record<string, unknown>>;

export interface Surroundings {
  /** What the snippet may import, by the names of the packages. */
  readonly modules?: Scope;
  /** What it takes for granted. */
  readonly scope?: Scope;
  /** What they define and the test goes on with. */
  readonly result?: string;
}

/** Runs the code fences of the pages that have these names, as one, against a gateway of a test. */
export function runSnippets(
  gateway: Pick<RunningGateway, 'url'>,
  names: readonly string[],
  { modules = {}, scope = {}, result = 'undefined' }: Surroundings,
): Promise<unknown> {
  const code = names
    .map(fenceNamed)
    .join('')
    .replace(/^import (\{[^}]*\}) from '([^']+)';$/gm, "const $1 = modules['$2'];")
    .replaceAll('wss://calls.example.com/graphql', gateway.url.replace('http', 'ws'))
    .replaceAll('https://calls.example.com/graphql', gateway.url);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own text
  const body = new Function(
    'modules',
    ...Object.keys(scope),
    `return (async () => {${code}; return ${result}; })();`,
  ) as (...args: unknown[]) => Promise<unknown>;
  return body(modules, ...Object.values(scope));
}

interface Update {
  readonly status: string;
  readonly timeline: readonly Readonly<{ type: string }>[];
}

export interface Followed {
  /** The status of each update. */
  readonly statuses: readonly string[];
  /** What the person was shown besides. */
  readonly problems: readonly unknown[];
  readonly signIns: number;
  readonly tokens: number;
}

export interface FollowChanges extends Surroundings {
  /** The tokens that the snippets ask for, by their order; accepted ones where left out. */
  readonly tokenAt?: ((index: number) => Promise<string> | string) | undefined;
}

/** Longer than any call here, by the gateway's clock. */
const lastsAtMostMs = 240_000;

/** A call, and snippets that follow it, until it has ended or the person is asked to sign in. */
export async function followWith(
  gateway: RunningGateway,
  names: readonly string[],
  { tokenAt = () => gateway.token(), modules = {}, scope = {} }: FollowChanges,
): Promise<Followed> {
  const id = await placeCall(gateway);
  const statuses: string[] = [];
  const problems: unknown[] = [];
  let [signIns, tokens] = [0, 0];
  let see: () => void = () => undefined;
  let cancel: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (see = resolve));
  let ran: Promise<unknown> = Promise.resolve();
  const ended = new Promise<void>((end, fail) => {
    const show = (update: Update | undefined, problem: unknown) => {
      see();
      if (problem) problems.push(problem);
      if (!update) return;
      statuses.push(update.status);
      if (update.status !== 'ENDED') return;
      expect(update.timeline.map(({ type }) => type)).toEqual(expect.arrayContaining(['INITIATED', 'DISCONNECTED']));
      end();
    };
    const askToSignIn = () => {
      signIns += 1;
      end();
    };
    const accessToken = async () => {
      tokens += 1;
      return tokenAt(tokens - 1);
    };
    ran = runSnippets(gateway, names, { modules, scope: { id, show, askToSignIn, accessToken, ...scope } });
    ran.catch(fail);
  });
  // A client that is still connecting has no more time than the clock gives it.
  await Promise.race([seen, ended]);
  const overdue = new Promise<never>((_resolve, fail) => {
    cancel = gateway.clock.after(lastsAtMostMs, () => {
      fail(new Error('The snippet did not follow the call to its end.', { cause: { statuses, problems, tokens } }));
    });
  });
  await gateway.clock.runUntil(Promise.race([ended, overdue])).finally(cancel);
  // The stream completes behind the end: a client that is left before it would connect again.
  await gateway.clock.runUntil(ran);
  await gateway.clock.whenQuiet();
  return { statuses, problems, signIns, tokens };
}

/** That it was followed without a problem, and not only found where it ended; several changes may have come as one. */
export function expectLife({ statuses, problems, signIns }: Followed): void {
  expect(problems).toEqual([]);
  expect(signIns).toBe(0);
  expect(new Set(statuses).size).toBeGreaterThan(2);
  expect(statuses.at(-1)).toBe('ENDED');
}

/** A token that expires, its tolerance included, this long after the call was placed: while it lasts. */
export function dyingToken(gateway: RunningGateway, leftMs = 6_000): Promise<string> {
  return gateway.issuer.token({ scopes: ['contacts:read'] }, gateway.clock.now() - 305_000 + leftMs);
}
