import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const errors = [{ message: 'The subgraph timed out.' }];

/** A router that answers every subscription, by whatever carries it, with an error of its own, which has no `extensions`, and completes it. */
export async function startNamelessRouter() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.headers.accept?.includes('multipart/mixed;') === true) {
      response.setHeader('content-type', 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
      const part = `content-type: application/json\r\n\r\n${JSON.stringify({ payload: { errors } })}`;
      response.end(`\r\n--graphql\r\n${part}\r\n--graphql--\r\n`);
    } else {
      response.setHeader('content-type', 'text/event-stream');
      response.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`);
    }
  });
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) => {
    const say = (message: object) => {
      socket.send(JSON.stringify(message));
    };
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { readonly type: string; readonly id?: string };
      if (type === 'connection_init') say({ type: 'connection_ack' });
      if (type !== 'subscribe') return;
      say({ id, type: 'next', payload: { errors } });
      say({ id, type: 'complete' });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
