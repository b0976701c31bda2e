import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readTimeoutMs, unreadBytesLimit } from '../subscriptions/subscription-limits.js';

/** What connections that each hold more than `unreadBytesLimit` unread may hold together. */
export const unreadBytesOfAll = 128 * 1024 * 1024;

export interface ConnectionsParts {
  /** Of those, the oldest gives way to a new one. */
  readonly connectionsWithoutCaller: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a client has not read: all that was written by `sinceMs`. */
interface Unread {
  readonly writtenBytes: number;
  readonly sinceMs: number;
}

/** Of the time that a client has, so that it is cut hardly later. */
const checkEveryMs = readTimeoutMs / 16;

/**
 * All connections of a server, whatever they carry. Those without an accepted token are few: nobody who shows none can fill the
 * process. A client that does not read what it was answered is cut, as an event stream is.
 */
export class Connections {
  readonly #unread = new Map<Socket, Unread | undefined>();
  /** Those whose last request showed no token, the oldest first; each with how it gives way. */
  readonly #withoutCaller = new Map<Duplex, () => void>();
  /** Those that had a caller when their last request came. */
  readonly #hadCaller = new WeakSet<Duplex>();
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: ConnectionsParts) {
    this.#check();
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#unread.set(socket, undefined);
      this.#add(socket, () => socket.destroy());
      socket.once('close', () => {
        this.#unread.delete(socket);
        this.#withoutCaller.delete(socket);
      });
    });
  }

  /** A request came, or a WebSocket was opened, that has shown no token yet; `giveWay` closes the connection. */
  hasNoCaller(socket: Duplex, giveWay: () => void): void {
    if (this.#withoutCaller.has(socket)) this.#hadCaller.delete(socket);
    else this.#hadCaller.add(socket);
    this.#add(socket, giveWay);
  }

  /** The token of its last request was not verified, or is not yet: until it is, the connection counts as before that request. */
  isUndecided(socket: Duplex): void {
    if (this.#hadCaller.has(socket)) this.#withoutCaller.delete(socket);
  }

  #add(socket: Duplex, giveWay: () => void): void {
    if (socket.destroyed) return;
    this.#withoutCaller.delete(socket);
    this.#withoutCaller.set(socket, giveWay);
    const [oldest] = this.#withoutCaller;
    if (!oldest || this.#withoutCaller.size <= this.parts.connectionsWithoutCaller) return;
    this.#withoutCaller.delete(oldest[0]);
    oldest[1]();
  }

  /** The token that its last request showed was accepted. */
  hasCaller(socket: Duplex): void {
    this.#withoutCaller.delete(socket);
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const { clock, log } = this.parts;
    this.#cancel = clock.after(checkEveryMs, () => {
      const nowMs = clock.monotonic();
      for (const [socket, unread] of this.#unread) {
        if (unread && socket.writableLength > 0 && takenBytes(socket) < unread.writtenBytes) {
          if (nowMs - unread.sinceMs < readTimeoutMs) continue;
          log.info('a connection is cut whose client does not read its answer');
          socket.destroy();
        } else {
          const isRead = socket.writableLength === 0;
          this.#unread.set(socket, isRead ? undefined : { writtenBytes: socket.bytesWritten, sinceMs: nowMs });
        }
      }
      this.#cutLargest();
      this.#check();
    });
  }

  /** One answer may be larger than what a connection may hold unread; that many do together is bounded here: the largest give way. */
  #cutLargest(): void {
    const unread = [...this.#unread.keys()].filter(({ writableLength }) => writableLength > unreadBytesLimit);
    let bytes = unread.reduce((sum, { writableLength }) => sum + writableLength, 0);
    for (const socket of unread.toSorted((a, b) => b.writableLength - a.writableLength)) {
      if (bytes <= unreadBytesOfAll) return;
      bytes -= socket.writableLength;
      this.parts.log.info('a connection is cut: too much of what was answered is not read');
      socket.destroy();
    }
  }
}

/** What the machine has taken of what was written. */
function takenBytes(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}
