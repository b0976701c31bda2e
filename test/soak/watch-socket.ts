import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Chance } from '../chaos/random.js';
import { selection, type Watcher, type WatchResult } from './watcher.js';

export interface WatchSocketParts {
  /** Where the gateways serve, or last did. */
  readonly urls: () => readonly string[];
  readonly token: () => Promise<string>;
  readonly chance: Chance;
  /** By code, how sockets were closed by others. */
  readonly closings: Map<number, number>;
  /** By code, how often a subscription was refused for now. */
  readonly refusals: Map<string, number>;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

const query = `subscription Watch($id: ID!) { contactUpdated(id: $id) { ${selection} } }`;
const retryAfterMs = 1_000;

/** One client that speaks graphql-transport-ws: subscribes again, at the other gateway, whenever its socket closes. */
export class WatchSocket {
  readonly #operations = new Map<string, Watcher>();
  /** Those to whom subscriptions belong, until they are over or leave. */
  readonly #watchers = new Set<Watcher>();
  #socket: WebSocket | undefined;
  #isAcknowledged = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;
  #sent = 0;

  /** `at` says which of the gateways it turns to first. */
  constructor(
    private readonly parts: WatchSocketParts,
    private at: number,
  ) {
    this.#connect();
  }

  /** Which gateway has taken its token and serves it now. */
  get servedBy(): number | undefined {
    return this.#isAcknowledged ? this.at : undefined;
  }

  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.#subscribe(watcher);
  }

  /** Unsubscribes. */
  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    for (const [id, one] of this.#operations) {
      if (one !== watcher) continue;
      this.#operations.delete(id);
      this.#send({ id, type: 'complete' });
    }
  }

  /** Closes the socket and connects to this gateway. */
  moveTo(at: number): void {
    if (this.at === at) return;
    this.at = at;
    // Its close is no reason to turn to the other one.
    this.#socket?.removeAllListeners('close').close(1000);
    this.#reconnect(0);
  }

  /** Reads nothing for so long. */
  async standStill(forMs: number): Promise<void> {
    const socket = this.#socket;
    socket?.pause();
    await sleep(forMs);
    socket?.resume();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.close(1000);
  }

  #connect(): void {
    const url = this.parts.urls()[this.at]!.replace('http', 'ws');
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => {
      void this.parts.token().then((token) => {
        this.#send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }, socket);
      });
    });
    socket.on('message', (data: Buffer) => {
      if (socket === this.#socket) this.#read(JSON.parse(data.toString()) as Message, Date.now());
    });
    // The close that follows is what counts.
    socket.on('error', () => undefined);
    socket.once('close', (code) => {
      if (this.#isClosed) return;
      this.parts.closings.set(code, (this.parts.closings.get(code) ?? 0) + 1);
      this.at = 1 - this.at;
      this.#reconnect(this.parts.chance.between(100, 1_000));
    });
  }

  #reconnect(afterMs: number): void {
    this.#isAcknowledged = false;
    this.#operations.clear();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#connect();
    }, afterMs);
  }

  #read({ type, id = '', payload }: Message, atMs: number): void {
    const watcher = this.#operations.get(id);
    switch (type) {
      case 'connection_ack':
        this.#isAcknowledged = true;
        for (const one of this.#watchers) this.#subscribe(one);
        return;
      case 'ping':
        this.#send({ type: 'pong' });
        return;
      case 'next':
        if (watcher) this.#next(id, watcher, payload as WatchResult, atMs);
        return;
      case 'complete':
        this.#operations.delete(id);
        if (watcher) this.#watchers.delete(watcher);
        watcher?.complete();
        return;
    }
  }

  /** A result without data ends the subscription, and says whether to subscribe again. */
  #next(id: string, watcher: Watcher, result: WatchResult, atMs: number): void {
    if (result.data || !result.errors) {
      watcher.next(result, atMs);
      return;
    }
    this.#operations.delete(id);
    this.#refused(watcher, result.errors);
  }

  #refused(watcher: Watcher, [error]: NonNullable<WatchResult['errors']>): void {
    const { code, retryable, retryAfterMs: waitMs = retryAfterMs } = error!.extensions;
    if (!retryable) {
      this.#watchers.delete(watcher);
      watcher.refused(code);
      return;
    }
    this.parts.refusals.set(code, (this.parts.refusals.get(code) ?? 0) + 1);
    setTimeout(
      () => {
        const isAsking = [...this.#operations.values()].includes(watcher);
        if (this.#watchers.has(watcher) && !isAsking) this.#subscribe(watcher);
      },
      waitMs * this.parts.chance.between(1, 1.5),
    );
  }

  #subscribe(watcher: Watcher): void {
    if (!this.#isAcknowledged) return;
    this.#sent += 1;
    const id = String(this.#sent);
    this.#operations.set(id, watcher);
    watcher.subscribes();
    this.#send({ id, type: 'subscribe', payload: { query, variables: { id: watcher.contactId } } });
  }

  #send(message: Message, socket = this.#socket): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }
}
