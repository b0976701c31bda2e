import { startRedisServer, type RedisServer } from './redis-server.js';
import { startTcpLink, type Passing, type TcpLink } from './tcp-link.js';

/** A server that others are told of by the port of a link to it, on which the connections of its replicas can stall by themselves. */
export interface RedisNode {
  readonly server: RedisServer;
  /** What it announces, and by which it is reached. */
  readonly port: number;
  /** Links to its replicas stand, and carry nothing until `resume`; clients are served. */
  stallReplication(): void;
  resume(): void;
  /** Breaks every connection; what was under way is lost. */
  cut(): void;
  close(): Promise<void>;
}

/** A replica says so before it asks for the stream. */
function replication(): Passing {
  let isReplica = false;
  return {
    asked: (chunk) => {
      isReplica ||= chunk.includes('REPLCONF') || chunk.includes('PSYNC');
    },
    answered: () => undefined,
    isHeld: () => isReplica,
  };
}

/** `args` are the options of the server for the port that it is to announce. */
export async function startRedisNode(args: (announcedPort: number) => readonly string[]): Promise<RedisNode> {
  const link: TcpLink = await startTcpLink(undefined, replication);
  const server = await startRedisServer(args(link.port));
  link.leadTo(server.port);
  return {
    server,
    port: link.port,
    stallReplication: () => {
      link.stall();
    },
    resume: () => {
      link.resume();
    },
    cut: () => {
      link.cut();
    },
    close: async () => {
      await Promise.all([server.close(), link.stop()]);
    },
  };
}
