import { setTimeout as sleep } from 'node:timers/promises';
import { WatchSocket, type WatchSocketParts } from './watch-socket.js';
import { Watcher } from './watcher.js';

/** Of one caller, who may have 100. */
const subscriptionsPerSocket = 90;

/** `slow` clients read nothing for `pauseMs`, again and again. */
export type Pace = 'steady' | 'slow';

export interface CrowdParts extends Omit<WatchSocketParts, 'token'> {
  /** Of the caller with this name. */
  readonly token: (subject: string) => Promise<string>;
  readonly pauseMs: number;
}

/** Everybody who watches, over sockets of which each is one caller's. */
export class Crowd {
  readonly watchers: Watcher[] = [];
  readonly #sockets: { readonly socket: WatchSocket; readonly home: number; readonly pace: Pace; left: number }[] = [];
  #isClosed = false;

  constructor(private readonly parts: CrowdParts) {}

  get socketCount(): number {
    return this.#sockets.length;
  }

  /** Whether somebody's socket stands at that gateway now. */
  isServedBy(gateway: number): boolean {
    return this.#sockets.some(({ socket }) => socket.servedBy === gateway);
  }

  /** Begins to watch, over a socket that turns to the gateway `home` first. The returned functions unsubscribe, and subscribe again. */
  watch(contactId: string, home: number, pace: Pace = 'steady'): { leave: () => void; comeBack: () => void } {
    const watcher = new Watcher(contactId, pace === 'steady');
    this.watchers.push(watcher);
    const { socket } = this.#room(home, pace);
    socket.watch(watcher);
    return {
      leave: () => {
        socket.leave(watcher);
      },
      comeBack: () => {
        if (!watcher.isComplete) socket.watch(watcher);
      },
    };
  }

  /** As if a balancer sent clients back, one after another within `withinMs`. */
  async goHome(withinMs: number): Promise<void> {
    const { chance } = this.parts;
    await Promise.all(
      this.#sockets.map(async ({ socket, home }) => {
        await sleep(chance.between(0, withinMs));
        socket.moveTo(home);
      }),
    );
  }

  /** The first of the slow clients reads nothing for so long. */
  async standStill(forMs: number): Promise<void> {
    await this.#sockets.find(({ pace }) => pace === 'slow')?.socket.standStill(forMs);
  }

  close(): void {
    this.#isClosed = true;
    for (const { socket } of this.#sockets) socket.close();
  }

  #room(home: number, pace: Pace) {
    const { token, ...parts } = this.parts;
    let room = this.#sockets.find((one) => one.home === home && one.pace === pace && one.left > 0);
    if (!room) {
      const subject = `watcher ${this.#sockets.length}`;
      const socket = new WatchSocket({ ...parts, token: () => token(subject) }, home);
      room = { socket, home, pace, left: subscriptionsPerSocket };
      this.#sockets.push(room);
      if (pace === 'slow') void this.#slowDown(socket);
    }
    room.left -= 1;
    return room;
  }

  async #slowDown(socket: WatchSocket): Promise<void> {
    while (!this.#isClosed) {
      await socket.standStill(this.parts.pauseMs);
      await sleep(this.parts.pauseMs / 2);
    }
  }
}
