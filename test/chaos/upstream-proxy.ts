import { once } from 'node:events';
import { Agent, createServer, request as requestTo, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { injectedMessage } from './faults.js';

export interface UpstreamCounts {
  readonly requests: number;
  /** 429s that the simulator gave for its rate, and not because a fault said so. */
  readonly throttled: number;
}

/** A start as it reached Connect, whatever became of it there. */
export interface StartRequest {
  readonly destination: string;
  /** Connect's, not the caller's. */
  readonly clientToken: string;
  readonly atMs: number;
}

/** Stands between one gateway and the simulator: counts the starts it asks for, and can keep an answer for itself. */
export interface UpstreamProxy {
  readonly url: string;
  counts(): UpstreamCounts;
  /** The starts that the gateway asked for, in their order. */
  readonly starts: readonly StartRequest[];
  /** Calls back once, with the next answer to a committed call in hand, which is then never given. The returned function calls it off. */
  atCommitted(callback: () => void): () => void;
  stop(): Promise<void>;
}

export async function startUpstreamProxy(simulatorUrl: string): Promise<UpstreamProxy> {
  const agent = new Agent({ keepAlive: true });
  const waiting = new Set<() => void>();
  const starts: StartRequest[] = [];
  let requests = 0;
  let throttled = 0;

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = Date.now();
    const asked = await bodyOf(request);
    const url = new URL(request.url ?? '/', simulatorUrl);
    const isStart = url.pathname === '/contact/outbound-voice';
    if (isStart) starts.push({ ...startIn(asked), atMs });
    const upstream = requestTo(url, { method: request.method, headers: request.headers, agent });
    response.once('close', () => upstream.destroy());
    upstream.end(asked);
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    const answered = await bodyOf(answer);
    if (isStart) {
      requests += 1;
      if (answer.statusCode === 429 && !answered.includes(injectedMessage)) throttled += 1;
      const [callback] = waiting;
      if (callback && answer.statusCode === 200) {
        waiting.delete(callback);
        callback();
        return;
      }
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
  }

  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.socket?.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ requests, throttled }),
    starts,
    atCommitted: (callback) => {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    stop: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

function startIn(body: Buffer): Omit<StartRequest, 'atMs'> {
  const start = JSON.parse(body.toString()) as { DestinationPhoneNumber: string; ClientToken: string };
  return { destination: start.DestinationPhoneNumber, clientToken: start.ClientToken };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
