import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import http, { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { TokenVerifier, type TokenVerifierOptions } from '../../src/access/token-verifier.js';
import type { Clock } from '../../src/clock.js';
import { createLog } from '../../src/log.js';
import { plainClaims } from '../support/issuer.js';
import { TestClock } from '../support/test-clock.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heldMegabytes(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / 1_000_000;
}

const nowSeconds = 1_800_000_000;
const clock: Clock = { now: () => nowSeconds * 1_000, monotonic: () => 0, after: () => () => undefined };
const issuer = 'https://id.example.com/';
const audience = 'outdial';

interface Key {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

async function makeKey(alg: string, kid: string): Promise<Key> {
  return { alg, kid, ...(await generateKeyPair(alg, { extractable: true })) };
}

async function publicJwk({ alg, kid, publicKey }: Key): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' };
}

const unanswered = ['silence', 'another protocol'] as const;
const failures = ['error', 'garbage', 'no key set', 'a closed connection', ...unanswered] as const;

const isUnanswered = (answer: string) => unanswered.some((one) => one === answer);

/** A key set over HTTP whose content and behaviour a test can change. */
class KeyServer {
  keys: JWK[] = [];
  answer: 'keys' | (typeof failures)[number] = 'keys';
  fetches = 0;
  #told: (() => void)[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.fetches += 1;
    for (const tell of this.#told.splice(0)) tell();
    if (this.answer === 'silence') return;
    if (this.answer === 'a closed connection') {
      request.socket.destroy();
      return;
    }
    if (this.answer === 'another protocol') {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: another\r\n\r\n');
      return;
    }
    response.statusCode = this.answer === 'error' ? 500 : 200;
    const others: Partial<Record<string, string>> = { garbage: '<html>', 'no key set': '{"keys":7}' };
    response.end(others[this.answer] ?? JSON.stringify({ keys: this.keys }));
  });

  async whenFetched(times: number): Promise<void> {
    while (this.fetches < times) await new Promise<void>((resolve) => this.#told.push(resolve));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks`);
  }
}

const server = new KeyServer();
let key: Key;
let stranger: Key;

beforeAll(async () => {
  await server.start();
  key = await makeKey('ES256', 'one');
  stranger = await makeKey('ES256', 'one');
});

afterAll(() => server.stop());

async function verifier(options: Partial<TokenVerifierOptions> = {}): Promise<TokenVerifier> {
  server.keys = [await publicJwk(key)];
  server.answer = 'keys';
  server.fetches = 0;
  const log = createLog('silent');
  return new TokenVerifier({ issuer, audience, ...plainClaims, jwksUrl: server.url, clock, log, ...options });
}

const goodClaims = {
  iss: issuer,
  aud: audience,
  sub: 'alice',
  exp: nowSeconds + 60,
  scope: 'calls:start contacts:read',
};

/** A signed token; a claim given as undefined is left out. */
function sign(claims: JWTPayload = {}, by: Key = key, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, ...header })
    .sign(by.privateKey, { crit: { x: true } });
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const refused = expect.objectContaining({
  code: 'UNAUTHENTICATED',
  message: 'The bearer token is not accepted. Ask for a new one.',
  retryable: false,
  details: undefined,
  fields: undefined,
});
const unavailable = expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });

describe('a request without an Authorization header', () => {
  test('is anonymous', async () => {
    await expect((await verifier()).callerFrom(undefined)).resolves.toBeUndefined();
    expect(server.fetches).toBe(0);
  });
});

describe('an accepted token', () => {
  test('tells the subject, the tenant and the scopes', async () => {
    await expect((await verifier()).callerFrom(`Bearer ${await sign()}`)).resolves.toEqual({
      subject: 'alice',
      tenant: 'default',
      scopes: new Set(['calls:start', 'contacts:read']),
      expiresAtMs: (nowSeconds + 65) * 1_000,
    });
  });

  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'])('may be signed with %s', async (alg) => {
    const other = await makeKey(alg, 'other');
    const tokens = await verifier();
    server.keys = [await publicJwk(other)];
    await expect(tokens.callerFrom(`Bearer ${await sign({}, other)}`)).resolves.toMatchObject({ subject: 'alice' });
  });

  test('may follow the scheme in any case', async () => {
    const tokens = await verifier();
    await expect(tokens.callerFrom(`bearer ${await sign()}`)).resolves.toBeDefined();
    await expect(tokens.callerFrom(`BEARER  ${await sign()}`)).resolves.toBeDefined();
  });

  test.each<[string, JWTPayload]>([
    ['expired within the skew', { exp: nowSeconds - 4 }],
    ['becomes valid within the skew', { nbf: nowSeconds + 5 }],
    ['is also for somebody else', { aud: ['other', audience] }],
  ])('is still one that %s', async (_title, claims) => {
    await expect((await verifier()).callerFrom(`Bearer ${await sign(claims)}`)).resolves.toBeDefined();
  });

  test.each<[string, JWTPayload, string[]]>([
    ['scope, separated by spaces', { scope: 'a b:c  d' }, ['a', 'b:c', 'd']],
    ['scope as a list', { scope: ['a', 'b'] }, ['a', 'b']],
    ['scp as a list', { scope: undefined, scp: ['a', 'b c', 1, null, ''] }, ['a', 'b c']],
    ['scp, separated by spaces', { scope: undefined, scp: 'a b' }, ['a', 'b']],
    ['scp as a number', { scope: undefined, scp: 12 }, []],
    ['both', { scope: 'a b', scp: ['b', 'c'] }, ['a', 'b', 'c']],
    ['neither', { scope: undefined }, []],
    ['other cases and separators, as they are', { scope: 'Calls:Start\tx,y' }, ['Calls:Start\tx,y']],
  ])('takes its scopes from %s', async (_title, claims, expected) => {
    const caller = await (await verifier()).callerFrom(`Bearer ${await sign(claims)}`);
    expect([...caller!.scopes]).toEqual(expected);
  });

  test.each<[string, JWTPayload, string]>([
    ['sub', { client_id: 'service' }, 'alice'],
    ['client_id without a sub', { sub: undefined, client_id: 'service', azp: 'app' }, 'service'],
    ['azp without either', { sub: undefined, azp: 'app' }, 'app'],
    ['nothing it says', { sub: undefined, client_id: 7 }, 'unknown'],
  ])('takes its subject from %s', async (_title, claims, expected) => {
    await expect((await verifier()).callerFrom(`Bearer ${await sign(claims)}`)).resolves.toMatchObject({
      subject: expected,
    });
  });

  test('names the tenant in the configured claim', async () => {
    const tokens = await verifier({ tenantClaim: 'https://example.com/tenant' });
    const token = await sign({ 'https://example.com/tenant': 'acme' });
    await expect(tokens.callerFrom(`Bearer ${token}`)).resolves.toMatchObject({ tenant: 'acme' });
  });
});

describe('a refused token', () => {
  const withToken = (make: () => string | Promise<string>) => async () => `Bearer ${await make()}`;
  const unsigned = `${base64url({ alg: 'none' })}.${base64url(goodClaims)}.`;

  test.each<[string, () => string | Promise<string>]>([
    ['is not there', () => ''],
    ['is not behind the word Bearer', () => sign()],
    ['is behind another scheme', async () => `Basic ${await sign()}`],
    ['is empty', () => 'Bearer '],
    ['has more behind it', async () => `Bearer ${await sign()} x`],
    ['is one of two', async () => `Bearer ${await sign()}, Bearer ${await sign()}`],
    ['is no JWT', () => 'Bearer abc'],
    ['is longer than any header should be', withToken(() => sign({ padding: 'x'.repeat(8_192) }))],
    ['is not signed', () => `Bearer ${unsigned}`],
    [
      'is not signed and says so in capitals',
      () => `Bearer ${base64url({ alg: 'NONE', kid: 'one' })}.${base64url(goodClaims)}.`,
    ],
    [
      'is signed with the public key as a shared secret',
      withToken(async () => {
        const signed = `${base64url({ alg: 'HS256', kid: 'one' })}.${base64url(goodClaims)}`;
        const mac = createHmac('sha256', await exportSPKI(key.publicKey))
          .update(signed)
          .digest('base64url');
        return `${signed}.${mac}`;
      }),
    ],
    ['is signed by somebody else', withToken(() => sign({}, stranger))],
    [
      'was changed',
      withToken(async () => (await sign()).replace(/\.[^.]+\./, `.${base64url({ ...goodClaims, scope: 'all' })}.`)),
    ],
    [
      'brings its own key',
      withToken(async () => sign({}, stranger, { kid: undefined, jwk: await publicJwk(stranger) })),
    ],
    ['names a key that is not in the set', withToken(() => sign({}, key, { kid: 'two' }))],
    ['has an extension nobody knows', withToken(() => sign({}, key, { crit: ['x'], x: 1 }))],
    ['is of another issuer', withToken(() => sign({ iss: 'https://id.example.com' }))],
    ['is of no issuer', withToken(() => sign({ iss: undefined }))],
    ['is for another audience', withToken(() => sign({ aud: 'outdial-admin' }))],
    ['is for no audience', withToken(() => sign({ aud: undefined }))],
    ['never expires', withToken(() => sign({ exp: undefined }))],
    ['expires at no number', withToken(() => sign({ exp: '2100' as unknown as number }))],
    ['expired', withToken(() => sign({ exp: nowSeconds - 5 }))],
    ['is not valid yet', withToken(() => sign({ nbf: nowSeconds + 6 }))],
  ])('%s', async (_title, header) => {
    await expect((await verifier()).callerFrom(await header())).rejects.toEqual(refused);
  });

  test.each<[string, JWTPayload]>([
    ['does not have', {}],
    ['has empty', { tenant: '' }],
    ['has blank', { tenant: ' ' }],
    ['has as a list of several', { tenant: ['acme', 'globex'] }],
    ['has as a number', { tenant: 7 }],
    ['has as null', { tenant: null }],
  ])('%s the tenant claim that is asked for', async (_title, claims) => {
    const tokens = await verifier({ tenantClaim: 'tenant' });
    await expect(tokens.callerFrom(`Bearer ${await sign(claims)}`)).rejects.toEqual(refused);
  });

  test('does not get a tenant from what every object has', async () => {
    const tokens = await verifier({ tenantClaim: 'constructor' });
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).rejects.toEqual(refused);
  });

  test('with a shared secret for a signature does not even get its key looked up', async () => {
    const tokens = await verifier();
    await expect(
      tokens.callerFrom(`Bearer ${base64url({ alg: 'HS256', kid: 'one' })}.${base64url(goodClaims)}.AA`),
    ).rejects.toEqual(refused);
    expect(server.fetches).toBe(0);
  });

  test('tells its reason to the log alone', async () => {
    const error: unknown = await (
      await verifier()
    )
      .callerFrom(`Bearer ${await sign({ exp: 1 })}`)
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(refused);
    expect(error).toHaveProperty('cause.code', 'ERR_JWT_EXPIRED');
  });
});

describe('the key set', () => {
  const withKid = async (kid: string) =>
    `Bearer ${await sign({ exp: nowSeconds + 36_000 }, await makeKey('ES256', kid))}`;
  const known = async () => `Bearer ${await sign({ exp: nowSeconds + 36_000 })}`;
  /** What a verifier makes of tokens at a clock that a test can move. */
  const onClock = async (options: Partial<TokenVerifierOptions> = {}) => {
    const time = new TestClock(nowSeconds * 1_000);
    return { time, tokens: await verifier({ clock: time, ...options }) };
  };

  test('is fetched once for many tokens', async () => {
    const tokens = await verifier();
    const token = await sign();
    await Promise.all([1, 2, 3].map(() => tokens.callerFrom(`Bearer ${token}`)));
    await tokens.callerFrom(`Bearer ${token}`);
    expect(server.fetches).toBe(1);
  });

  test('can be fetched before the first token', async () => {
    const tokens = await verifier();
    await tokens.loadKeys();
    server.answer = 'error';
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).resolves.toBeDefined();
  });

  test('is fetched again for a new key, but not more often than every thirty seconds', async () => {
    const { time, tokens } = await onClock();
    await tokens.loadKeys();
    const next = await makeKey('ES256', 'two');
    const token = await sign({}, next);
    server.keys = [await publicJwk(next)];
    time.advance(29_000);
    await expect(tokens.callerFrom(`Bearer ${token}`)).rejects.toEqual(refused);
    expect(server.fetches).toBe(1);

    time.advance(2_000);
    await expect(tokens.callerFrom(`Bearer ${token}`)).resolves.toMatchObject({ subject: 'alice' });
    expect(server.fetches).toBe(2);
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).rejects.toEqual(refused);
    expect(server.fetches).toBe(2);
  });

  /** Counts what is asked for, also where a fetch is given up before the server hears of it. */
  const fetching = () => jest.spyOn(http, 'get');
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each(failures)(
    'that answers with %s is fetched for unknown keys no more often than one that answers',
    async (answer) => {
      const { time, tokens } = await onClock(isUnanswered(answer) ? { fetchTimeoutMs: 1_000 } : {});
      const asking = fetching();
      await tokens.loadKeys();
      server.answer = answer;
      time.advance(30_000);
      for (let seconds = 0; seconds < 60; seconds += 1) {
        const asked = [1, 2, 3].map(async (kid) => tokens.callerFrom(await withKid(`unknown ${kid}`)));
        for (const { reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[])
          expect(reason).toEqual(unavailable);
        await expect(tokens.callerFrom(await known())).resolves.toBeDefined();
        time.advance(1_000);
      }
      expect(asking).toHaveBeenCalledTimes(3);
      server.answer = 'keys';
      await expect(tokens.callerFrom(await withKid('unknown'))).rejects.toEqual(refused);
      expect(asking).toHaveBeenCalledTimes(4);
    },
  );

  test('tells when it is worth asking again', async () => {
    const { time, tokens } = await onClock();
    await tokens.loadKeys();
    server.answer = 'error';
    time.advance(30_000);
    await expect(tokens.callerFrom(await withKid('unknown'))).rejects.toEqual(unavailable);
    time.advance(10_000);
    await expect(tokens.callerFrom(await withKid('unknown'))).rejects.toMatchObject({ retryAfterMs: 20_000 });
  });

  test.each(failures)(
    'that answers with %s from the start is fetched after 1, 2, 4, 8, 16 and then every 30 seconds',
    async (answer) => {
      const { time, tokens } = await onClock(isUnanswered(answer) ? { fetchTimeoutMs: 1_000 } : {});
      server.answer = answer;
      const token = await known();
      const asking = fetching();
      const fetchedAtSeconds: number[] = [];
      for (let seconds = 0; seconds <= 91; seconds += 1) {
        const before = asking.mock.calls.length;
        await Promise.allSettled([1, 2, 3].map(() => tokens.callerFrom(token)));
        if (asking.mock.calls.length > before) fetchedAtSeconds.push(seconds);
        time.advance(1_000);
      }
      expect(fetchedAtSeconds).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
      expect(asking).toHaveBeenCalledTimes(8);
    },
  );

  test('is loaded at the pace of whoever loads it', async () => {
    const tokens = await verifier();
    server.answer = 'error';
    for (let times = 0; times < 5; times += 1) await expect(tokens.loadKeys()).rejects.toEqual(unavailable);
    server.answer = 'keys';
    await tokens.loadKeys();
    expect(server.fetches).toBe(6);
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).resolves.toBeDefined();
    expect(server.fetches).toBe(6);
  });

  test('loses its old keys after ten minutes', async () => {
    const { time, tokens } = await onClock();
    await tokens.loadKeys();
    server.keys = [await publicJwk(await makeKey('ES256', 'two'))];
    await expect(tokens.callerFrom(await known())).resolves.toBeDefined();
    time.advance(601_000);
    await expect(tokens.callerFrom(await known())).rejects.toEqual(refused);
  });

  test('is good for ten minutes and no longer while it cannot be fetched', async () => {
    const { time, tokens } = await onClock();
    await tokens.loadKeys();
    server.answer = 'error';
    time.advance(599_000);
    await expect(tokens.callerFrom(await known())).resolves.toBeDefined();
    time.advance(1_000);
    await expect(tokens.callerFrom(await known())).rejects.toEqual(unavailable);
  });

  test('is fetched again after five minutes of use, while its keys are still good', async () => {
    const { time, tokens } = await onClock();
    await tokens.loadKeys();
    time.advance(300_000);
    await expect(tokens.callerFrom(await known())).resolves.toBeDefined();
    await server.whenFetched(2);
    // What is under way is not begun again.
    await tokens.loadKeys();
    // The second set is older by then than the first one may get.
    time.advance(400_000);
    server.answer = 'error';
    await expect(tokens.callerFrom(await known())).resolves.toBeDefined();
  });

  describe('a token that was accepted', () => {
    const lasting = async () => `Bearer ${await sign({ exp: nowSeconds + 3_600 })}`;

    test('has its signature checked once with each set that was fetched', async () => {
      const verify = jest.spyOn(Object.getPrototypeOf(crypto.subtle) as SubtleCrypto, 'verify');
      const { time, tokens } = await onClock();
      const token = await lasting();
      const callers = [await tokens.callerFrom(token), await tokens.callerFrom(token)];
      expect(callers[1]).toEqual(callers[0]);
      expect(verify).toHaveBeenCalledTimes(1);
      time.advance(601_000);
      await expect(tokens.callerFrom(token)).resolves.toEqual(callers[0]);
      expect(verify).toHaveBeenCalledTimes(2);
    });

    test('is told from one that differs in its signature alone', async () => {
      const { tokens } = await onClock();
      const token = await lasting();
      await tokens.callerFrom(token);
      const other = token.slice(0, -8) + (token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
      await expect(tokens.callerFrom(other)).rejects.toEqual(refused);
    });

    test('ends when it says so', async () => {
      const { time, tokens } = await onClock();
      const token = `Bearer ${await sign({ exp: nowSeconds + 60 })}`;
      await tokens.callerFrom(token);
      time.advance(64_999);
      await expect(tokens.callerFrom(token)).resolves.toBeDefined();
      time.advance(1);
      await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
    });

    test('is refused once its key is withdrawn, or is another by the same name', async () => {
      const { time, tokens } = await onClock();
      const token = await lasting();
      await tokens.callerFrom(token);
      server.keys = [await publicJwk(stranger)];
      time.advance(601_000);
      await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
      server.keys = [await publicJwk(await makeKey('ES256', 'two'))];
      time.advance(601_000);
      await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
    });

    test('is good for ten minutes and no longer while the set cannot be fetched', async () => {
      const { time, tokens } = await onClock();
      const token = await lasting();
      await tokens.callerFrom(token);
      server.answer = 'error';
      time.advance(599_000);
      await expect(tokens.callerFrom(token)).resolves.toBeDefined();
      time.advance(1_000);
      await expect(tokens.callerFrom(token)).rejects.toEqual(unavailable);
    });
  });

  describe('a token with a bad signature', () => {
    /** A token of the same claims and header as one that is good, and how often signatures were checked so far. */
    const forged = async () => {
      const [header, payload] = (await sign({ exp: nowSeconds + 3_600 })).split('.');
      return `Bearer ${header}.${payload}.${'A'.repeat(86)}`;
    };

    test('is refused without another look as long as its key is the same, and no longer', async () => {
      const verify = jest.spyOn(Object.getPrototypeOf(crypto.subtle) as SubtleCrypto, 'verify');
      const { time, tokens } = await onClock();
      const token = await forged();
      verify.mockClear();
      for (let asked = 0; asked < 3; asked += 1) await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
      expect(verify).toHaveBeenCalledTimes(1);
      time.advance(601_000);
      await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
      expect(verify).toHaveBeenCalledTimes(2);
    });

    test('is let in once the set has the key that it was signed by', async () => {
      const { time, tokens } = await onClock();
      const other = await makeKey('ES256', 'one');
      const token = `Bearer ${await sign({ exp: nowSeconds + 3_600 }, other)}`;
      await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
      server.keys = [await publicJwk(other)];
      time.advance(601_000);
      await expect(tokens.callerFrom(token)).resolves.toBeDefined();
    });

    test('is not one whose check failed by itself', async () => {
      const { tokens } = await onClock();
      const good = `Bearer ${await sign({ exp: nowSeconds + 3_600 })}`;
      const verify = jest.spyOn(Object.getPrototypeOf(crypto.subtle) as SubtleCrypto, 'verify');
      verify.mockRejectedValueOnce(new DOMException('The operation failed', 'OperationError'));
      await expect(tokens.callerFrom(good)).rejects.toEqual(refused);
      await expect(tokens.callerFrom(good)).resolves.toBeDefined();
    });

    test('is remembered without what else stands in its header', async () => {
      const { tokens } = await onClock();
      const nested = { alg: key.alg, kid: key.kid, x: 'of a list' };
      const lists = JSON.stringify(nested).replace('"of a list"', `${'['.repeat(2_500)}${']'.repeat(2_500)}`);
      const header = Buffer.from(lists).toString('base64url');
      const send = async (from: number, to: number) => {
        for (let nth = from; nth < to; nth += 1) {
          const token = `Bearer ${header}.${base64url({ nth })}.${'A'.repeat(86)}`;
          await expect(tokens.callerFrom(token)).rejects.toEqual(refused);
        }
      };
      await send(0, 10);
      const before = await heldMegabytes();
      await send(10, 210);
      expect((await heldMegabytes()) - before).toBeLessThan(10);
    });

    test('is no verdict on others, and is forgotten before any of those', async () => {
      const verify = jest.spyOn(Object.getPrototypeOf(crypto.subtle) as SubtleCrypto, 'verify');
      const { tokens } = await onClock();
      const good = `Bearer ${await sign({ exp: nowSeconds + 3_600 })}`;
      await tokens.callerFrom(good);
      const token = await forged();
      for (let nth = 0; nth < 1_100; nth += 1) {
        const other = `${token.slice(0, -12)}${String(nth).padStart(12, 'A')}`;
        await expect(tokens.callerFrom(other)).rejects.toEqual(refused);
      }
      verify.mockClear();
      await expect(tokens.callerFrom(good)).resolves.toBeDefined();
      expect(verify).not.toHaveBeenCalled();
    });
  });

  test.each(failures)('that answers with %s is an outage and no verdict on the token', async (answer) => {
    const tokens = await verifier({ fetchTimeoutMs: isUnanswered(answer) ? 1 : 5_000 });
    server.answer = answer;
    await expect(tokens.loadKeys()).rejects.toEqual(unavailable);
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).rejects.toEqual(unavailable);
  });

  test('that is not there is an outage until it is', async () => {
    const gone = new KeyServer();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    const tokens = await verifier({ jwksUrl: url });
    await expect(tokens.callerFrom(`Bearer ${await sign()}`)).rejects.toEqual(unavailable);
  });

  test('that is unavailable does not keep a malformed token from its refusal', async () => {
    const tokens = await verifier();
    server.answer = 'error';
    await expect(tokens.callerFrom('Bearer abc')).rejects.toEqual(refused);
  });
});
