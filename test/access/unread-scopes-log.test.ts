import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { TokenVerifier } from '../../src/access/token-verifier.js';
import { createLog } from '../../src/log.js';
import { plainClaims } from '../support/issuer.js';
import { TestClock } from '../support/test-clock.js';
import { createSigningKey, json, startDocumentServer, type DocumentServer, type SigningKey } from './key-server.js';

const issuer = 'https://id.example.com';

let key: SigningKey;
let server: DocumentServer;
beforeAll(async () => {
  key = await createSigningKey();
  server = await startDocumentServer();
  server.answers.set('/keys', json({ keys: [key.publicJwk] }));
});
afterAll(() => server.stop());

/** A verifier, what it wrote to the log so far, and the time. */
function watched() {
  const clock = new TestClock();
  let text = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  const tokens = new TokenVerifier({
    issuer,
    audience: 'outdial',
    ...plainClaims,
    scopePrefix: 'outdial/',
    jwksUrl: new URL(`${server.url}/keys`),
    clock,
    log: createLog('info', sink),
  });
  const show = async (claims: object, by = key) => {
    const exp = Math.floor(clock.now() / 1_000) + 60;
    const token = await by.sign({ iss: issuer, aud: 'outdial', sub: 'c4n4ry-subject', exp, ...claims });
    return tokens.callerFrom(`Bearer ${token}`);
  };
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { clock, show, lines, text: () => text };
}

test.each([
  ['no claim of AUTH_SCOPE_CLAIMS is in a token', { permissions: ['c4n4ry:value'] }, ['permissions']],
  ['a claim of AUTH_SCOPE_CLAIMS is neither a string nor a list of strings', { scope: { c4n4ry: true } }, ['scope']],
  ['no scope in a token begins with AUTH_SCOPE_PREFIX', { scp: ['c4n4ry:value'] }, ['scp']],
])('%s: the log says so, with names of claims alone', async (msg, claims, has) => {
  const { show, lines, text } = watched();
  await show(claims);
  expect(lines()).toEqual([
    {
      level: 'warn',
      time: expect.any(String) as unknown,
      scopeClaims: ['scope', 'scp'],
      tokenClaims: ['iss', 'aud', 'sub', 'exp', ...has],
      msg,
    },
  ]);
  expect(text()).not.toMatch(/c4n4ry|eyJ/);
});

test.each([{ scope: '' }, { scp: [] }, { scope: 'openid outdial/calls:start' }, { scope: 'outdial/a', scp: [] }])(
  'a token whose scopes were read, such as %j, is not worth a line',
  async (claims) => {
    const { show, lines } = watched();
    await show(claims);
    expect(lines()).toEqual([]);
  },
);

test('a flood of tokens writes each reason once in ten minutes', async () => {
  const { clock, show, lines } = watched();
  const flood = async () => {
    for (let times = 0; times < 20; times += 1) await Promise.all([show({}), show({ scope: 7 }), show({ scope: 'x' })]);
  };
  await flood();
  clock.advance(9 * 60_000);
  await flood();
  expect(lines()).toHaveLength(3);
  clock.advance(60_000);
  await flood();
  expect(lines()).toHaveLength(6);
});

test('a token that is refused says nothing of its claims', async () => {
  const { show, lines } = watched();
  await expect(show({}, await createSigningKey())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(show({ aud: 'other' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(lines()).toEqual([]);
});
