import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { eventBody } from './event-queue.js';
import { listening } from './listening.js';

/** How subscriptions reach a server. */
export type WatchTransport = 'websocket' | 'sse';

/** Asks the process for watchers, who stay until it is asked to close them. */
export interface OpenWatchers {
  readonly do: 'open';
  /** Where messages are added to the queue that the server reads. */
  readonly queueUrl: string;
  readonly url: string;
  readonly transport: WatchTransport;
  /** One for each connection. */
  readonly tokens: readonly string[];
  readonly perConnection: number;
  /** Whether each watcher is told something as soon as it is there; else it is there once it was told of an event. */
  readonly hasFirstResult: boolean;
  /** The watchers have these in turn. */
  readonly contactIds: readonly string[];
}

/** Asks for events, one after the other, of the first so many contacts; each is told only once all watchers have the one before. */
export interface SendEvents {
  readonly do: 'send';
  /** Where messages are added to the queue that the server reads. */
  readonly queueUrl: string;
  readonly contactIds: readonly string[];
}

/** Asks for the first event of each of these contacts; resolves once the server has taken all of them. */
export interface Announce {
  readonly do: 'announce';
  readonly queueUrl: string;
  readonly contactIds: readonly string[];
}

export type WatchRequest = OpenWatchers | Announce | SendEvents | { readonly do: 'close' };

/** How long each event took until the last of its watchers had it, and how many had it. */
export interface EventsReport {
  readonly tookMs: readonly number[];
  readonly deliveries: number;
}

export const watchQuery =
  'subscription WatchContact($id: ID!) { contactUpdated(id: $id) { id channel initiationTimestamp connectedToSystemTimestamp disconnectTimestamp disconnectReason } }';

const waitAtMostMs = 60_000;
/** So many wait for their first result at once. */
const openingAtOnce = 200;

/** All watchers that are open: by their contact, how many there are, and how often all of them were told something. */
class Watchers {
  readonly #expected = new Map<string, number>();
  readonly #told = new Map<string, Map<string, number>>();
  #watching = 0;
  #taken = 0;
  readonly #closings: (() => void)[] = [];
  #fail: (error: Error) => void = () => undefined;
  #wake: () => void = () => undefined;
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.#fail = reject;
  });

  add(contactId: string): void {
    this.#expected.set(contactId, (this.#expected.get(contactId) ?? 0) + 1);
    this.#watching += 1;
  }

  onClose(close: () => void): void {
    this.#closings.push(close);
  }

  /** Takes one result as it came. */
  take(text: string): void {
    const contactId = /"contactUpdated":\{"id":"([^"]+)"/.exec(text)?.[1];
    const reason = /"disconnectReason":(?:"([^"]*)"|null)/.exec(text)?.[1] ?? '';
    if (contactId === undefined) {
      this.#fail(new Error(`No result of a watcher: ${text.slice(0, 500)}`));
      return;
    }
    const told = this.#told.get(contactId) ?? new Map<string, number>();
    this.#told.set(contactId, told.set(reason, (told.get(reason) ?? 0) + 1));
    this.#taken += 1;
    this.#wake();
  }

  /** Resolves once all but so many of the watchers have their first result. */
  async mostAreTold(butFor: number): Promise<void> {
    while (this.#watching - this.#taken > butFor) await this.#nextResult();
  }

  #nextResult(): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), this.failed]);
  }

  fail(what: string): void {
    this.#fail(new Error(what));
  }

  /** Whether all that watch one of these were told `reason` in time. */
  async areAllTold(contactIds: Iterable<string>, reason: string, withinMs: number): Promise<boolean> {
    const untilMs = performance.now() + withinMs;
    const isLate = () => performance.now() >= untilMs;
    const timer = setTimeout(() => {
      this.#wake();
    }, withinMs + 1);
    for (const contactId of contactIds) {
      while (!isLate() && (this.#told.get(contactId)?.get(reason) ?? 0) < this.#expected.get(contactId)!) {
        await this.#nextResult();
      }
    }
    clearTimeout(timer);
    return !isLate();
  }

  /** The same; throws where it takes too long. */
  async allTold(contactIds: Iterable<string>, reason: string): Promise<void> {
    if (!(await this.areAllTold(contactIds, reason, waitAtMostMs))) {
      throw new Error('A watcher was not told within a minute.');
    }
  }

  get contactIds(): Iterable<string> {
    return this.#expected.keys();
  }

  watching(contactId: string): number {
    return this.#expected.get(contactId) ?? 0;
  }

  close(): void {
    for (const close of this.#closings) close();
  }
}

let watchers = new Watchers();
let events = 0;

const payloadOf = (id: string) => ({ query: watchQuery, operationName: 'WatchContact', variables: { id } });

function openSocket(url: string, token: string, contactIds: readonly string[], into: Watchers): void {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', { perMessageDeflate: false });
  let isClosing = false;
  into.onClose(() => {
    isClosing = true;
    socket.terminate();
  });
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.includes('"type":"next"')) into.take(text);
    else if (text.includes('"type":"connection_ack"')) {
      for (const [index, id] of contactIds.entries()) {
        socket.send(JSON.stringify({ id: String(index), type: 'subscribe', payload: payloadOf(id) }));
      }
    } else if (!text.includes('"type":"p')) into.fail(text);
  });
  socket.on('error', (error) => {
    into.fail(String(error));
  });
  socket.once('close', (code, reason) => {
    if (!isClosing) into.fail(`A socket was closed with ${code}: ${reason.toString()}`);
  });
}

function openStream(url: string, token: string, [id]: readonly string[], into: Watchers): void {
  const body = JSON.stringify(payloadOf(id!));
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    'content-length': Buffer.byteLength(body),
  };
  let isClosing = false;
  const failed = (what: unknown) => {
    if (!isClosing) into.fail(String(what));
  };
  const asked = request(url, { method: 'POST', headers, agent: false }, (response) => {
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) if (part.includes('data:') && part.includes('{')) into.take(part);
    });
    response.once('error', failed).once('end', () => {
      failed('A stream ended.');
    });
  });
  asked.once('error', failed).end(body);
  into.onClose(() => {
    isClosing = true;
    asked.destroy();
  });
}

async function open(asked: OpenWatchers): Promise<number> {
  watchers = new Watchers();
  watchers.failed.catch(() => undefined);
  const { url, transport, tokens, perConnection, contactIds, hasFirstResult } = asked;
  const begin = transport === 'websocket' ? openSocket : openStream;
  for (const [index, token] of tokens.entries()) {
    const ids = Array.from(
      { length: perConnection },
      (_, slot) => contactIds[(index * perConnection + slot) % contactIds.length]!,
    );
    for (const id of ids) watchers.add(id);
    // A gateway keeps few connections that have shown no token yet, and each first result takes longer than to ask for it.
    if (hasFirstResult) await watchers.mostAreTold(openingAtOnce);
    else if (index % 10 === 9) await delay(20);
    begin(url, token, ids, watchers);
  }
  if (hasFirstResult) await watchers.allTold(watchers.contactIds, '');
  else while (!(await isEachTold(asked))) await delay(200);
  return tokens.length * perConnection;
}

/** Resolves once whoever reads the queue has taken these. */
function tell(queueUrl: string, bodies: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    request(queueUrl, { method: 'POST' }, (response) => {
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end(bodies.join('\n'));
  });
}

async function announce({ queueUrl, contactIds }: Announce): Promise<number> {
  await tell(
    queueUrl,
    contactIds.map((id) => eventBody(id)),
  );
  return contactIds.length;
}

/** Whether an event reached all watchers of the first contact within a second. */
async function isEachTold({ queueUrl, contactIds: [id] }: OpenWatchers): Promise<boolean> {
  events += 1;
  const reason = reasonOf(events);
  await tell(queueUrl, [eventBody(id!, reason)]);
  return watchers.areAllTold([id!], reason, 1_000);
}

/** Of two reasons told in one second the greater one counts. */
const reasonOf = (event: number) => `EVENT-${String(event).padStart(8, '0')}`;

async function send({ queueUrl, contactIds }: SendEvents): Promise<EventsReport> {
  const tookMs: number[] = [];
  let deliveries = 0;
  for (const id of contactIds) {
    events += 1;
    const reason = reasonOf(events);
    const sentAtMs = performance.now();
    await tell(queueUrl, [eventBody(id, reason)]);
    await watchers.allTold([id], reason);
    tookMs.push(performance.now() - sentAtMs);
    deliveries += watchers.watching(id);
  }
  return { tookMs, deliveries };
}

function answer(asked: WatchRequest): Promise<unknown> {
  if (asked.do === 'open') return open(asked);
  if (asked.do === 'announce') return announce(asked);
  if (asked.do === 'send') return send(asked);
  watchers.close();
  return Promise.resolve(true);
}

process.on('message', (asked: WatchRequest) => {
  answer(asked).then(
    (report) => process.send!(report),
    (error: unknown) => process.send!({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
listening('channel:');
