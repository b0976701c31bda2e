import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JWTPayload } from 'jose';
import { clockToleranceSeconds, readClaims, type ClaimSettings } from '../../src/access/claims.js';
import type { ConfigError } from '../../src/config.js';
import { readConfig } from '../../src/config.js';

const audience = 'outdial';
const defaults: ClaimSettings = { audience, otherAudienceClaims: [], scopeClaims: ['scope', 'scp'] };
/** As the payload of a token is read, so that `__proto__` is a claim like any other. */
const payload = (json: string) => JSON.parse(json) as JWTPayload;
const claimsOf = (claims: object) => ({ aud: audience, exp: 1_800_000_000, ...claims }) as JWTPayload;
const scopesOf = (claims: object, settings: Partial<ClaimSettings>) => [
  ...readClaims(claimsOf(claims), { ...defaults, ...settings }).caller.scopes,
];

describe('scopes', () => {
  test.each<[string, object, Partial<ClaimSettings>, string[]]>([
    ['a listed claim alone', { scope: 'a', permissions: ['b'] }, { scopeClaims: ['permissions'] }, ['b']],
    [
      'all listed claims together',
      { scp: 'a b', roles: ['b', 'c'] },
      { scopeClaims: ['scp', 'roles'] },
      ['a', 'b', 'c'],
    ],
    ['a name with dots as a whole', { 'app.scopes': 'a' }, { scopeClaims: ['app.scopes'] }, ['a']],
    ['no path', { app: { scopes: 'a' } }, { scopeClaims: ['app.scopes'] }, []],
    ['an entry of a list as one', { scp: ['a b', ' '] }, {}, ['a b']],
    ['strings of a list with other things', { scp: ['a', 1, null, true, ['b'], { c: 1 }] }, {}, ['a']],
    ['no object', { scope: { calls: 'start' } }, {}, []],
    ['no number', { scope: 7 }, {}, []],
    ['no empty string', { scope: '' }, {}, []],
    ['nothing inherited', {}, { scopeClaims: ['constructor', 'toString', '__proto__'] }, []],
    ['without the prefix', { scope: 'x/a a y/a xx/b' }, { scopePrefix: 'x/' }, ['a']],
    ['a prefix once', { scope: 'x/x/a' }, { scopePrefix: 'x/' }, ['x/a']],
    ['nothing of what is the prefix alone', { scp: ['x/', 'x/ '] }, { scopePrefix: 'x/' }, []],
    ['a prefix with marks of a pattern', { scope: '.*/a b/a' }, { scopePrefix: '.*/' }, ['a']],
    ['doubles once', { scope: 'a a', scp: ['a'] }, {}, ['a']],
  ])('are %s', (_what, claims, settings, expected) => {
    expect(scopesOf(claims, settings)).toEqual(expected);
  });

  test('may be in a claim called __proto__', () => {
    const claims = payload('{"aud":"outdial","exp":1,"__proto__":["a"]}');
    expect([...readClaims(claims, { ...defaults, scopeClaims: ['__proto__'] }).caller.scopes]).toEqual(['a']);
    expect([...readClaims(claims, defaults).caller.scopes]).toEqual([]);
  });

  test.each<[object, Partial<ClaimSettings>, string | undefined]>([
    [{}, {}, 'missing'],
    [{ permissions: ['a'] }, {}, 'missing'],
    [{}, { scopeClaims: ['constructor', '__proto__'] }, 'missing'],
    [{ scope: '' }, {}, undefined],
    [{ scp: [] }, {}, undefined],
    [{ scope: 'openid' }, {}, undefined],
    [{ scope: { a: 1 } }, {}, 'malformed'],
    [{ scope: 'a', scp: 7 }, {}, 'malformed'],
    [{ scp: ['a', null] }, {}, 'malformed'],
    [{ scope: 'openid' }, { scopePrefix: 'x/' }, 'unprefixed'],
    [{ scope: 'x/' }, { scopePrefix: 'x/' }, 'unprefixed'],
    [{ scope: 'openid x/a' }, { scopePrefix: 'x/' }, undefined],
    [{ scope: '' }, { scopePrefix: 'x/' }, undefined],
  ])('of %j with %j are unread because they are %s', (claims, settings, unread) => {
    expect(readClaims(claimsOf(claims), { ...defaults, ...settings }).unreadScopes).toBe(unread);
  });
});

describe('the tenant', () => {
  const tenantOf = (claims: object, tenantClaim: string) =>
    readClaims(claimsOf(claims), { ...defaults, tenantClaim }).caller.tenant;

  test.each<[object, string, string]>([
    [{ tenant: 'acme' }, 'tenant', 'acme'],
    [{ 'https://example.com/tenant': 'acme' }, 'https://example.com/tenant', 'acme'],
    [{ 'app.tenant': 'acme', app: { tenant: 'globex' } }, 'app.tenant', 'acme'],
    [{ app: { tenant: 'acme' } }, 'app.tenant', 'acme'],
    [{ app: { org: { tenant: ['acme'] } } }, 'app.org.tenant', 'acme'],
    [{ organization: ['acme'] }, 'organization', 'acme'],
    [{ organization: ['acme'] }, 'organization.0', 'acme'],
    [{ organizations: [{ id: 'acme' }] }, 'organizations.0.id', 'acme'],
    [{ tenant: ' acme ' }, 'tenant', ' acme '],
  ])('of %j by %s is %s', (claims, tenantClaim, tenant) => {
    expect(tenantOf(claims, tenantClaim)).toBe(tenant);
  });

  test.each<[object, string]>([
    [{}, 'tenant'],
    [{ tenant: '' }, 'tenant'],
    [{ tenant: ' \t' }, 'tenant'],
    [{ tenant: 7 }, 'tenant'],
    [{ tenant: null }, 'tenant'],
    [{ tenant: true }, 'tenant'],
    [{ tenant: { id: 'acme' } }, 'tenant'],
    [{ tenant: [] }, 'tenant'],
    [{ tenant: ['acme', 'globex'] }, 'tenant'],
    [{ tenant: ['acme', 'acme'] }, 'tenant'],
    [{ tenant: ['acme', ''] }, 'tenant'],
    [{ tenant: [['acme']] }, 'tenant'],
    [{ tenant: [''] }, 'tenant'],
    [{ tenant: ['acme', 'globex'] }, 'tenant.0'],
    [{ tenant: ['acme'] }, 'tenant.1'],
    [{ tenant: ['acme'] }, 'tenant.00'],
    [{ tenant: ['acme'] }, 'tenant.length'],
    [{ tenant: ['acme'] }, 'tenant.-1'],
    [{ tenant: 'acme' }, 'tenant.0'],
    [{ tenant: 'acme' }, 'tenant.length'],
    [{ tenant: [{ id: 'acme' }] }, 'tenant.id'],
    [{ 'app.tenant': '', app: { tenant: 'acme' } }, 'app.tenant'],
    [{ 'app.tenant': null, app: { tenant: 'acme' } }, 'app.tenant'],
    [{ app: null }, 'app.tenant'],
    [{ app: {} }, 'app.constructor.name'],
    [{}, 'constructor.name'],
    [{}, '__proto__.constructor.name'],
    [{ app: { tenant: 'acme' } }, 'app.'],
    [{ app: { tenant: 'acme' } }, '.'],
  ])('of %j by %s is refused', (claims, tenantClaim) => {
    expect(() => tenantOf(claims, tenantClaim)).toThrow(`The claim ${tenantClaim} is not a non-empty string.`);
  });

  test('may be in a claim called __proto__', () => {
    const claims = payload('{"aud":"outdial","exp":1,"__proto__":{"name":"acme"}}');
    expect(readClaims(claims, { ...defaults, tenantClaim: '__proto__.name' }).caller.tenant).toBe('acme');
  });
});

describe('the audience', () => {
  const read = (claims: object, otherAudienceClaims: string[]) => () =>
    readClaims({ exp: 1, ...claims }, { ...defaults, otherAudienceClaims });

  test.each<[object, string[]]>([
    [{ aud: audience }, []],
    [{ aud: ['other', audience] }, []],
    [{ aud: audience, client_id: 'other' }, ['client_id']],
    [{ client_id: audience }, ['client_id']],
    [{ client_id: audience, azp: 'other' }, ['client_id', 'azp']],
    [{ azp: audience }, ['client_id', 'azp']],
  ])('of %j with %j is right', (claims, others) => {
    expect(read(claims, others)).not.toThrow();
  });

  test.each<[object, string[]]>([
    [{}, []],
    [{}, ['client_id', 'constructor', '__proto__']],
    [{ client_id: audience }, []],
    [{ aud: 'other', client_id: audience }, ['client_id']],
    [{ aud: '', client_id: audience }, ['client_id']],
    [{ aud: null, client_id: audience }, ['client_id']],
    [{ aud: [], client_id: audience }, ['client_id']],
    [{ aud: { outdial: audience }, client_id: audience }, ['client_id', 'aud']],
    [{ aud: [[audience]] }, []],
    [{ aud: `${audience} other` }, []],
    [{ client_id: 'other', azp: audience }, ['client_id', 'azp']],
    [{ client_id: null, azp: audience }, ['client_id', 'azp']],
  ])('of %j with %j is wrong', (claims, others) => {
    expect(read(claims, others)).toThrow();
  });
});

describe('for all tokens and settings', () => {
  const names = [
    'aud',
    'scope',
    'scp',
    'roles',
    'client_id',
    'azp',
    'tenant',
    'app',
    'a.b',
    '__proto__',
    'constructor',
  ];
  const name = fc.oneof(fc.constantFrom(...names), fc.string());
  const scope = fc.constantFrom('a', 'b:c', 'x/a', 'x/', 'x', 'x/x/a', '', ' ', '\t', 'A', audience);
  const value = fc.oneof(
    scope,
    fc.array(scope, { maxLength: 6 }),
    fc.array(scope).map((words) => words.join(' ')),
    fc.jsonValue(),
  );
  /** Through text, as tokens come: the last of equal names counts, and `__proto__` is one of them. */
  const anyClaims = fc
    .array(fc.tuple(name, value))
    .map((entries) =>
      payload(
        `{${['"exp":1800000000', ...entries.map(([n, v]) => `${JSON.stringify(n)}:${JSON.stringify(v)}`)].join()}}`,
      ),
    )
    .filter(({ exp }) => typeof exp === 'number');
  const claimNames = fc.array(name, { minLength: 1, maxLength: 4 });
  const anySettings: fc.Arbitrary<ClaimSettings> = fc.record({
    audience: fc.constant(audience),
    otherAudienceClaims: fc.array(name, { maxLength: 4 }),
    scopeClaims: claimNames,
    scopePrefix: fc.option(fc.constantFrom('x/', 'x', 'x/a', 'a', 'b:'), { nil: undefined }),
    tenantClaim: fc.option(
      fc.oneof(
        name,
        fc.array(name).map((path) => path.join('.')),
      ),
      { nil: undefined },
    ),
  });
  const callerOrError = (claims: JWTPayload, settings: ClaimSettings) => {
    try {
      return readClaims(claims, settings);
    } catch (error) {
      expect(error).toHaveProperty('constructor', Error);
      return undefined;
    }
  };
  const forUs = (claims: JWTPayload): JWTPayload => ({ ...claims, aud: audience });
  const isForUs = ({ aud }: JWTPayload) => aud === audience || (Array.isArray(aud) && aud.includes(audience));

  test('none accepts a token whose aud is wrong', () => {
    fc.assert(
      fc.property(anyClaims, value, anySettings, (claims, aud, settings) => {
        const token = { ...claims, client_id: audience, azp: audience, aud } as JWTPayload;
        fc.pre(!isForUs(token));
        expect(callerOrError(token, settings)).toBeUndefined();
      }),
    );
  });

  test('none accepts a token whose aud is wrong, as an operator can write them', () => {
    const words = fc.array(fc.constantFrom(...names, 'iss', 'sub'), { maxLength: 4 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(anyClaims, value, words, words, (claims, aud, audienceClaims, scopeClaims) => {
        const token = { ...claims, client_id: audience, azp: audience, aud } as JWTPayload;
        fc.pre(!isForUs(token));
        let settings: ClaimSettings;
        try {
          settings = readConfig({
            AUTH_ISSUER: 'https://issuer.example.com',
            AUTH_AUDIENCE: audience,
            AUTH_AUDIENCE_CLAIMS: audienceClaims,
            AUTH_SCOPE_CLAIMS: scopeClaims,
            AWS_REGION: 'us-west-2',
            CONNECT_INSTANCE_ID: 'one',
          }).auth;
        } catch (error) {
          // What is not accepted as a setting accepts no token.
          expect((error as ConfigError).problems).toEqual([expect.stringMatching(/^AUTH_AUDIENCE_CLAIMS must begin/)]);
          return;
        }
        expect(callerOrError(token, settings)).toBeUndefined();
      }),
    );
  });

  test('the defaults accept what was accepted before there were settings, with the scopes that it had', () => {
    fc.assert(
      fc.property(
        anyClaims.map(forUs),
        fc.option(fc.constantFrom('tenant', 'constructor'), { nil: undefined }),
        (claims, tenantClaim) => {
          const before = callerBefore(claims, tenantClaim);
          fc.pre(before !== undefined);
          const { caller } = readClaims(claims, { ...defaults, tenantClaim });
          expect(caller).toMatchObject({
            subject: before.subject,
            tenant: before.tenant,
            expiresAtMs: before.expiresAtMs,
          });
          expect([...caller.scopes]).toEqual(expect.arrayContaining(before.scopes));
        },
      ),
    );
  });

  test('scopes never grow by a prefix, and each is one of the token without it', () => {
    fc.assert(
      fc.property(anyClaims.map(forUs), anySettings, ({ ...claims }, settings) => {
        const plain = { ...settings, tenantClaim: undefined };
        const prefix = settings.scopePrefix ?? 'x/';
        const without = readClaims(claims, { ...plain, scopePrefix: undefined }).caller.scopes;
        const having = readClaims(claims, { ...plain, scopePrefix: prefix }).caller.scopes;
        expect(having.size).toBeLessThanOrEqual(without.size);
        for (const one of having) expect(without.has(`${prefix}${one}`)).toBe(true);
      }),
    );
  });

  test('scopes are strings that are more than white space, and grow with the claims that are listed', () => {
    fc.assert(
      fc.property(anyClaims.map(forUs), claimNames, name, (claims, scopeClaims, further) => {
        const few = readClaims(claims, { ...defaults, scopeClaims }).caller.scopes;
        const many = readClaims(claims, { ...defaults, scopeClaims: [...scopeClaims, further] }).caller.scopes;
        for (const one of few) expect(many.has(one)).toBe(true);
        for (const one of many) expect(one.trim()).not.toBe('');
      }),
    );
  });

  test('a tenant is a string of the token, and of a list its only one', () => {
    fc.assert(
      fc.property(anyClaims.map(forUs), anySettings, (claims, settings) => {
        const read = callerOrError(claims, settings);
        fc.pre(read !== undefined && settings.tenantClaim !== undefined);
        const { tenant } = read.caller;
        expect(tenant.trim()).not.toBe('');
        expect(JSON.stringify(claims)).toContain(JSON.stringify(tenant));
        if (!Object.hasOwn(claims, settings.tenantClaim)) return;
        expect([tenant, [tenant]]).toContainEqual(claims[settings.tenantClaim]);
      }),
    );
  });

  test('an enormous list takes no more than a pass', () => {
    const scp = Array.from({ length: 200_000 }, (_, index) => `x/scope-${index}`);
    expect(scopesOf({ scp }, { scopePrefix: 'x/' })).toHaveLength(200_000);
  });
});

/** The rules as they were: `scope` as a string, `scp` as either, `tenant` as a string. Undefined where the token was refused. */
function callerBefore(claims: JWTPayload, tenantClaim: string | undefined) {
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
  const words = (claim: unknown) => (typeof claim === 'string' ? claim.split(' ').filter(isText) : []);
  const tenant = tenantClaim === undefined ? 'default' : claims[tenantClaim];
  if (!isText(tenant)) return undefined;
  const { scope, scp } = claims;
  return {
    subject: [claims.sub, claims.client_id, claims.azp].find(isText) ?? 'unknown',
    tenant,
    scopes: [...words(scope), ...(Array.isArray(scp) ? scp.filter(isText) : words(scp))],
    expiresAtMs: (Math.ceil(claims.exp!) + clockToleranceSeconds) * 1_000,
  };
}
