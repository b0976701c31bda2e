import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type JWTHeaderParameters } from 'jose';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
let forger: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  gateway = await startTestGateway();
  forger = await generateKeyPair('ES256', { extractable: true });
});
afterAll(() => gateway.stop());

const nowSeconds = () => Math.floor(gateway.clock.now() / 1_000);

function forged(header: JWTHeaderParameters, key: CryptoKey | Uint8Array = forger.privateKey): Promise<string> {
  return new SignJWT({ scope: 'contacts:read calls:start', tenant: 'acme' })
    .setProtectedHeader(header)
    .setIssuer(gateway.issuer.issuer)
    .setAudience(gateway.issuer.audience)
    .setExpirationTime(nowSeconds() + 300)
    .sign(key);
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function ask(headers: Record<string, string>, path = ''): Promise<{ status: number; text: string }> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ contact(id: "x") { id } }', access_token: await gateway.token() }),
  });
  return { status: response.status, text: await response.text() };
}

test.each<[string, () => Promise<string>]>([
  [
    'its own key in the header',
    async () => forged({ alg: 'ES256', kid: 'test', jwk: await exportJWK(forger.publicKey) }),
  ],
  ['a link to its own keys', () => forged({ alg: 'ES256', kid: 'test', jku: 'http://127.0.0.1:9/jwks.json' })],
  ['a link to its own certificate', () => forged({ alg: 'ES256', kid: 'test', x5u: 'http://127.0.0.1:9/cert' })],
  ['a key id that is a path', () => forged({ alg: 'ES256', kid: '../../../../dev/null' })],
  ['a key id that is code', () => forged({ alg: 'ES256', kid: "' OR 1=1 --" })],
  ['no key id', () => forged({ alg: 'ES256' })],
  [
    'the published keys as a shared secret',
    async () =>
      forged(
        { alg: 'HS256', kid: 'test' },
        new TextEncoder().encode(await (await fetch(gateway.issuer.jwksUrl)).text()),
      ),
  ],
  [
    'no signature',
    () => {
      const { issuer: iss, audience: aud } = gateway.issuer;
      const claims = { iss, aud, exp: nowSeconds() + 300, scope: 'contacts:read', tenant: 'acme' };
      return Promise.resolve(`${base64url({ alg: 'none' })}.${base64url(claims)}.`);
    },
  ],
  [
    'the signature of other claims',
    async () => {
      const [header, , signature] = (await gateway.token()).split('.');
      return `${header}.${base64url({ scope: 'calls:campaign' })}.${signature}`;
    },
  ],
])('a token with %s is refused without a word of why', async (_what, make) => {
  const { status, text } = await ask({ authorization: `Bearer ${await make()}` });
  expect(status).toBe(401);
  expect(JSON.parse(text)).toMatchObject({
    errors: [{ message: 'The bearer token is not accepted. Ask for a new one.' }],
  });
});

test.each<[string, (token: string) => Record<string, string>]>([
  ['after another scheme', (token) => ({ authorization: `Basic ${token}` })],
  ['without a scheme', (token) => ({ authorization: token })],
  ['twice in one header', (token) => ({ authorization: `Bearer ${token}, Bearer ${token}` })],
  ['in quotes', (token) => ({ authorization: `Bearer "${token}"` })],
  ['with something behind it', (token) => ({ authorization: `Bearer ${token} x` })],
  ['in a header of nearly any size', (token) => ({ authorization: `Bearer ${token}${'='.repeat(9_000)}` })],
])('a good token %s is refused', async (_how, headers) => {
  expect((await ask(headers(await gateway.token()))).status).toBe(401);
});

test('a token is read from nowhere but its header', async () => {
  const token = await gateway.token();
  for (const { status, text } of [
    await ask({ cookie: `authorization=Bearer ${token}; access_token=${token}` }),
    await ask({ 'x-authorization': `Bearer ${token}`, 'proxy-authorization': `Bearer ${token}` }),
    await ask({}, `?access_token=${token}`),
  ]) {
    expect(status).toBe(200);
    expect(text).toContain('UNAUTHENTICATED');
  }
});

test('nothing of a refused token is in the log', async () => {
  const pieces = ['c4n4ryone', 'eyJc4n4rytwo', 'eyJhbGciOiJFUzI1NiJ9.eyJjNG40cnkiOjF9.c4n4rythree', '%63c4n4ryfour'];
  for (const piece of pieces) {
    expect((await ask({ authorization: `Bearer ${piece}` })).status).toBe(401);
    expect((await ask({ authorization: piece })).status).toBe(401);
  }
  expect(gateway.logged()).not.toMatch(/c4n4ry|eyJ/);
});
