import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { maxDocumentBytes } from '../../src/access/document-fetch.js';
import { TokenVerifier } from '../../src/access/token-verifier.js';
import { createLog } from '../../src/log.js';
import { plainClaims } from '../support/issuer.js';
import { TestClock } from '../support/test-clock.js';
import { createSigningKey, json, startDocumentServer, type DocumentServer, type SigningKey } from './key-server.js';

const path = '/realms/one/.well-known/openid-configuration';
const unavailable = expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });

let key: SigningKey;
let server: DocumentServer;
let clock: TestClock;
beforeAll(async () => {
  key = await createSigningKey();
});
beforeEach(async () => {
  clock = new TestClock();
  server = await startDocumentServer();
  server.answers.set('/keys', json({ keys: [key.publicJwk] }));
  server.answers.set(path, json({ issuer: issuer(), jwks_uri: `${server.url}/keys` }));
});
afterEach(() => server.stop());

const issuer = () => `${server.url}/realms/one`;

function verifier(iss = issuer()): TokenVerifier {
  return new TokenVerifier({ issuer: iss, audience: 'outdial', ...plainClaims, clock, log: createLog('silent') });
}

async function bearer(iss = issuer(), by = key): Promise<string> {
  const exp = Math.floor(clock.now() / 1_000) + 36_000;
  return `Bearer ${await by.sign({ iss, aud: 'outdial', sub: 'alice', exp })}`;
}

/** Why the key set could not be had, as the log tells it. */
async function reasonOf(tokens: TokenVerifier): Promise<unknown> {
  const error: unknown = await tokens.loadKeys().catch((thrown: unknown) => thrown);
  expect(error).toEqual(unavailable);
  return ((error as Error).cause as Error).cause;
}

describe('without AUTH_JWKS_URL', () => {
  test.each(['', '/'])('the configuration under the issuer names the key set; it ends with %j', async (end) => {
    const iss = `${issuer()}${end}`;
    server.answers.set(path, json({ issuer: iss, jwks_uri: `${server.url}/keys` }));
    await expect(verifier(iss).callerFrom(await bearer(iss))).resolves.toMatchObject({ subject: 'alice' });
    expect(server.asked).toEqual([path, '/keys']);
  });

  test('it is read once for many tokens', async () => {
    const tokens = verifier();
    const token = await bearer();
    await Promise.all([1, 2, 3].map(() => tokens.callerFrom(token)));
    await tokens.callerFrom(token);
    expect(server.asked).toEqual([path, '/keys']);
  });

  test('it is read anew before each fetch, and may name another key set', async () => {
    const tokens = verifier();
    await tokens.loadKeys();
    const next = await createSigningKey('two');
    server.answers.set('/next', json({ keys: [next.publicJwk] }));
    server.answers.set(path, json({ issuer: issuer(), jwks_uri: `${server.url}/next` }));
    clock.advance(30_000);
    await expect(tokens.callerFrom(await bearer(issuer(), next))).resolves.toBeDefined();
    await expect(tokens.callerFrom(await bearer())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(server.asked).toEqual([path, '/keys', path, '/next']);
  });
});

const fails = new Map<string, [(response: ServerResponse) => void, RegExp]>([
  ['an error', [(response) => response.writeHead(500).end('{}'), /HTTP status 500/]],
  ['not found', [(response) => response.writeHead(404).end(), /HTTP status 404/]],
  ['no content', [(response) => response.writeHead(204).end(), /HTTP status 204/]],
  ['garbage', [(response) => response.end('<html>'), /JSON/]],
  ['null', [json(null), /not exactly AUTH_ISSUER/]],
  ['a list', [json([]), /not exactly AUTH_ISSUER/]],
  ['a closed connection', [(response) => response.destroy(), /socket hang up/]],
]);

describe('a configuration that answers with', () => {
  test.each([...fails])('%s is an outage', async (_what, [answer, reason]) => {
    const tokens = verifier();
    server.answers.set(path, answer);
    expect(await reasonOf(tokens)).toMatchObject({ message: expect.stringMatching(reason) as unknown });
    await expect(tokens.callerFrom(await bearer())).rejects.toEqual(unavailable);
    expect(server.asked).not.toContain('/keys');
  });

  test.each(['%s/', '%s?', 'https://id.example.net', 'HTTP%s', '', 7, null, undefined, ['%s']])(
    'the issuer %j is of somebody else',
    async (other) => {
      const named = JSON.parse(JSON.stringify({ issuer: other }).replaceAll('%s', issuer())) as object;
      server.answers.set(path, json({ ...named, jwks_uri: `${server.url}/keys` }));
      expect(await reasonOf(verifier())).toMatchObject({
        message: 'The issuer in the OpenID configuration is not exactly AUTH_ISSUER.',
      });
      expect(server.asked).toEqual([path]);
    },
  );

  test.each([
    'http://id.example.com/keys',
    'http://127.0.0.1.example.com/keys',
    'https://user:password@id.example.com/keys',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    '/keys',
    '',
    7,
    null,
    undefined,
    ['https://id.example.com/keys'],
  ])('the key set %j names none that may be asked', async (jwksUri) => {
    server.answers.set(path, json({ issuer: issuer(), jwks_uri: jwksUri }));
    expect(await reasonOf(verifier())).toMatchObject({ message: expect.stringMatching(/^The jwks_uri /) as unknown });
    expect(server.asked).toEqual([path]);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%d) is not followed', async (status) => {
    server.answers.set('/elsewhere', json({ issuer: issuer(), jwks_uri: `${server.url}/keys` }));
    server.answers.set(path, (response) => response.writeHead(status, { location: '/elsewhere' }).end());
    expect(await reasonOf(verifier())).toMatchObject({
      message: expect.stringContaining(`status ${status}`) as unknown,
    });
    expect(server.asked).toEqual([path]);
  });

  test('more than anybody publishes is not read to its end', async () => {
    let cut: (isCut: boolean) => void = () => undefined;
    const isCut = new Promise<boolean>((resolve) => (cut = resolve));
    server.answers.set(path, (response) => {
      let chunks = 0;
      const more = () => {
        while ((chunks += 1) < 200 && response.write('x'.repeat(65_536)));
        if (chunks >= 200) response.end();
      };
      response.on('drain', more).on('close', () => {
        cut(!response.writableFinished);
      });
      more();
    });
    expect(await reasonOf(verifier())).toMatchObject({
      message: `The answer has more than ${maxDocumentBytes} bytes.`,
    });
    expect(await isCut).toBe(true);
  });

  test('as much as is allowed is read', async () => {
    const text = JSON.stringify({ issuer: issuer(), jwks_uri: `${server.url}/keys` });
    server.answers.set(path, (response) => response.end(text.padEnd(maxDocumentBytes)));
    await verifier().loadKeys();
    server.answers.set(path, (response) => response.end(text.padEnd(maxDocumentBytes + 1)));
    await expect(verifier().loadKeys()).rejects.toEqual(unavailable);
  });

  test('a redirect to, or too much of, a key set is an outage', async () => {
    const keys = JSON.stringify({ keys: [key.publicJwk] });
    server.answers.set('/elsewhere', (response) => response.end(keys));
    server.answers.set('/keys', (response) => response.writeHead(302, { location: '/elsewhere' }).end());
    await expect(verifier().loadKeys()).rejects.toEqual(unavailable);
    expect(server.asked).toEqual([path, '/keys']);
    server.answers.set('/keys', (response) => response.end(keys.padEnd(maxDocumentBytes + 1)));
    await expect(verifier().loadKeys()).rejects.toEqual(unavailable);
  });

  test.each([
    ['nothing', () => undefined],
    ['a beginning', (response: ServerResponse) => void response.write('{')],
  ])('%s is given up after five seconds', async (_what, answer) => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    server.answers.set(path, (response) => {
      answer(response);
      isAsked();
    });
    const reason = reasonOf(verifier());
    await asked;
    clock.advance(4_999);
    expect(await Promise.race([reason, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits');
    clock.advance(1);
    expect(await reason).toMatchObject({ message: 'The OpenID configuration did not come within 5000 ms.' });
  });
});

describe('a configuration that fails', () => {
  test.each([...fails])('from the start, with %s, is read as often as a key set', async (_what, [answer]) => {
    server.answers.set(path, answer);
    const tokens = verifier();
    const token = await bearer();
    const readAtSeconds: number[] = [];
    for (let seconds = 0; seconds <= 61; seconds += 1) {
      const before = server.asked.length;
      await Promise.allSettled([1, 2, 3].map(() => tokens.callerFrom(token)));
      if (server.asked.length > before) readAtSeconds.push(seconds);
      clock.advance(1_000);
    }
    expect(readAtSeconds).toEqual([0, 1, 3, 7, 15, 31, 61]);
    expect(server.asked).toHaveLength(7);
  });

  test('later leaves the keys good for ten minutes, and is tried every thirty seconds for unknown ones', async () => {
    const tokens = verifier();
    await tokens.loadKeys();
    server.answers.delete(path);
    clock.advance(30_000);
    const token = await bearer();
    const unknown = await bearer(issuer(), await createSigningKey('unknown'));
    for (let seconds = 0; seconds < 60; seconds += 1) {
      await expect(tokens.callerFrom(unknown)).rejects.toEqual(unavailable);
      await expect(tokens.callerFrom(token)).resolves.toBeDefined();
      clock.advance(1_000);
    }
    expect(server.asked).toEqual([path, '/keys', path, path]);
    clock.advance(509_000);
    await expect(tokens.callerFrom(token)).resolves.toBeDefined();
    clock.advance(1_000);
    await expect(tokens.callerFrom(token)).rejects.toEqual(unavailable);
  });

  test('is read at the pace of whoever loads the keys, until it succeeds', async () => {
    server.answers.delete(path);
    const tokens = verifier();
    for (let times = 0; times < 3; times += 1) await expect(tokens.loadKeys()).rejects.toEqual(unavailable);
    server.answers.set(path, json({ issuer: issuer(), jwks_uri: `${server.url}/keys` }));
    await tokens.loadKeys();
    await expect(tokens.callerFrom(await bearer())).resolves.toBeDefined();
    expect(server.asked).toEqual([path, path, path, path, '/keys']);
  });
});
