import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { listening } from './listening.js';
import { sendPost } from './send-post.js';
import { shedAnswer, shedWorkloads, workloads } from './workloads.js';

/** Asks the process to open connections, and to show a token on each: `tokens` in turns. */
export interface OpenConnections {
  readonly do: 'open';
  readonly url: string;
  readonly tokens: readonly string[];
  readonly connections: number;
}

/** Asks for so many calls one after the other on some of these connections, however each is answered. */
export interface WarmUp {
  readonly do: 'warm';
  /** The number of the first call. */
  readonly from: number;
  readonly calls: number;
}

/** Asks for requests on all of these connections at once, one on each. */
export interface SendBurst {
  readonly do: 'burst';
  /** The number of the first call. */
  readonly from: number;
  /** Of so many requests in a row the last is a read, and all others are calls. */
  readonly readEvery: number;
  /** Whether who is told to ask again does so when it is told to, until so long after its first request; 0: nobody does. */
  readonly asksAgainForMs: number;
}

export type BurstRequest = OpenConnections | WarmUp | SendBurst | { readonly do: 'close' };

/** How one of the crowd fared. Times are of `performance.timeOrigin` on, which all processes of a machine share. */
export interface BurstAnswer {
  readonly kind: 'call' | 'read';
  /** `done`, the code of the error, or `closed` where the connection was instead. */
  readonly outcome: string;
  /** Whether it was refused for overload. */
  readonly isShed: boolean;
  readonly retryAfterMs: number | undefined;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** How often it asked. */
  readonly asks: number;
}

export interface BurstReport {
  readonly answers: readonly BurstAnswer[];
  /** How long it took to send all requests. */
  readonly sentWithinMs: number;
  /** How many connections were closed meanwhile by the other side. */
  readonly closedConnections: number;
}

interface Connection {
  readonly client: Client;
  readonly token: string;
}

/** So many show their token at once: a gateway keeps few connections that have shown none. */
const openingAtOnce = 100;
const warmingAtOnce = 32;
/** After so many requests answers are read, too. */
const sentInOneGo = 50;

const showToken = JSON.stringify({ query: '{ __typename }' });
const call = workloads.find(({ name }) => name === 'mutation')!;
const read = shedWorkloads.find(({ name }) => name === 'capacity')!;
const now = () => performance.timeOrigin + performance.now();

let path = '/graphql';
let connections: Connection[] = [];
let closedConnections = 0;

/** Sends one request; the text of its answer. */
async function ask({ client, token }: Connection, body: string): Promise<string> {
  const headers = ['content-type', 'application/json', 'authorization', `Bearer ${token}`];
  return (await sendPost(client, { path, headers, body })).text;
}

async function open({ url, tokens, connections: count }: OpenConnections): Promise<number> {
  const { origin, pathname } = new URL(url);
  path = pathname;
  let next = 0;
  const openOneByOne = async () => {
    while (next < count) {
      const token = tokens[next++ % tokens.length]!;
      const client = new Client(origin, { pipelining: 1, allowH2: false, headersTimeout: 120_000, bodyTimeout: 0 });
      client.on('disconnect', () => {
        closedConnections += 1;
      });
      const connection = { client, token };
      let text = await ask(connection, showToken);
      // A process that has just started may have too much to do with so many.
      while (shedAnswer.test(text)) {
        await delay(200);
        text = await ask(connection, showToken);
      }
      if (!text.includes('"__typename":"Query"')) throw new Error(`A connection was answered ${text.slice(0, 500)}`);
      connections.push(connection);
    }
  };
  await Promise.all(Array.from({ length: Math.min(openingAtOnce, count) }, openOneByOne));
  return connections.length;
}

async function warm({ from, calls }: WarmUp): Promise<number> {
  let next = from;
  const askOneByOne = async (connection: Connection) => {
    while (next < from + calls) await ask(connection, call.bodyOf(next++));
  };
  await Promise.all(connections.slice(0, warmingAtOnce).map(askOneByOne));
  return calls;
}

interface AnswerBody {
  readonly errors?: readonly {
    readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
  }[];
}

/** As an answer says an error. */
const closed = JSON.stringify({ errors: [{ extensions: { code: 'closed' } }] });

async function fare(
  connection: Connection,
  kind: BurstAnswer['kind'],
  body: string,
  asksAgainForMs: number,
): Promise<BurstAnswer> {
  const askedAtMs = now();
  for (let asks = 1; ; asks += 1) {
    const text = await ask(connection, body).catch(() => closed);
    const [error] = (JSON.parse(text) as AnswerBody).errors ?? [];
    const answeredAtMs = now();
    const retryAfterMs = error?.extensions.retryAfterMs;
    const mayAskAgain = retryAfterMs !== undefined && answeredAtMs + retryAfterMs < askedAtMs + asksAgainForMs;
    if (mayAskAgain) {
      await delay(retryAfterMs);
      continue;
    }
    const outcome = error?.extensions.code ?? 'done';
    return { kind, outcome, isShed: shedAnswer.test(text), retryAfterMs, askedAtMs, answeredAtMs, asks };
  }
}

async function burst({ from, readEvery, asksAgainForMs }: SendBurst): Promise<BurstReport> {
  // Before the first is sent, so that nothing else than sending takes time.
  const requests = connections.map((connection, index) => {
    const kind = index % readEvery === readEvery - 1 ? 'read' : 'call';
    return { connection, kind, body: (kind === 'call' ? call : read).bodyOf(from + index) } as const;
  });
  closedConnections = 0;
  const startedAtMs = performance.now();
  const faring: Promise<BurstAnswer>[] = [];
  for (const [index, { connection, kind, body }] of requests.entries()) {
    faring.push(fare(connection, kind, body, asksAgainForMs));
    if (index % sentInOneGo === sentInOneGo - 1) await new Promise(setImmediate);
  }
  const sentWithinMs = performance.now() - startedAtMs;
  return { answers: await Promise.all(faring), sentWithinMs, closedConnections };
}

async function close(): Promise<boolean> {
  await Promise.all(connections.map(({ client }) => client.destroy()));
  connections = [];
  return true;
}

function answer(asked: BurstRequest): Promise<unknown> {
  if (asked.do === 'open') return open(asked);
  if (asked.do === 'warm') return warm(asked);
  if (asked.do === 'burst') return burst(asked);
  return close();
}

process.on('message', (asked: BurstRequest) => {
  answer(asked).then(
    (report) => process.send!(report),
    (error: unknown) => process.send!({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
listening('channel:');
