import type { JWK } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves `publicJwk` as a key set on a free port of this machine. */
export async function startKeySet(publicJwk: JWK): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const body = JSON.stringify({ keys: [publicJwk] });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
