import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config.js';
import { readDevelopmentConfig } from '../../src/development/development-config.js';
import { startDevelopment, type Development } from '../../src/development/development.js';
import { prefill } from '../../src/development/prefill.js';
import { loadSigningKey } from '../../src/development/signing-key.js';
import { issueToken } from '../../src/development/tokens.js';
import { welcome } from '../../src/development/welcome.js';
import { seed } from '../../src/simulator/seed.js';
import { listSettings, PolicyOnDisk } from '../support/policy-on-disk.js';

let parent: string;
let folder: string;
let running: Development[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'outdial-'));
  folder = join(parent, '.outdial');
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((development) => development.stop()));
  await rm(parent, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<Development> {
  const config = readDevelopmentConfig({ PORT: '0', LOG_LEVEL: 'silent', OUTDIAL_FOLDER: folder, ...env });
  const development = await startDevelopment(config, { nowMs: Date.now() });
  running.push(development);
  return development;
}

async function ask(development: Development, query: string, variables: unknown, token?: string) {
  const response = await fetch(development.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables, operationName: /(?:mutation|query) (\w+)/.exec(query)?.[1] }),
  });
  return (await response.json()) as {
    data?: Record<string, { id: string } | null>;
    errors?: { extensions: { code: string } }[];
  };
}

async function fetchWhole(url: URL) {
  const response = await fetch(url);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const place = (development: Development, token?: string, input: object = {}) =>
  ask(development, prefill.query, { ...prefill.variables, input: { ...prefill.variables.input, ...input } }, token);

test('a policy is read as in production', async () => {
  const POLICY_FILE = join(parent, 'policy.yaml');
  await writeFile(POLICY_FILE, 'version: 1');
  await expect(start({ POLICY_FILE })).rejects.toThrow(/POLICY_FILE: .+policy\.yaml:1:1: /);
});

test('a policy may have do-not-call lists, for which the key is there', async () => {
  const policy = new PolicyOnDisk(listSettings(['own-dnc']));
  try {
    const development = await start({ POLICY_FILE: policy.path });
    const { developer } = development.tokens;
    const add =
      'mutation Add { addToDoNotCallList(input: { list: "own-dnc", phoneNumbers: ["+12065550100"] }) { added } }';
    expect(await ask(development, add, {}, developer)).toEqual({ data: { addToDoNotCallList: { added: 1 } } });
    expect((await place(development, developer)).errors?.[0]?.extensions.code).toBe('POLICY_REFUSED');
  } finally {
    policy.remove();
  }
});

test('the prefilled call is placed and followed with the printed token', async () => {
  const development = await start();
  const { developer } = development.tokens;
  const placed = await place(development, developer);
  expect(placed.errors).toBeUndefined();
  const id = placed.data?.startOutboundVoiceContact?.id;
  expect(await ask(development, 'query Q($id: ID!) { contact(id: $id) { id } }', { id }, developer)).toEqual({
    data: { contact: { id } },
  });
  const text = welcome(development, folder);
  for (const part of [
    development.url,
    development.simulatorUrl,
    developer,
    '/console',
    '/explorer',
    'npm run --silent token',
  ]) {
    expect(text).toContain(part);
  }
});

test('every document runs, unless the developer names a manifest', async () => {
  const [unlisted, listed] = ['query Unlisted { __typename }', 'query Listed { __schema { queryType { name } } }'];
  const manifest = join(parent, 'trusted.json');
  await writeFile(manifest, JSON.stringify({ listed }));
  const answers: unknown[] = [];
  const settings: readonly Record<string, string>[] = [
    {},
    { TRUSTED_DOCUMENTS: manifest },
    { TRUSTED_DOCUMENTS: manifest, TRUSTED_DOCUMENTS_MODE: 'log' },
  ];
  for (const env of settings) {
    const development = await start(env);
    for (const query of [unlisted, listed]) {
      const { data, errors } = await ask(development, query, {}, development.tokens.developer);
      answers.push(data ? 'data' : errors?.[0]?.extensions.code);
    }
  }
  expect(answers).toEqual(['data', 'data', 'DOCUMENT_NOT_TRUSTED', 'data', 'data', 'data']);
});

test('the request that is shown after the start is answered, also where a manifest alone is trusted', async () => {
  const manifest = join(parent, 'trusted.json');
  await writeFile(manifest, JSON.stringify({ "somebody's": 'query Listed { typename: __typename }' }));
  const answers: unknown[] = [];
  const settings: readonly Record<string, string>[] = [
    {},
    { TRUSTED_DOCUMENTS: manifest, TRUSTED_DOCUMENTS_MODE: 'log' },
    { TRUSTED_DOCUMENTS: manifest },
  ];
  for (const env of settings) {
    const development = await start(env);
    const text = welcome(development, folder);
    expect(text.includes(`Only the documents in ${manifest} run.`)).toBe(env === settings[2]);
    const [, body = ''] = /-d '(.*)'$/m.exec(text) ?? [];
    const response = await fetch(development.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${development.tokens.developer ?? ''}`,
      },
      // As a shell reads it.
      body: body.replaceAll(String.raw`'\''`, "'"),
    });
    answers.push(await response.json());
  }
  const placed = { data: { startOutboundVoiceContact: { id: expect.any(String) as unknown, status: 'INITIATED' } } };
  expect(answers).toEqual([placed, placed, { data: { typename: 'Query' } }]);
});

describe('the callers', () => {
  test.each([
    ['nobody', undefined, {}, 'UNAUTHENTICATED'],
    ['reader', 'reader', {}, 'FORBIDDEN'],
    ['dialer', 'dialer', { trafficType: 'CAMPAIGN' }, 'FORBIDDEN'],
    ['stranger', 'stranger', { instanceId: seed.instanceId }, 'FORBIDDEN'],
  ])('%s may not do all that the developer may', async (_who, name, input, code) => {
    const development = await start();
    const { errors } = await place(development, name === undefined ? undefined : development.tokens[name], input);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});

test('a token outlives a restart, and what is kept is for its owner alone', async () => {
  const first = await start();
  const token = first.tokens.developer;
  await first.stop();
  const second = await start();
  expect((await place(second, token)).errors).toBeUndefined();

  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const files = await readdir(folder);
  expect(files.sort()).toEqual([
    'developer.token',
    'dialer.token',
    'reader.token',
    'signing-key.json',
    'stranger.token',
  ]);
  for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, 'developer.token'), 'utf8')).toBe(second.tokens.developer);
});

test('a token made on the side is accepted until it expires', async () => {
  const development = await start();
  const claims = { subject: 'side', tenant: 'acme', scopes: ['calls:start', 'contacts:read', 'directory:read'] };
  const key = await loadSigningKey(folder);
  expect((await place(development, await issueToken(key, claims, Date.now(), 60))).errors).toBeUndefined();
  const expired = await issueToken(key, claims, Date.now() - 120_000, 60);
  expect((await place(development, expired)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('processes that start at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => loadSigningKey(folder)));
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
  expect(keys[0]?.publicJwk).not.toHaveProperty('d');
});

test('a key file that is no key is not overwritten', async () => {
  await loadSigningKey(folder);
  await writeFile(join(folder, 'signing-key.json'), '{');
  await expect(start()).rejects.toThrow('remove it and a new key will be made');
});

test('a port that is taken is an error of the start, and so is one that is none', async () => {
  const { port } = new URL((await start()).url);
  await expect(start({ PORT: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(start({ PORT: 'http' })).rejects.toThrow(ConfigError);
});

describe('the pages', () => {
  test('a browser finds Sandbox at /graphql, prefilled, with introspection on', async () => {
    const development = await start();
    const page = await fetch(development.url, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html');
    const html = await page.text();
    expect(html).toContain('mutation PlaceCall');
    expect(html).toContain(development.tokens.developer);
    const introspection = await ask(development, '{ __schema { queryType { name } } }', {});
    expect(introspection.errors).toBeUndefined();
  });

  test('the explorer is served from here, under a policy with a nonce that changes', async () => {
    const development = await start();
    const at = async (path: string) => {
      const { status, headers, ...page } = await fetchWhole(new URL(path, development.url));
      return {
        status,
        policy: headers.get('content-security-policy') ?? '',
        type: headers.get('content-type'),
        ...page,
      };
    };
    const nonces = new Set<string | undefined>();
    for (const { status, policy, text } of [await at('/explorer'), await at('/explorer')]) {
      expect(status).toBe(200);
      const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
      expect(text).toContain(`nonce="${nonce ?? '?'}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
    expect((await at('/explorer/main.js')).type).toMatch(/javascript/);
    expect((await at('/explorer/..%2f..%2fpackage.json')).status).toBe(404);
    expect((await at('/explorer/iframe-sandbox/index.html')).policy).toMatch(/^sandbox/);
  });
});
