import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HttpOptions, HttpParts } from '../../src/http/app.js';
import { startFixture, type Fixture } from './fixture.js';

/** Has a gateway for as long as `use` takes. */
export async function on(
  use: (gateway: Fixture) => Promise<void>,
  options: Partial<HttpOptions> = {},
  overrides: Partial<HttpParts> = {},
): Promise<void> {
  const gateway = await startFixture(options, overrides);
  try {
    await use(gateway);
  } finally {
    gateway.openGate();
    await gateway.clock.runUntil(gateway.stop());
  }
}

/** A client that writes what it likes. */
export interface Client {
  readonly socket: Socket;
  readonly answer: () => string;
}

export async function clientOf({ url }: Pick<Fixture, 'url'>): Promise<Client> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('error', () => undefined).on('data', (chunk) => (answer += String(chunk)));
  await once(socket, 'connect');
  return { socket, answer: () => answer };
}

export const post = (query: string, headers = '', path = '/graphql') => {
  const body = JSON.stringify({ query });
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
export const closed = (socket: Socket) => once(socket, 'close');
