import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.js';
import type { Metrics } from './metrics.js';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface MetricsServer {
  /** Where Prometheus finds the metrics, such as http://127.0.0.1:9464/metrics. */
  readonly url: string;
  /** Also ends a scrape that is under way. */
  stop(): Promise<void>;
}

/** Serves GET /metrics and nothing else. Rejects with an Error that says what to set where it cannot listen. */
export async function startMetricsServer(
  { host, port }: MetricsServerOptions,
  metrics: Metrics,
  log: Log,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (request.method !== 'GET' || path !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here but GET /metrics.\n');
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (bug: unknown) => {
        log.error({ bug }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new Error(
      `METRICS_PORT: cannot listen on ${host}:${port}, ${isTaken ? 'the port is taken' : String(cause)}.`,
      { cause },
    );
  }
  return {
    url: urlOf(server.address() as AddressInfo),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
}
