import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { SubscriptionTransport } from '../../src/operations/operation-record.js';
import type { ClientErrorBody, Fixture } from './fixture.js';

/** What a client of either transport is told, in one form. */
export type Told =
  | { readonly kind: 'next'; readonly result: { readonly data: unknown; readonly errors?: readonly ClientErrorBody[] } }
  | { readonly kind: 'errors'; readonly errors: readonly ClientErrorBody[] }
  | { readonly kind: 'complete' }
  /** The connection is over; with the code of a WebSocket, or the status of an HTTP answer. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string };

export interface Following {
  /** The next thing that the client is told. */
  told(): Promise<Told>;
  /** Ends the subscription as the protocol has it. */
  unsubscribe(): void;
  /** Cuts the connection. */
  cut(): void;
}

export interface Transport {
  readonly name: SubscriptionTransport;
  follow(gateway: Pick<Fixture, 'url'>, payload: unknown, authorization?: string): Promise<Following>;
}

/** Something that is said once, in order, to whoever asks. */
class Mailbox<T> {
  readonly #said: T[] = [];
  readonly #asked: ((said: T) => void)[] = [];

  put(said: T): void {
    const ask = this.#asked.shift();
    if (ask) ask(said);
    else this.#said.push(said);
  }

  take(): Promise<T> {
    const said = this.#said.shift();
    return said === undefined ? new Promise((resolve) => this.#asked.push(resolve)) : Promise.resolve(said);
  }

  get size(): number {
    return this.#said.length;
  }
}

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket that speaks as the test has it, without a client library in between. */
export class RawSocket {
  readonly messages = new Mailbox<Message | { readonly type: 'closed'; code: number; reason: string }>();

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.put(JSON.parse(data.toString()) as Message);
    });
    socket.on('close', (code, reason) => {
      this.messages.put({ type: 'closed', code, reason: reason.toString() });
    });
    socket.on('error', () => undefined);
  }

  /** Before `connection_init`. */
  static async open(
    gateway: Pick<Fixture, 'url'>,
    options: { headers?: Record<string, string>; protocol?: string | string[]; path?: string } = {},
  ): Promise<RawSocket> {
    const url = `${gateway.url.replace('http', 'ws')}${options.path ?? '/graphql'}`;
    const protocol = options.protocol ?? 'graphql-transport-ws';
    const raw = new RawSocket(new WebSocket(url, protocol, { headers: options.headers ?? {} }));
    await once(raw.socket, 'open');
    return raw;
  }

  /** After `connection_ack`. */
  static async connect(gateway: Pick<Fixture, 'url'>, authorization = 'Bearer alice'): Promise<RawSocket> {
    const raw = await RawSocket.open(gateway);
    raw.say({ type: 'connection_init', payload: { authorization } });
    const said = await raw.hear();
    if (said.type !== 'connection_ack') throw new Error(`Not acknowledged: ${JSON.stringify(said)}`);
    return raw;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, payload: unknown): void {
    this.say({ id, type: 'subscribe', payload });
  }

  hear() {
    return this.messages.take();
  }

  /** What the gateway closes the socket with, whatever it says before. */
  async closed(): Promise<{ code: number; reason: string }> {
    for (;;) {
      const said = await this.hear();
      if ('code' in said) return { code: said.code, reason: said.reason };
    }
  }
}

/** The status and the error of a handshake that is refused. */
export async function refusedHandshake(
  gateway: Pick<Fixture, 'url'>,
  headers: Record<string, string>,
  path = '/graphql',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('The handshake was accepted.'));
    });
    socket.on('error', () => undefined);
  });
}

type Sent = Partial<Extract<Told, { kind: 'next' }>['result']>;

function toldBy({ data, errors = [], ...rest }: Sent): Told {
  if (data === undefined) return { kind: 'errors', errors };
  return { kind: 'next', result: { ...rest, data, ...(errors.length > 0 ? { errors } : {}) } };
}

export const overSocket: Transport = {
  name: 'websocket',
  async follow(gateway, payload, authorization = 'Bearer alice') {
    const raw = await RawSocket.open(gateway);
    raw.say({ type: 'connection_init', ...(authorization === '' ? {} : { payload: { authorization } }) });
    const first = await raw.hear();
    if (first.type !== 'connection_ack') raw.messages.put(first);
    else raw.subscribe('1', payload);
    return {
      told: async () => {
        const said = await raw.hear();
        if ('code' in said) return { kind: 'closed', code: said.code, reason: said.reason };
        if (said.type === 'next') return toldBy(said.payload as Sent);
        if (said.type !== 'complete') throw new Error(`Unexpected: ${JSON.stringify(said)}`);
        return { kind: 'complete' };
      },
      unsubscribe: () => {
        raw.say({ id: '1', type: 'complete' });
      },
      cut: () => {
        raw.socket.terminate();
      },
    };
  },
};

/** The events of a stream, and what is said in comments. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [event = '', data = ''] = block.split('\n');
      yield { event: event.replace(/^event: /, ''), data: data.replace(/^data: ?/, '') };
    }
  }
}

/** The JSON of each part of a multipart body, up to its end. */
export async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, unknown> | 'end'> {
  let text = '';
  const decoder = new TextDecoder();
  const delimiter = '\r\n--graphql';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split(delimiter);
    text = blocks.pop() ?? '';
    for (const block of blocks.filter((one) => one !== '')) {
      const [head = '', content = ''] = block.split('\r\n\r\n');
      if (head.trim() !== 'content-type: application/json') throw new Error(`Not the head of a part: ${head}`);
      yield JSON.parse(content) as Record<string, unknown>;
    }
    if (text === '--\r\n') yield 'end';
  }
}

async function* toldByEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  for await (const { event, data } of eventsOf(body)) {
    if (event === 'complete') yield { kind: 'complete' };
    if (event === 'next') yield toldBy(JSON.parse(data) as Sent);
  }
}

async function* toldByParts(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  for await (const part of partsOf(body)) {
    if (part === 'end') yield { kind: 'complete' };
    else if ('payload' in part) yield toldBy(part.payload as Sent);
  }
}

function overAnswer(
  name: 'sse' | 'multipart',
  accept: string,
  toldIn: (body: ReadableStream<Uint8Array>) => AsyncGenerator<Told>,
): Transport {
  return {
    name,
    async follow(gateway, payload, authorization = 'Bearer alice') {
      const control = new AbortController();
      const response = await fetch(`${gateway.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept,
          ...(authorization === '' ? {} : { authorization }),
        },
        body: JSON.stringify(payload),
        signal: control.signal,
      });
      const told = new Mailbox<Told>();
      const read = async () => {
        if (!response.body) return;
        if (response.status !== 200) {
          told.put({ kind: 'closed', code: response.status, reason: await response.text() });
          return;
        }
        for await (const one of toldIn(response.body)) told.put(one);
        told.put({ kind: 'closed', code: 200, reason: '' });
      };
      read().catch(() => {
        told.put({ kind: 'closed', code: 0, reason: '' });
      });
      const leave = () => {
        control.abort();
      };
      return { told: () => told.take(), unsubscribe: leave, cut: leave };
    },
  };
}

export const overStream = overAnswer('sse', 'text/event-stream', toldByEvents);
export const overMultipart = overAnswer('multipart', 'multipart/mixed;subscriptionSpec=1.0', toldByParts);
