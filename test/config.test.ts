import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError, readConfig } from '../src/config.js';
import { operations } from '../src/connect/operations.js';
import { variables } from '../src/environment.js';
import { defaultAdmissionLimits } from '../src/operations/admission.js';

const least = {
  AUTH_ISSUER: 'https://issuer.example.com',
  AUTH_AUDIENCE: 'outdial',
  AUTH_JWKS_URL: 'https://issuer.example.com/jwks.json',
  AWS_REGION: 'us-west-2',
  CONNECT_INSTANCE_ID: 'one',
};

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function fileWith(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'outdial-')), 'access.json');
  writeFileSync(path, content);
  return path;
}

test('the required variables are enough', () => {
  expect(readConfig(least)).toEqual({
    host: '0.0.0.0',
    port: 4000,
    logLevel: 'info',
    corsOrigins: [],
    federationAuthDirectives: false,
    auth: {
      issuer: 'https://issuer.example.com',
      audience: 'outdial',
      otherAudienceClaims: [],
      jwksUrl: new URL('https://issuer.example.com/jwks.json'),
      scopeClaims: ['scope', 'scp'],
    },
    instances: { defaultInstanceId: 'one', instanceIds: ['one'] },
    connect: { region: 'us-west-2', connectionTimeoutMs: 2_000, requestTimeoutMs: 10_000, quotas: new Map() },
    calls: {
      deadlineMs: 10_000,
      deadlineMaxMs: 55_000,
      duplicateWindowMs: 60_000,
      maxRepeatCallsPerHour: 5,
      unknownResendMs: 60_000,
      campaignShare: 0.1,
      maxWaitingPerSubject: 20,
    },
    maxAnonymousConnections: 600,
    admission: defaultAdmissionLimits,
    subscriptions: { max: 10_000, maxPerCaller: 100 },
    state: {
      prefix: 'outdial:',
      commandTimeoutMs: 500,
      secret: expect.any(String) as unknown,
      replicas: 1,
      quotaScope: 'default',
      outage: 'refuse',
    },
  });
});

test('it is frozen at every depth', () => {
  const unfrozen = (value: unknown, path: string): readonly string[] => {
    if (typeof value !== 'object' || value === null || value instanceof URL) return [];
    const members = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
    const below = members.flatMap(([name, member]) => unfrozen(member, `${path}.${name}`));
    return value instanceof Map || Object.isFrozen(value) ? below : [path, ...below];
  };
  const config = readConfig({
    ...least,
    CORS_ORIGINS: 'https://a.example',
    CONNECT_QUOTAS: 'DescribeContact=20/30',
    CONNECT_INSTANCE_IDS: `${least.CONNECT_INSTANCE_ID},two`,
    ACCESS_FILE: fileWith('{"tenants":{"acme":{"instanceIds":["two"]}}}'),
  });
  expect([config.connect.quotas.size, config.instances.byTenant?.size]).toEqual([1, 1]);
  expect(unfrozen(config, 'config')).toEqual([]);
});

test('every missing variable is named at once', () => {
  const problems = problemsOf({});
  const { AUTH_JWKS_URL, ...required } = least;
  expect(AUTH_JWKS_URL).toBeDefined();
  expect(problems).toHaveLength(Object.keys(required).length);
  for (const name of Object.keys(required)) {
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${name} is missing`)));
  }
});

test('missing and wrong ones are named together, each by its own line', () => {
  const problems = problemsOf({ ...least, AUTH_ISSUER: '  ', PORT: 'http', LOG_LEVEL: 'loud', CORS_ORIGINS: '*' });
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'PORT',
    'LOG_LEVEL',
    'CORS_ORIGINS',
    'AUTH_ISSUER',
  ]);
});

test.each([
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '4000.5'],
  ['METRICS_PORT', '70000'],
  ['METRICS_PORT', 'yes'],
  ['AUTH_JWKS_URL', 'http://issuer.example.com/jwks.json'],
  ['AUTH_JWKS_URL', 'issuer.example.com'],
  ['AUTH_JWKS_URL', 'file:///etc/passwd'],
  ['AUTH_JWKS_URL', 'https://user:password@issuer.example.com/jwks.json'],
  ['AUTH_AUDIENCE_CLAIMS', 'client_id'],
  ['AUTH_AUDIENCE_CLAIMS', 'client_id aud'],
  ['AUTH_SCOPE_CLAIMS', 'scope,scp'],
  ['AUTH_SCOPE_CLAIMS', '"scope scp"'],
  ['AUTH_SCOPE_PREFIX', 'outdial/ api/'],
  ['AUTH_SCOPE_PREFIX', '"outdial/"'],
  ['AUTH_SCOPE_PREFIX', 'outdial\\'],
  ['AUTH_SCOPE_PREFIX', 'wählen/'],
  ['AWS_REGION', 'us west 2'],
  ['AWS_REGION', '"us-west-2"'],
  ['AWS_ENDPOINT_URL_CONNECT', 'http://10.0.0.1:4599'],
  ['AWS_ENDPOINT_URL_CONNECT', 'http://127.0.0.1.example.com'],
  ['CONNECT_INSTANCE_ID', 'arn:aws:connect:us-west-2:123456789012:instance/one'],
  ['CONNECT_INSTANCE_ID', '-one'],
  ['CONNECT_INSTANCE_ID', 'i'.repeat(101)],
  ['CONNECT_INSTANCE_IDS', 'two,three'],
  ['CONNECT_REQUEST_TIMEOUT_MS', '0'],
  ['CONNECT_QUOTAS', 'StartOutboundVoiceContact=2'],
  ['CONNECT_QUOTAS', 'StartOutboundVoiceContact=0/5'],
  ['CONNECT_QUOTAS', 'startOutboundVoiceContact=2/5'],
  ['CALL_DEADLINE_MS', '60000'],
  ['DUPLICATE_CALL_WINDOW_SECONDS', 'off'],
  ['CALL_DEADLINE_MAX_MS', '55001'],
  ['UNKNOWN_RESEND_SECONDS', '601'],
  ['CAMPAIGN_SHARE', '1.5'],
  ['CAMPAIGN_SHARE', 'tenth'],
  ['CONTACT_EVENTS_QUEUE_URL', 'http://sqs.us-west-2.amazonaws.com/123456789012/contact-events'],
  ['CONTACT_EVENTS_QUEUE_URL', 'contact-events'],
  ['MAX_OPERATIONS_IN_FLIGHT', '9'],
  ['MAX_OPERATIONS_IN_FLIGHT', 'unlimited'],
  ['MAX_LOOP_DELAY_MS', '49'],
  ['MAX_LOOP_DELAY_MS', '60001'],
  ['MAX_SUBSCRIPTIONS', '0'],
  ['MAX_SUBSCRIPTIONS_PER_CALLER', 'many'],
  ['REPLICAS', '2'],
  ['REPLICAS', '0'],
  ['REDIS_COMMAND_TIMEOUT_MS', '0'],
  ['LEDGER_REPLICAS', '101'],
  ['LEDGER_REPLICAS', '1'],
  ['LEDGER_REPLICAS_TIMEOUT_MS', '9'],
  ['DATABASE_TIMEOUT_MS', '99'],
  ['DATABASE_POOL_MAX', '0'],
  ['LEDGER_OUTAGE', 'maybe'],
  ['CORS_ORIGINS', 'https://app.example.com/path'],
  ['FEDERATION_AUTH_DIRECTIVES', 'yes'],
  ['LOG_LEVEL', 'verbose'],
  ['ACCESS_FILE', '/nonexistent/access.json'],
])('%s=%s is refused by name', (name, value) => {
  expect(problemsOf({ ...least, [name]: value })).toEqual([expect.stringContaining(name)]);
});

test('DO_NOT_CALL_KEYS are long enough each, and the first is the current one', () => {
  expect(readConfig(least)).not.toHaveProperty('doNotCallKeys');
  const DO_NOT_CALL_KEYS = 'the-current-key-1, the-former-key-12';
  expect(readConfig({ ...least, DO_NOT_CALL_KEYS }).doNotCallKeys).toEqual(['the-current-key-1', 'the-former-key-12']);
  expect(problemsOf({ ...least, DO_NOT_CALL_KEYS: 'the-current-key-1,short' })).toEqual([
    'DO_NOT_CALL_KEYS must hold keys of 16 characters or more, separated by commas.',
  ]);
});

test('LEDGER_REPLICAS counts the replicas of Redis, and has no place beside PostgreSQL', () => {
  const shared = {
    ...least,
    REDIS_URL: 'redis://localhost',
    STATE_SECRET: 'a secret of the tests',
    LEDGER_REPLICAS: '2',
  };
  expect(readConfig(shared).state.ledgerReplicas).toEqual({ count: 2, timeoutMs: 200 });
  expect(readConfig({ ...shared, LEDGER_REPLICAS: '0' }).state).not.toHaveProperty('ledgerReplicas');
  const problems = problemsOf({ ...shared, DATABASE_URL: 'postgres://user:password@localhost/outdial' });
  expect(problems).toEqual([expect.stringMatching(/^LEDGER_REPLICAS must not be set with DATABASE_URL/)]);
});

test.each(['http://127.0.0.1:4001/jwks.json', 'http://localhost/jwks.json', 'http://[::1]:4001/jwks.json'])(
  'the key set may be plain http on this machine: %s',
  (url) => {
    expect(readConfig({ ...least, AUTH_JWKS_URL: url }).auth.jwksUrl?.href).toBe(url);
  },
);

test.each([
  'issuer.example.com',
  'http://issuer.example.com',
  'https://user:password@issuer.example.com',
  'https://issuer.example.com/?tenant=1',
  'https://issuer.example.com/#',
])('without AUTH_JWKS_URL an AUTH_ISSUER %s has no OpenID configuration to read', (issuer) => {
  expect(problemsOf({ ...least, AUTH_ISSUER: issuer })).toEqual([]);
  expect(problemsOf({ ...least, AUTH_ISSUER: issuer, AUTH_JWKS_URL: ' ' })).toEqual([
    expect.stringMatching(/^AUTH_ISSUER must be an https URL .* or AUTH_JWKS_URL be set\.$/),
  ]);
});

test.each(['https://issuer.example.com/', 'https://issuer.example.com/realms/one', 'http://127.0.0.1:8080/realms/one'])(
  'without AUTH_JWKS_URL the key set is found by the issuer %s',
  (issuer) => {
    const { auth } = readConfig({ ...least, AUTH_ISSUER: issuer, AUTH_JWKS_URL: undefined });
    expect(auth).toMatchObject({ issuer });
    expect(auth).not.toHaveProperty('jwksUrl');
  },
);

test('names of claims are separated by spaces, without doubles', () => {
  const { auth } = readConfig({
    ...least,
    AUTH_AUDIENCE_CLAIMS: ' aud  client_id azp aud ',
    AUTH_SCOPE_CLAIMS: 'scope\tpermissions scope https://example.com/roles __proto__',
    AUTH_SCOPE_PREFIX: ' https://api.example.com/ ',
    AUTH_TENANT_CLAIM: 'organization.0',
  });
  expect(auth).toMatchObject({
    otherAudienceClaims: ['client_id', 'azp'],
    scopeClaims: ['scope', 'permissions', 'https://example.com/roles', '__proto__'],
    scopePrefix: 'https://api.example.com/',
    tenantClaim: 'organization.0',
  });
});

test.each(['AWS_ENDPOINT_URL_CONNECT', 'AWS_ENDPOINT_URL'])('%s names another Connect endpoint', (name) => {
  expect(readConfig({ ...least, [name]: 'http://127.0.0.1:4599' }).connect.endpoint).toBe('http://127.0.0.1:4599');
  expect(problemsOf({ ...least, [name]: 'http://connect.example.com' })).toHaveLength(1);
});

test.each([
  ['the one in the URL', {}, '123456789012'],
  ['the one that is named', { CONTACT_EVENTS_ACCOUNT_ID: '210987654321' }, '210987654321'],
])('the account whose contact events are taken is %s', (_title, env, accountId) => {
  const queueUrl = 'https://sqs.us-west-2.amazonaws.com/123456789012/contact-events';
  expect(readConfig({ ...least, CONTACT_EVENTS_QUEUE_URL: queueUrl, ...env }).events).toEqual({ queueUrl, accountId });
});

test.each([{ CONTACT_EVENTS_ACCOUNT_ID: 'acme' }, {}])('a queue of no account is refused: %j', (env) => {
  const problems = problemsOf({ ...least, CONTACT_EVENTS_QUEUE_URL: 'https://sqs.example.com/contact-events', ...env });
  expect(problems).toEqual([expect.stringContaining('CONTACT_EVENTS_ACCOUNT_ID')]);
});

test('lists are split, trimmed and without doubles', () => {
  const config = readConfig({
    ...least,
    CONNECT_INSTANCE_IDS: ' one, two ,one,',
    CORS_ORIGINS: 'https://a.example.com, http://localhost:5173',
    CONNECT_QUOTAS: 'StartOutboundVoiceContact=4.5/9, DescribeContact=20/30',
  });
  expect(config.instances.instanceIds).toEqual(['one', 'two']);
  expect(config.corsOrigins).toEqual(['https://a.example.com', 'http://localhost:5173']);
  expect(config.connect.quotas.get('StartOutboundVoiceContact')).toEqual({ ratePerSecond: 4.5, burst: 9 });
});

test('quotas may be named of all that is sent to Connect, and of nothing else', () => {
  const all = Object.keys(operations).map((name) => `${name}=3/4`);
  expect(readConfig({ ...least, CONNECT_QUOTAS: all.join() }).connect.quotas.size).toBe(all.length);
  const problems = problemsOf({ ...least, PORT: 'http', CONNECT_QUOTAS: 'ListUsers=2/5,StopContact=3/4,toString=2/5' });
  expect(problems).toEqual([
    'PORT must be a whole number from 0 to 65535.',
    'CONNECT_QUOTAS names ListUsers, which the gateway does not send.',
    'CONNECT_QUOTAS names toString, which the gateway does not send.',
  ]);
});

test('ACCESS_FILE says which tenant may use which instances', () => {
  const path = fileWith('{"tenants":{"acme":{"instanceIds":["one"]},"globex":{"instanceIds":["two","one"]}}}');
  const { byTenant } = readConfig({ ...least, CONNECT_INSTANCE_IDS: 'one,two', ACCESS_FILE: path }).instances;
  expect([...(byTenant ?? [])]).toEqual([
    ['acme', ['one']],
    ['globex', ['two', 'one']],
  ]);
});

test.each([
  ['no JSON', 'tenants: acme'],
  ['no tenants', '{}'],
  ['an instance that is no text', '{"tenants":{"acme":{"instanceIds":[1]}}}'],
  ['instances that are no list', '{"tenants":{"acme":{"instanceIds":"one"}}}'],
  ['an instance that the gateway does not have', '{"tenants":{"acme":{"instanceIds":["elsewhere"]}}}'],
])('an ACCESS_FILE with %s is refused', (_what, content) => {
  expect(problemsOf({ ...least, ACCESS_FILE: fileWith(content) })).toEqual([expect.stringContaining('ACCESS_FILE')]);
});

test('a refused ACCESS_FILE is named, with whether it could not be read or has another form', () => {
  const path = fileWith('{}');
  const problems = [path, `${path}.missing`].flatMap((file) => problemsOf({ ...least, ACCESS_FILE: file }));
  expect(problems).toEqual([
    `ACCESS_FILE (${path}) must be JSON such as {"tenants":{"acme":{"instanceIds":["..."]}}}.`,
    `ACCESS_FILE (${path}.missing) must be a file that can be read (ENOENT).`,
  ]);
});

const manifest = '{"sha256:one":"query One { one }","two":"query Two { two }"}';

test.each([
  [undefined, 'only'],
  ['only', 'only'],
  ['log', 'log'],
] as const)(
  'TRUSTED_DOCUMENTS with TRUSTED_DOCUMENTS_MODE=%s are read with the mode %s',
  (TRUSTED_DOCUMENTS_MODE, mode) => {
    const path = fileWith(manifest);
    const { trustedDocuments } = readConfig({ ...least, TRUSTED_DOCUMENTS: path, TRUSTED_DOCUMENTS_MODE });
    expect(trustedDocuments).toEqual({
      path,
      documents: [
        { id: 'sha256:one', text: 'query One { one }' },
        { id: 'two', text: 'query Two { two }' },
      ],
      mode,
    });
    expect([trustedDocuments, trustedDocuments?.documents, trustedDocuments?.documents[0]].every(Object.isFrozen)).toBe(
      true,
    );
  },
);

test('without TRUSTED_DOCUMENTS there are none, and there is no mode', () => {
  expect(readConfig(least)).not.toHaveProperty('trustedDocuments');
  for (const mode of ['only', 'log']) {
    expect(problemsOf({ ...least, TRUSTED_DOCUMENTS_MODE: mode })).toEqual([
      'TRUSTED_DOCUMENTS_MODE needs TRUSTED_DOCUMENTS: without a manifest every document runs.',
    ]);
  }
});

test.each<[string, string, string]>([
  ['no JSON', 'c4n4ry', 'it is not JSON.'],
  ['an empty document', '{"c":"c4n4ry","a":" "}', 'the document a must be a text that is not empty.'],
  ['an id twice', '{"a":"c4n4ry","a":"c4n4ry"}', 'the id a is there more than once.'],
])('TRUSTED_DOCUMENTS with %s are refused by setting, file and what is wrong', (_what, content, problem) => {
  const path = fileWith(content);
  expect(problemsOf({ ...least, TRUSTED_DOCUMENTS: path })).toEqual([`TRUSTED_DOCUMENTS (${path}): ${problem}`]);
});

test('TRUSTED_DOCUMENTS name a file of at most 1 MiB, and no folder', () => {
  const document = (length: number) => `{"a":"${'a'.repeat(length - '{"a":""}'.length)}"}`;
  expect(problemsOf({ ...least, TRUSTED_DOCUMENTS: fileWith(document(1_048_576)) })).toEqual([]);
  const path = fileWith(document(1_048_577));
  expect(problemsOf({ ...least, TRUSTED_DOCUMENTS: path })).toEqual([
    `TRUSTED_DOCUMENTS (${path}) must be a file that can be read (it is larger than 1 MiB).`,
  ]);
  for (const [missing, reason] of [
    ['/nonexistent/trusted.json', 'ENOENT'],
    [dirname(path), 'EISDIR'],
    ['/dev/zero', 'it is no regular file'],
  ] as const) {
    expect(problemsOf({ ...least, TRUSTED_DOCUMENTS: missing })).toEqual([
      `TRUSTED_DOCUMENTS (${missing}) must be a file that can be read (${reason}).`,
    ]);
  }
});

test('of the problems of a manifest twenty are named, and the others counted', () => {
  const path = fileWith(JSON.stringify(Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`a${i}`, '']))));
  const problems = problemsOf({ ...least, TRUSTED_DOCUMENTS: path });
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toBe(`TRUSTED_DOCUMENTS (${path}): 2 more problems.`);
});

test('every variable says what it is', () => {
  for (const meaning of Object.values(variables)) expect(meaning).toMatch(/\.$/);
});

test('with DATABASE_URL there must be a secret for the hashes, and replicas need Redis all the same', () => {
  const url = 'postgres://outdial:p%2Fw@first,second:6432/calls?sslmode=verify-full';
  const database = { ...least, DATABASE_URL: url };
  expect(problemsOf(database)).toEqual([expect.stringMatching(/^STATE_SECRET/)]);
  const secret = { ...database, STATE_SECRET: 'sixteen characters' };
  expect(problemsOf({ ...secret, REPLICAS: '2' })).toEqual([
    'REPLICAS above 1 need REDIS_URL or REDIS_SENTINEL_URLS or REDIS_CLUSTER_URLS, also with DATABASE_URL, where only the ledger is shared.',
  ]);
  expect(readConfig(secret).state.database).toEqual({ url, timeoutMs: 2_000, poolMax: 10 });
  const others = { DATABASE_TIMEOUT_MS: '500', DATABASE_POOL_MAX: '3' };
  expect(readConfig({ ...secret, ...others }).state.database).toEqual({ url, timeoutMs: 500, poolMax: 3 });
});

test.each(['postgres://outdial:canary@host/calls?statement_timeout=0', 'canary', 'mysql://outdial:canary@host/calls'])(
  'DATABASE_URL=%s is refused, and not repeated',
  (DATABASE_URL) => {
    const problems = problemsOf({ ...least, DATABASE_URL, STATE_SECRET: 'sixteen characters' });
    expect(problems).toEqual([expect.stringMatching(/^DATABASE_URL must be a URL such as /)]);
    expect(problems.join('')).not.toContain('canary');
  },
);

test('POLICY_FILE names a file that the configuration does not read, and TZDIR its time zones', () => {
  expect(readConfig({ ...least, POLICY_FILE: '/nowhere.yaml' }).policy).toEqual({ path: '/nowhere.yaml' });
  const { policy } = readConfig({ ...least, POLICY_FILE: 'a.yaml', TZDIR: '/zones' });
  expect(policy).toEqual({ path: 'a.yaml', zoneinfo: '/zones' });
  expect(readConfig({ ...least, TZDIR: '/zones' })).not.toHaveProperty('policy');
});

test('POLICY_FILE is refused where calls go on without the ledger, and where a Redis Cluster keeps it', () => {
  const secret = { ...least, STATE_SECRET: 'sixteen characters' };
  const cluster = { ...secret, REDIS_CLUSTER_URLS: 'redis://one:6379' };
  const POLICY_FILE = 'policy.yaml';
  expect(problemsOf({ ...cluster, POLICY_FILE, LEDGER_OUTAGE: 'dial' })).toEqual([
    expect.stringMatching(/^POLICY_FILE needs LEDGER_OUTAGE refuse: /),
    expect.stringMatching(/^POLICY_FILE cannot be used where a Redis Cluster /),
  ]);
  expect(problemsOf({ ...cluster, LEDGER_OUTAGE: 'dial' })).toEqual([]);
  const DATABASE_URL = 'postgres://user:password@localhost/outdial';
  expect(problemsOf({ ...cluster, POLICY_FILE, DATABASE_URL })).toEqual([]);
  expect(problemsOf({ ...secret, POLICY_FILE, REDIS_URL: 'redis://one:6379' })).toEqual([]);
});

test('with REDIS_URL there must be a secret for the hashes, and then there may be replicas', () => {
  const redis = { ...least, REDIS_URL: 'rediss://:password@redis.example.com:6380/1', REPLICAS: '3' };
  expect(problemsOf(redis)).toEqual([expect.stringMatching(/^STATE_SECRET/)]);
  expect(problemsOf({ ...redis, STATE_SECRET: 'short' })).toEqual([expect.stringMatching(/^STATE_SECRET/)]);
  expect(problemsOf({ ...redis, STATE_SECRET: 'sixteen characters', REDIS_URL: 'http://redis' })).toEqual([
    expect.stringMatching(/^REDIS_URL/),
  ]);
  const { state } = readConfig({ ...redis, STATE_SECRET: 'sixteen characters', LEDGER_OUTAGE: 'dial' });
  expect(state).toMatchObject({ replicas: 3, outage: 'dial', secret: 'sixteen characters' });
});

test.each([
  'http://redis.example.com',
  'redis://',
  'redis:redis.example.com',
  'redis://redis.example.com:port',
  'redis://redis.example.com:6379 0',
  'redis://redis.example.com/outdial',
  'rediss://outdial:pass/word@redis.example.com:6379',
  'rediss://outdial:1/word@redis.example.com:6379',
  'rediss://outdial:pass#word@redis.example.com:6379',
  'rediss://outdial:1#word@redis.example.com:6379',
  'rediss://outdial:pass%word@redis.example.com:6379',
])('REDIS_URL=%s is refused, and not repeated', (url) => {
  const problems = problemsOf({ ...least, REDIS_URL: url, STATE_SECRET: 'sixteen characters' });
  expect(problems).toEqual(['REDIS_URL must be a redis: or rediss: URL, with user and password percent-encoded.']);
});

describe('Redis behind Sentinels, or as a Cluster,', () => {
  const secret = { ...least, STATE_SECRET: 'sixteen characters', REPLICAS: '2' };
  const sentinels = { ...secret, REDIS_SENTINEL_URLS: 'redis://a:26379, redis://b' };

  test('is found by the URLs of several servers', () => {
    const urls = ['redis://a:26379', 'redis://b'];
    for (const [master, primaryUrl] of [
      ['mymaster', 'redis://mymaster'],
      ['rediss://outdial:p%2Fw@my_master.1/2', 'rediss://outdial:p%2Fw@my_master.1/2'],
    ]) {
      const { redis } = readConfig({ ...sentinels, REDIS_SENTINEL_MASTER: master }).state;
      expect(redis).toEqual({ kind: 'sentinels', urls, primaryUrl });
    }
    const { redis } = readConfig({ ...secret, REDIS_CLUSTER_URLS: 'rediss://u:p@a:7000,rediss://u:p@b' }).state;
    expect(redis).toEqual({ kind: 'cluster', urls: ['rediss://u:p@a:7000', 'rediss://u:p@b'] });
  });

  const master =
    'REDIS_SENTINEL_MASTER must be the name of a primary, of letters, digits, dots, hyphens and underscores';
  test.each<[Record<string, string>, string]>([
    [sentinels, 'REDIS_SENTINEL_MASTER is missing.'],
    [{ ...sentinels, REDIS_SENTINEL_MASTER: 'my master' }, master],
    [{ ...sentinels, REDIS_SENTINEL_MASTER: 'redis://:canary@mymaster:6379' }, master],
    [
      { ...secret, REDIS_URL: 'redis://a', REDIS_SENTINEL_MASTER: 'a' },
      'REDIS_SENTINEL_MASTER needs REDIS_SENTINEL_URLS.',
    ],
    [{ ...secret, REDIS_CLUSTER_URLS: 'redis://a/0' }, 'REDIS_CLUSTER_URLS must name no database.'],
    [
      { ...secret, REDIS_CLUSTER_URLS: 'redis://:canary@a,redis://b' },
      'REDIS_CLUSTER_URLS must hold URLs with the same user and password, all redis: or all rediss:.',
    ],
    [
      { ...secret, REDIS_CLUSTER_URLS: 'redis://a,b' },
      'REDIS_CLUSTER_URLS must hold redis: or rediss: URLs separated by commas',
    ],
    [{ ...secret, REDIS_CLUSTER_URLS: 'redis://a?canary=1' }, 'REDIS_CLUSTER_URLS must have no query, and has canary.'],
    [
      { ...secret, REDIS_CLUSTER_URLS: 'redis://a', REDIS_URL: 'redis://b' },
      'REDIS_URL and REDIS_CLUSTER_URLS are set. Set one of them.',
    ],
    [{ ...least, REPLICAS: '2' }, 'REPLICAS above 1 need REDIS_URL or REDIS_SENTINEL_URLS or REDIS_CLUSTER_URLS.'],
  ])('is not found by %j', (env, problem) => {
    const problems = problemsOf(env);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    if (!problem.includes('canary')) expect(problems.join()).not.toContain('canary');
  });
});

test.each(['redis://127.0.0.1:6379', 'redis://[::1]', 'rediss://outdial:pass%2Fword%23@redis.example.com:6379/1'])(
  'REDIS_URL may be %s',
  (url) => {
    const { redis } = readConfig({ ...least, REDIS_URL: url, STATE_SECRET: 'sixteen characters' }).state;
    expect(redis).toEqual({ kind: 'server', url });
  },
);

test('a query in REDIS_URL is refused by the names in it, without the values', () => {
  const REDIS_URL = 'rediss://outdial:canary@redis.example.com/1?maxRetriesPerRequest=20&password=canary&db=3&db=4';
  const problems = problemsOf({ ...least, REDIS_URL, STATE_SECRET: 'sixteen characters' });
  expect(problems).toEqual([
    expect.stringContaining('must have no query, and has maxRetriesPerRequest, password, db. Say TLS by rediss:'),
  ]);
  expect(problems.join()).not.toContain('canary');
});

test.each(['redis://outdial:1?canary@redis.example.com', 'redis://:?canary=1&password@redis.example.com'])(
  'a password with a question mark is not taken for a query: %s',
  (REDIS_URL) => {
    expect(problemsOf({ ...least, REDIS_URL, STATE_SECRET: 'sixteen characters' })).toEqual([
      'REDIS_URL must be a redis: or rediss: URL, with user and password percent-encoded.',
    ]);
  },
);

describe('a proxy', () => {
  const loopback = 'localhost,::1,127.0.0.0-127.255.255.255';

  test.each([
    [{ HTTPS_PROXY: 'http://proxy.example.com:3128' }, 'http://proxy.example.com:3128/', ''],
    [{ https_proxy: ' https://proxy.example.com ', HTTPS_PROXY: '' }, 'https://proxy.example.com/', ''],
    [
      { HTTPS_PROXY: 'HTTP://a:p%40ss@[::1]:3128/', https_proxy: 'HTTP://a:p%40ss@[::1]:3128/' },
      'http://a:p%40ss@[::1]:3128/',
      '',
    ],
    [
      { HTTPS_PROXY: 'http://proxy:1', no_proxy: ' .a.example, b.example c.example:8443,' },
      'http://proxy:1/',
      '.a.example,b.example,.b.example,c.example:8443,.c.example:8443,',
    ],
    [{ HTTPS_PROXY: 'http://proxy:1', NO_PROXY: '*' }, 'http://proxy:1/', '*,'],
    [
      {
        HTTPS_PROXY: 'http://proxy:1',
        HTTP_PROXY: 'http://other:1',
        http_proxy: 'http://another:1',
        ALL_PROXY: 'socks5://other',
      },
      'http://proxy:1/',
      '',
    ],
  ])('is read from %j', (env, url, exempt) => {
    expect(readConfig({ ...least, ...env }).proxy).toEqual({ url, exempt: `${exempt}${loopback}` });
  });

  test.each([{}, { HTTPS_PROXY: ' ', http_proxy: '' }, { NO_PROXY: 'a.example' }])('is none in %j', (env) => {
    expect(readConfig({ ...least, ...env })).not.toHaveProperty('proxy');
  });

  test.each([
    'proxy.example.com',
    'proxy.example.com:3128',
    'socks5://proxy.example.com',
    'http://',
    'http://outdial:canary/word@proxy.example.com',
    'http://outdial:1?canary@proxy.example.com',
    'http://outdial:1#canary@proxy.example.com',
    'http://outdial:canary%word@proxy.example.com',
    'http://proxy.example.com/path',
  ])('HTTPS_PROXY=%s is refused, and not repeated', (text) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      const problems = problemsOf({ ...least, [name]: text });
      expect(problems).toEqual([expect.stringMatching(/^HTTPS_PROXY must be an http: or https: URL /)]);
      expect(problems.join()).not.toContain('canary');
    }
  });

  test.each([
    [{ HTTPS_PROXY: 'http://canary:1', https_proxy: 'http://canary:2' }, 'HTTPS_PROXY and https_proxy differ.'],
    [{ HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'canary', no_proxy: '*' }, 'NO_PROXY and no_proxy differ.'],
  ])('that is said to be two things is refused: %j', (env, words) => {
    const problems = problemsOf({ ...least, ...env });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems.join()).not.toContain('canary');
  });

  test.each([
    [{ HTTP_PROXY: 'http://proxy:1' }, 'HTTP_PROXY'],
    [{ all_proxy: 'socks5://proxy:1' }, 'ALL_PROXY'],
    [{ http_proxy: 'http://proxy:1', ALL_PROXY: 'http://proxy:1' }, 'HTTP_PROXY and ALL_PROXY'],
  ])('that no connection would take is refused, and says which: %j', (env, names) => {
    expect(problemsOf({ ...least, ...env })).toEqual([
      `${names} would be used by none of the connections to the key set, Amazon Connect and the queue of contact events, which are https. Set HTTPS_PROXY, or unset ${names}.`,
    ]);
  });
});

describe('the kind of the endpoints of AWS', () => {
  const queue = (host: string) => ({ CONTACT_EVENTS_QUEUE_URL: `https://${host}/123456789012/contact-events` });
  const fips = { AWS_USE_FIPS_ENDPOINT: 'true' };

  test.each([
    { ...fips, ...queue('sqs-fips.us-west-2.amazonaws.com') },
    { ...fips, ...queue('sqs.us-gov-west-1.amazonaws.com') },
    { ...fips, ...queue('vpce-0123.sqs-fips.us-west-2.vpce.amazonaws.com'), AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    { AWS_USE_FIPS_ENDPOINT: 'false', ...queue('sqs.us-west-2.amazonaws.com') },
    { AWS_USE_FIPS_ENDPOINT: 'false', AWS_ENDPOINT_URL: 'https://connect.example.com' },
  ])('may be %j', (env) => {
    expect(problemsOf({ ...least, ...env })).toEqual([]);
  });

  test.each([
    [{ AWS_USE_FIPS_ENDPOINT: 'TRUE' }, 'AWS_USE_FIPS_ENDPOINT must be true or false.'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: '1' }, 'AWS_USE_DUALSTACK_ENDPOINT must be true or false.'],
    [{ ...fips, ...queue('sqs.us-west-2.amazonaws.com') }, 'CONTACT_EVENTS_QUEUE_URL must name a FIPS endpoint '],
    [{ ...fips, AWS_ENDPOINT_URL_CONNECT: 'https://connect.example.com' }, 'AWS_USE_FIPS_ENDPOINT cannot be true '],
    [
      { AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'AWS_USE_DUALSTACK_ENDPOINT cannot',
    ],
  ])('cannot be %j', (env, words) => {
    expect(problemsOf({ ...least, ...env })).toEqual([expect.stringContaining(words)]);
  });
});

test('metrics are served where they have a port, which is another than that of the gateway', () => {
  expect(readConfig(least).metrics).toBeUndefined();
  expect(readConfig({ ...least, METRICS_PORT: '9464' }).metrics).toEqual({ port: 9_464, tenantLabel: false });
  const both = { METRICS_PORT: '0', METRICS_TENANT_LABEL: 'true' };
  expect(readConfig({ ...least, PORT: '0', ...both }).metrics).toEqual({ port: 0, tenantLabel: true });
  expect(problemsOf({ ...least, METRICS_PORT: '4000' })).toEqual([
    'METRICS_PORT must be another port than PORT: whoever may ask the one need not see the other.',
  ]);
  expect(problemsOf({ ...least, METRICS_TENANT_LABEL: 'true' })).toEqual([
    'METRICS_TENANT_LABEL needs METRICS_PORT: without it there are no metrics.',
  ]);
  expect(problemsOf({ ...least, METRICS_PORT: '9464', METRICS_TENANT_LABEL: 'yes' })).toEqual([
    'METRICS_TENANT_LABEL must be one of true, false.',
  ]);
});
