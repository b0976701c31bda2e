import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTo, type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy of the test's own, for tunnels alone. */
export interface ConnectProxy {
  /** With user and password, where it asks for them. */
  readonly url: string;
  /** The hosts and ports that it was asked for, in their order. */
  readonly asked: readonly string[];
  /** From now on it makes no tunnel to these, as with 403. */
  refuse(...hostsAndPorts: readonly string[]): void;
  /** Breaks the tunnels that stand. */
  cut(): void;
  stop(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Where every tunnel leads, whatever host it is asked for: a port of this machine. */
  readonly port?: number;
  /** What it asks for, as `user:password`. */
  readonly credentials?: string;
  /** With these it is spoken to by TLS, as localhost. */
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
  /** Answers a CONNECT instead of it. */
  readonly answer?: (socket: Socket) => void;
}

/** Starts one on a free port of this machine. */
export async function startConnectProxy({
  port = 0,
  credentials,
  certificate,
  answer,
}: ConnectProxyOptions): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refused: readonly string[] = [];
  const kept = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const refuseOthers = (_request: unknown, response: ServerResponse) => response.writeHead(405).end();
  const server = certificate ? createTlsServer(certificate, refuseOthers) : createServer(refuseOthers);
  server.on('connection', kept);
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    asked.push(url);
    if (answer) {
      answer(client);
    } else if (headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    } else if (refused.includes(url)) {
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    } else {
      const upstream = kept(connectTo(port, '127.0.0.1'));
      upstream.on('connect', () => client.write('HTTP/1.1 200 Connection Established\r\n\r\n'));
      upstream.on('close', () => client.destroy());
      client.on('close', () => upstream.destroy());
      client.pipe(upstream).pipe(client);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const user = credentials ? `${credentials.split(':').map(encodeURIComponent).join(':')}@` : '';
  const origin = certificate ? `https://${user}localhost` : `http://${user}127.0.0.1`;
  return {
    url: `${origin}:${(server.address() as AddressInfo).port}`,
    asked,
    refuse: (...hostsAndPorts) => {
      refused = hostsAndPorts;
    },
    cut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        cut();
      }),
  };
}
