import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { once } from 'node:events';
import { connect } from 'node:net';
import { TokenVerifier } from '../../src/access/token-verifier.js';
import { createLog } from '../../src/log.js';
import { startFixture, type Fixture } from './fixture.js';
import { RawSocket, refusedHandshake } from './subscribers.js';
import { plainClaims, startIssuer, type Issuer } from '../support/issuer.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const query = 'subscription { feed { id } }';
const clock = new TestClock();

let issuer: Issuer;
let gateway: Fixture;
let forger: CryptoKey;
beforeAll(async () => {
  issuer = await startIssuer();
  const tokens = new TokenVerifier({
    ...issuer,
    ...plainClaims,
    tenantClaim: 'tenant',
    clock,
    log: createLog('silent'),
  });
  gateway = await startFixture({}, { callerFrom: (authorization) => tokens.callerFrom(authorization) });
  forger = (await generateKeyPair('ES256')).privateKey;
});
afterAll(async () => {
  await gateway.clock.runUntil(gateway.stop());
  await issuer.stop();
});

describe('a token', () => {
  const forged = (claims: object, key: CryptoKey) =>
    new SignJWT({ scope: 'contacts:read', tenant: 'acme', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setIssuer(issuer.issuer)
      .setAudience(issuer.audience)
      .setExpirationTime(Math.floor(clock.now() / 1_000) + 300)
      .sign(key);

  test.each<[string, () => Promise<unknown>]>([
    ['of another key', async () => `Bearer ${await forged({}, forger)}`],
    ['that is over', async () => `Bearer ${await issuer.token({ scopes: [] }, clock.now() - 306_000)}`],
    ['of another scheme', async () => `Basic ${await issuer.token({ scopes: [] }, clock.now())}`],
    ['in an object', async () => ({ toString: `Bearer ${await issuer.token({ scopes: [] }, clock.now())}` })],
    [
      'with its key beside it',
      async () =>
        `Bearer ${await forged({ jwk: await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey) }, forger)}`,
    ],
  ])('%s opens nothing', async (_what, make) => {
    const raw = await RawSocket.open(gateway);
    raw.say({ type: 'connection_init', payload: { authorization: await make() } });
    expect((await raw.closed()).code).toBe(4403);
    expect(gateway.logText()).not.toContain('eyJ');
  });

  test('in the query of the URL, in a cookie or in a message that follows opens nothing', async () => {
    const token = `Bearer ${await issuer.token({ scopes: ['contacts:read'] }, clock.now())}`;
    const before = gateway.feeds.length;
    const raw = await RawSocket.open(gateway, {
      path: `/graphql?authorization=${encodeURIComponent(token)}`,
      headers: { cookie: `authorization=${encodeURIComponent(token)}`, authorization: token },
    });
    raw.say({ id: '1', type: 'subscribe', payload: { query, extensions: { authorization: token } } });
    expect((await raw.closed()).code).toBe(4401);
    expect(gateway.feeds).toHaveLength(before);
  });

  test('sent again in the middle closes the socket, and nothing said behind it is done', async () => {
    const before = gateway.feeds.length;
    const good = await issuer.token({ scopes: ['contacts:read'] }, clock.now());
    const raw = await RawSocket.connect(gateway, `Bearer ${good}`);
    const { _socket: socket } = raw.socket as unknown as { _socket: { cork(): void; uncork(): void } };
    socket.cork();
    raw.say({ type: 'connection_init', payload: { authorization: 'Bearer x' } });
    raw.subscribe('1', { query });
    socket.uncork();
    expect((await raw.closed()).code).toBe(4429);
    expect(gateway.feeds).toHaveLength(before);
  });
});

test('a page of another origin gets no socket, however it spells it', async () => {
  const { host } = new URL(gateway.url);
  for (const origin of [
    'https://evil.example',
    `https://${host}.evil.example`,
    `https://evil.example#${host}`,
    `https://${host}@evil.example`,
    'null',
    `file://${host}x`,
    '',
  ]) {
    expect((await refusedHandshake(gateway, { origin })).status).toBe(403);
  }
});

test('many sockets that say nothing do not keep out one that does', async () => {
  const crowded = await startFixture({ subscriptionLimits: { connectionsWithoutCaller: 10 } });
  try {
    const silent = [];
    for (let count = 0; count < 30; count += 1) silent.push(await RawSocket.open(crowded));
    const raw = await RawSocket.connect(crowded);
    raw.subscribe('1', { query });
    await until(() => crowded.feeds.length === 1);
    for (const { socket } of [raw, ...silent]) socket.terminate();
  } finally {
    await crowded.clock.runUntil(crowded.stop());
  }
});

test('a handshake that is never finished does not hold up a stop', async () => {
  const stopping = await startFixture();
  const { port, hostname } = new URL(stopping.url);
  const half = connect(Number(port), hostname);
  half.on('error', () => undefined);
  await once(half, 'connect');
  half.write('GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n');
  await stopping.query('{ hello }');
  await stopping.clock.runUntil(stopping.stop());
  half.destroy();
});
