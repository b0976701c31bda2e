import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Hands the upgrades to WebSocket of `server` to `onWebSocket`. Every other offer is ignored, as HTTP lets a server: with a
 * listener for upgrades Node hands over those too, so the request goes back to the front of its connection, without the offer,
 * and the connection back to the server. Java's HttpClient offers `h2c` with its first request.
 */
export function takeUpgrades(
  server: Server,
  onWebSocket: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): void {
  const unanswered = new WeakMap<Duplex, number>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const count = (change: number) => unanswered.set(socket, (unanswered.get(socket) ?? 0) + change);
    count(1);
    response.once('close', () => count(-1));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (unanswered.get(socket)) {
      // It is pipelined behind another request, whose answer would end up in the WebSocket; and without one, this one's nowhere.
      socket.destroy();
    } else if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      onWebSocket(request, socket, head);
    } else {
      socket.unshift(Buffer.concat([withoutOffer(request), head]));
      server.emit('connection', socket);
    }
  });
}

function withoutOffer({ method = 'GET', url = '/', httpVersion, rawHeaders, headers }: IncomingMessage): Buffer {
  const lines: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!/^(upgrade|http2-settings|connection)$/i.test(name)) lines.push(`${name}: ${value}\r\n`);
  }
  if (/\bclose\b/i.test(headers.connection ?? '')) lines.push('Connection: close\r\n');
  return Buffer.from(`${method} ${url} HTTP/${httpVersion}\r\n${lines.join('')}\r\n`, 'latin1');
}
