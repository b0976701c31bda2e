import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TokenVerifier } from '../../src/access/token-verifier.js';
import { readConfig, type Config } from '../../src/config.js';
import { variables } from '../../src/environment.js';
import { createLog } from '../../src/log.js';
import { TestClock } from '../support/test-clock.js';
import { createSigningKey, json, startDocumentServer, type DocumentServer, type SigningKey } from './key-server.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/identity-providers.md'), 'utf8');
/** When the tokens of the page are good. */
const nowSeconds = 1_800_000_060;

interface Section {
  readonly settings: Readonly<Record<string, string>>;
  readonly tokens: readonly Readonly<Record<string, unknown>>[];
}

/** What the page says under a heading. */
function section(heading: string): Section {
  const [, text = ''] = new RegExp(`^## ${heading}\n(.*?)(?=^## )`, 'ms').exec(page) ?? [];
  const fences = (language: string) => [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))];
  const lines = fences('dotenv').flatMap(([, content = '']) => content.trim().split('\n'));
  return {
    settings: Object.fromEntries(lines.map((line) => /^(\w+)=(.*)$/.exec(line)!.slice(1)) as [string, string][]),
    tokens: fences('json').map(([, content = '']) => JSON.parse(content) as Record<string, unknown>),
  };
}

let key: SigningKey;
let server: DocumentServer;
beforeAll(async () => {
  key = await createSigningKey();
  server = await startDocumentServer();
  server.answers.set('/keys', json({ keys: [key.publicJwk] }));
});
afterAll(() => server.stop());

function authOf({ settings }: Section): Config['auth'] {
  return readConfig({ ...settings, AWS_REGION: 'us-west-2', CONNECT_INSTANCE_ID: 'one' }).auth;
}

/** The gateway with the settings of a section, as if the key set of the provider were at hand. */
function verifierOf(from: Section): TokenVerifier {
  const auth = { ...authOf(from), jwksUrl: new URL(`${server.url}/keys`) };
  return new TokenVerifier({ ...auth, clock: new TestClock(nowSeconds * 1_000), log: createLog('silent') });
}

const refusedFor = (reason: string) =>
  expect.objectContaining({
    code: 'UNAUTHENTICATED',
    message: 'The bearer token is not accepted. Ask for a new one.',
    cause: expect.objectContaining({ message: reason }) as unknown,
  });

const headings = [
  'Amazon Cognito',
  'Microsoft Entra ID',
  'Okta',
  'Auth0, scopes',
  'Auth0, permissions',
  'Keycloak',
] as const;
const jwt = { typ: 'JWT' };

test('each section has settings that need no key set, and no others than there are', () => {
  for (const heading of headings) {
    const { settings } = section(heading);
    expect(Object.keys(settings).filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(['AUTH_ISSUER', 'AUTH_AUDIENCE']));
    expect(settings).not.toHaveProperty('AUTH_JWKS_URL');
    expect(authOf(section(heading))).not.toHaveProperty('jwksUrl');
  }
});

describe('an access token is accepted:', () => {
  const rows: [(typeof headings)[number], string, number, object, string, string, string[]][] = [
    [
      'Amazon Cognito',
      'of a user',
      0,
      {},
      '6f1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff',
      'default',
      ['calls:start', 'contacts:read'],
    ],
    ['Amazon Cognito', 'of an app', 1, {}, '1example23456789example01', 'default', ['calls:start']],
    [
      'Microsoft Entra ID',
      'of a person',
      0,
      jwt,
      'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      'default',
      ['calls:start', 'contacts:read'],
    ],
    ['Microsoft Entra ID', 'of an app', 1, jwt, '44445555-eeee-6666-ffff-7777aaaa8888', 'default', ['calls:start']],
    ['Okta', 'of a user', 0, {}, 'alice@example.com', 'default', ['openid', 'calls:start', 'contacts:read']],
    [
      'Auth0, scopes',
      'of the profile of Auth0',
      0,
      jwt,
      'auth0|0123456789abcdef01234567',
      'default',
      ['openid', 'profile', 'calls:start', 'contacts:read'],
    ],
    [
      'Auth0, permissions',
      'of the profile of RFC 9068',
      0,
      { typ: 'at+jwt' },
      'auth0|0123456789abcdef01234567',
      'org_0123456789abcdef',
      ['calls:start', 'contacts:read'],
    ],
    [
      'Keycloak',
      'of a member',
      0,
      jwt,
      '55556666-ffff-4777-8aaa-bbbbcccc9999',
      'acme',
      ['openid', 'profile', 'organization', 'calls:start', 'contacts:read'],
    ],
  ];

  test.each(rows)('%s, %s', async (heading, _what, index, header, subject, tenant, scopes) => {
    const from = section(heading);
    const token = await key.sign(from.tokens[index]!, { ...header });
    const caller = await verifierOf(from).callerFrom(`Bearer ${token}`);
    expect({ ...caller, scopes: [...(caller?.scopes ?? [])] }).toMatchObject({ subject, tenant, scopes });
  });

  test('all tokens of the page are among these', () => {
    const shown = headings.flatMap((heading) => section(heading).tokens.map((_token, index) => `${heading} ${index}`));
    expect(rows.map(([heading, , index]) => `${heading} ${index}`)).toEqual(shown);
  });
});

describe('with the settings before, which were all there were, a token is', () => {
  test.each([
    ['Amazon Cognito', 0, 'refused'],
    ['Microsoft Entra ID', 1, 'without scopes'],
    ['Auth0, permissions', 0, 'without the scopes of its permissions'],
  ] as const)('of %s (%d) %s', async (heading, index, what) => {
    const { settings, tokens } = section(heading);
    const { AUTH_ISSUER = '', AUTH_AUDIENCE = '' } = settings;
    const token = await key.sign(tokens[index]!);
    const caller = verifierOf({ settings: { AUTH_ISSUER, AUTH_AUDIENCE }, tokens }).callerFrom(`Bearer ${token}`);
    if (what === 'refused') await expect(caller).rejects.toEqual(refusedFor('No claim says whom the token is for.'));
    else expect([...(await caller)!.scopes]).not.toContain('calls:start');
  });
});

/** What the providers issue beside access tokens, for the audience that is configured: as if the API and the app were one registration. */
const idClaims = { sub: 'alice', iat: 1_800_000_000, exp: 1_800_003_600, auth_time: 1_799_999_990 };
const notForAccess = (claim: string) => `The claim ${claim} is not that of an access token.`;

describe('a token that is none for access is refused:', () => {
  test.each<[(typeof headings)[number], string, object, object, string]>([
    [
      'Amazon Cognito',
      'ID token',
      {},
      { ...idClaims, token_use: 'id', 'cognito:username': 'alice', at_hash: 'x', email: 'alice@example.com' },
      notForAccess('token_use'),
    ],
    [
      'Microsoft Entra ID',
      'ID token with app roles',
      jwt,
      { ...idClaims, nonce: '12345', roles: ['calls:start'], oid: 'x', preferred_username: 'alice', ver: '2.0' },
      notForAccess('nonce'),
    ],
    [
      'Microsoft Entra ID',
      'ID token of the hybrid flow',
      jwt,
      { ...idClaims, c_hash: 'x', roles: ['calls:start'] },
      notForAccess('c_hash'),
    ],
    ['Okta', 'ID token', {}, { ...idClaims, ver: 1, jti: 'ID.x', amr: ['pwd'], at_hash: 'x' }, notForAccess('at_hash')],
    [
      'Okta',
      'access token of the org authorization server',
      { typ: 'application/okta-internal-at+jwt' },
      { ...idClaims, scp: ['openid', 'calls:start'] },
      'The header typ is not that of an access token.',
    ],
    ['Auth0, scopes', 'ID token', jwt, { ...idClaims, nonce: 'x', sid: 'y' }, notForAccess('nonce')],
    [
      'Auth0, permissions',
      'ID token with permissions of an Action',
      jwt,
      { ...idClaims, nonce: 'x', org_id: 'org_1', permissions: ['calls:start'] },
      notForAccess('nonce'),
    ],
    [
      'Keycloak',
      'ID token',
      jwt,
      { ...idClaims, typ: 'ID', azp: 'web', at_hash: 'x', scope: 'calls:start', organization: ['acme'] },
      notForAccess('typ'),
    ],
    [
      'Keycloak',
      'refresh token',
      jwt,
      { ...idClaims, typ: 'Refresh', azp: 'web', scope: 'openid calls:start', organization: ['acme'] },
      notForAccess('typ'),
    ],
    [
      'Keycloak',
      'logout token',
      { typ: 'logout+jwt' },
      { ...idClaims, typ: 'Logout', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
      'The header typ is not that of an access token.',
    ],
  ])('%s, %s', async (heading, _what, header, claims, reason) => {
    const from = section(heading);
    const { AUTH_ISSUER: iss, AUTH_AUDIENCE: aud } = from.settings;
    const token = await key.sign({ iss, aud, ...claims }, { ...header });
    await expect(verifierOf(from).callerFrom(`Bearer ${token}`)).rejects.toEqual(refusedFor(reason));
  });

  test.each<[(typeof headings)[number], object]>([
    ['Microsoft Entra ID', { roles: ['calls:start'] }],
    ['Okta', { scp: ['calls:start'] }],
    ['Auth0, scopes', { sid: 'y' }],
  ])('%s, but not, as the page says, an ID token without a sign for the right audience', async (heading, claims) => {
    const from = section(heading);
    const { AUTH_ISSUER: iss, AUTH_AUDIENCE: aud } = from.settings;
    const token = await key.sign({ iss, aud, ...idClaims, ...claims }, jwt);
    await expect(verifierOf(from).callerFrom(`Bearer ${token}`)).resolves.toMatchObject({ subject: 'alice' });
    const ofTheApp = await key.sign({ iss, aud: 'id-of-the-app', ...idClaims, ...claims }, jwt);
    await expect(verifierOf(from).callerFrom(`Bearer ${ofTheApp}`)).rejects.toEqual(
      refusedFor('The claim aud does not name AUTH_AUDIENCE.'),
    );
  });
});

describe('a token of the page is refused', () => {
  const all = headings.flatMap((heading) =>
    section(heading).tokens.map((token, index) => [heading, index, token] as const),
  );

  test.each(all)('for another audience, issuer or time: %s (%d)', async (heading, _index, claims) => {
    const verifier = verifierOf(section(heading));
    const audience = 'aud' in claims ? { aud: 'somebody-else' } : { client_id: 'another-app' };
    for (const change of [
      audience,
      { aud: ['https://api.example.net'] },
      { iss: 'https://id.example.net' },
      { exp: nowSeconds - 5 },
      { exp: undefined },
      { nbf: nowSeconds + 6 },
    ]) {
      const token = await key.sign({ ...claims, ...change });
      await expect(verifier.callerFrom(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('of Cognito where its aud is wrong, whatever client_id says', async () => {
    const from = section('Amazon Cognito');
    const token = await key.sign({ ...from.tokens[0], aud: 'https://other.example.com' });
    await expect(verifierOf(from).callerFrom(`Bearer ${token}`)).rejects.toEqual(
      refusedFor('The claim aud does not name AUTH_AUDIENCE.'),
    );
  });

  test.each([
    ['of several organizations', ['acme', 'globex']],
    ['of none', []],
    ['with attributes', { acme: { id: '42c3e46f-2477-44d7-a85b-d3b43f6b31fa' } }],
    ['without the scope', undefined],
  ])('of Keycloak %s', async (_what, organization) => {
    const from = section('Keycloak');
    const token = await key.sign({ ...from.tokens[0], organization });
    await expect(verifierOf(from).callerFrom(`Bearer ${token}`)).rejects.toEqual(
      refusedFor('The claim organization is not a non-empty string.'),
    );
  });
});

test('Cognito: a group is a tenant, and a scope of another resource server is no right', async () => {
  const { settings, tokens } = section('Amazon Cognito');
  const verifier = verifierOf({ settings: { ...settings, AUTH_TENANT_CLAIM: 'cognito:groups' }, tokens });
  const token = await key.sign({ ...tokens[0], scope: 'other/calls:start calls:start outdial/contacts:read' });
  await expect(verifier.callerFrom(`Bearer ${token}`)).resolves.toMatchObject({
    tenant: 'acme',
    scopes: new Set(['contacts:read']),
  });
});

test('Entra ID: a token of version 1 is taken with its own issuer and audience', async () => {
  const { settings, tokens } = section('Microsoft Entra ID');
  const AUTH_ISSUER = 'https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/';
  const AUTH_AUDIENCE = 'api://00001111-aaaa-2222-bbbb-3333cccc4444';
  const verifier = verifierOf({ settings: { ...settings, AUTH_ISSUER, AUTH_AUDIENCE }, tokens });
  const token = await key.sign({ ...tokens[0], iss: AUTH_ISSUER, aud: AUTH_AUDIENCE, ver: '1.0' }, jwt);
  await expect(verifier.callerFrom(`Bearer ${token}`)).resolves.toBeDefined();
});
