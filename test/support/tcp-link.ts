import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on 127.0.0.1, whose connections can stall, break and lead elsewhere. */
export interface TcpLink {
  /** Where it is entered. */
  readonly port: number;
  /** Every connection stands, also one made from now on, and carries nothing either way. */
  stall(): void;
  /** What was held back goes on. */
  resume(): void;
  /** Breaks every connection; what was under way is lost. */
  cut(): void;
  /** Breaks every connection, and leads those made from now on to this port; where it is undefined, they are broken at once. */
  leadTo(port: number | undefined): void;
  stop(): Promise<void>;
}

/** Sees what passes through one connection, just before it is passed on. */
export interface Passing {
  asked(chunk: Buffer): void;
  answered(chunk: Buffer): void;
  /** Whether the connection stalls with the link, by what passed so far; left out, it does. */
  isHeld?(): boolean;
}

/** Leads to `targetPort` at first, and shows each connection's bytes to a `Passing` of its own. */
export async function startTcpLink(targetPort: number | undefined, watch?: () => Passing): Promise<TcpLink> {
  const sockets = new Map<Socket, Passing | undefined>();
  let leadsTo = targetPort;
  let isStalled = false;
  const cut = () => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  const isHeld = (passing: Passing | undefined) => isStalled && (passing?.isHeld?.() ?? true);
  const holdBack = () => {
    for (const [socket, passing] of sockets) if (isHeld(passing)) socket.pause();
  };
  const server = createServer((near) => {
    if (leadsTo === undefined) {
      near.destroy();
      return;
    }
    const far = connect(leadsTo, '127.0.0.1');
    const passing = watch?.();
    near.on('data', (chunk) => {
      passing?.asked(chunk);
      far.write(chunk);
      if (isHeld(passing)) holdBack();
    });
    far.on('data', (chunk) => {
      passing?.answered(chunk);
      near.write(chunk);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.set(from, passing);
      from.setNoDelay(true);
      if (isHeld(passing)) from.pause();
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroySoon();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stall: () => {
      isStalled = true;
      holdBack();
    },
    resume: () => {
      isStalled = false;
      for (const socket of sockets.keys()) socket.resume();
    },
    cut,
    leadTo: (port) => {
      leadsTo = port;
      cut();
    },
    stop: async () => {
      const closed = once(server.close(), 'close');
      cut();
      await closed;
    },
  };
}
