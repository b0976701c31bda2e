import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SigningKey {
  readonly publicJwk: JWK;
  sign(claims: object, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** A key of an issuer; `sign` leaves out what is given as undefined. */
export async function createSigningKey(kid = 'one'): Promise<SigningKey> {
  const { publicKey, privateKey }: { publicKey: CryptoKey; privateKey: CryptoKey } = await generateKeyPair('ES256', {
    extractable: true,
  });
  return {
    publicJwk: { ...(await exportJWK(publicKey)), alg: 'ES256', kid, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(privateKey),
  };
}

export interface DocumentServer {
  readonly url: string;
  /** The paths that were asked for, in their order. */
  readonly asked: string[];
  /** What answers a path; every other one is 404. */
  readonly answers: Map<string, (response: ServerResponse) => void>;
  stop(): Promise<void>;
}

/** Documents of an issuer on a free port. */
export async function startDocumentServer(): Promise<DocumentServer> {
  const asked: string[] = [];
  const answers = new Map<string, (response: ServerResponse) => void>();
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const answer = answers.get(url);
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Answers with `value` as JSON. */
export function json(value: unknown): (response: ServerResponse) => void {
  return (response) => response.end(JSON.stringify(value));
}
