import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** `claimed`: the answer to a claim is on its way. `marked`: so is the one to the mark that goes before sending. */
export type RedisMoment = 'claimed' | 'marked';

/** Stands between one gateway and Redis, and sees what it is told. */
export interface RedisProxy {
  readonly url: string;
  /** Calls back once, just before the next answer of that kind passes. The returned function calls it off. */
  at(moment: RedisMoment, callback: () => void): () => void;
  stop(): Promise<void>;
}

export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  const waiting: Record<RedisMoment, Set<() => void>> = { claimed: new Set(), marked: new Set() };
  const sockets = new Set<Socket>();
  const reach = (moment: RedisMoment) => {
    const [callback] = waiting[moment];
    if (!callback) return;
    waiting[moment].delete(callback);
    callback();
  };
  const server = createServer((gateway) => {
    const redis = connect(redisPort, '127.0.0.1').setNoDelay(true);
    gateway.setNoDelay(true);
    const asked = new Set<RedisMoment>();
    for (const [from, to] of [
      [gateway, redis],
      [redis, gateway],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    gateway.on('data', (chunk) => {
      if (chunk.includes('"state":"claimed"')) asked.add('claimed');
      if (chunk.includes('"state":"sending"')) asked.add('marked');
      redis.write(chunk);
    });
    redis.on('data', (chunk) => {
      for (const moment of asked) reach(moment);
      asked.clear();
      gateway.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    at: (moment, callback) => {
      waiting[moment].add(callback);
      return () => waiting[moment].delete(callback);
    },
    stop: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
