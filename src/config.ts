import { readAccessFile } from './access/access-file.js';
import type { ConnectOptions } from './connect/client.js';
import { isInstanceId } from './connect/ids.js';
import { operations } from './connect/operations.js';
import {
  maxManifestBytes,
  readManifest,
  type ManifestDocument,
  type TrustMode,
} from './operations/document-manifest.js';
import { EnvironmentReader, type Environment, type Variable } from './environment.js';
import type { ProxySettings } from './https-agent.js';
import { secureUrl } from './secure-url.js';
import { storeSettingsFrom, type StoreSettings } from './store-settings.js';
import { traceSettingsFrom, type TraceSettings } from './trace-settings.js';

export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Left out, nothing is counted and nobody listens. */
  readonly metrics?: {
    /** 0 takes any free port. */
    readonly port: number;
    /** Whether operations and calls are counted for each tenant. */
    readonly tenantLabel: boolean;
  };
  /** Left out, nothing is traced. */
  readonly traces?: TraceSettings;
  readonly corsOrigins: readonly string[];
  /** Left out, there are no dialing rules. */
  readonly policy?: {
    readonly path: string;
    /** The compiled time zones where the policy names none; left out, those of the system. */
    readonly zoneinfo?: string;
  };
  /** From `TRUSTED_DOCUMENTS`; left out, there are none and every document runs. */
  readonly trustedDocuments?: {
    readonly path: string;
    readonly documents: readonly ManifestDocument[];
    readonly mode: TrustMode;
  };
  readonly federationAuthDirectives: boolean;
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    /** What says whom a token without an `aud` is for: the first of these that it has. */
    readonly otherAudienceClaims: readonly string[];
    /** Left out, the OpenID configuration of the issuer names the key set. */
    readonly jwksUrl?: URL;
    readonly scopeClaims: readonly string[];
    /** Taken off each scope; left out, scopes count as they are written. */
    readonly scopePrefix?: string;
    /** The claim, or the path, that names the tenant; left out, everybody is of the tenant `default`. */
    readonly tenantClaim?: string;
  };
  readonly instances: {
    readonly defaultInstanceId: string;
    readonly instanceIds: readonly string[];
    /** From `ACCESS_FILE`; left out, every tenant may use every instance. */
    readonly byTenant?: ReadonlyMap<string, readonly string[]>;
  };
  readonly connect: ConnectOptions & {
    /** By operation, where the account has other quotas than Connect's defaults. */
    readonly quotas: ReadonlyMap<string, { readonly ratePerSecond: number; readonly burst: number }>;
  };
  /** Left out, all connections are direct. */
  readonly proxy?: ProxySettings;
  readonly calls: {
    /** How long a caller waits for a permit and an answer when the input does not say. */
    readonly deadlineMs: number;
    /** How long any caller may wait. */
    readonly deadlineMaxMs: number;
    /** How long the same destination is not called again; 0 switches the duplicate-call window off. */
    readonly duplicateWindowMs: number;
    /** How many calls with `allowRepeat` one number gets within an hour. */
    readonly maxRepeatCallsPerHour: number;
    /** How long a call with an unknown outcome may be asked again with the same key. */
    readonly unknownResendMs: number;
    /** Which part of the permits campaign calls get while others wait: 0 to 1. */
    readonly campaignShare: number;
    /** How many calls of one subject may wait for their permits at once. */
    readonly maxWaitingPerSubject: number;
  };
  /** Left out, Connect is asked for what changed. */
  readonly events?: {
    /** The SQS queue that contact events come to. */
    readonly queueUrl: string;
    /** Whose events are taken. */
    readonly accountId: string;
  };
  /** Connections whose last request showed no accepted token. */
  readonly maxAnonymousConnections: number;
  /** From where on operations are refused early. */
  readonly admission: {
    /** Those that wait for a permit among them. */
    readonly maxOperationsInFlight: number;
    /** Of the event loop. */
    readonly maxLoopDelayMs: number;
  };
  readonly subscriptions: {
    /** Open at once, for one subject of one tenant. */
    readonly maxPerCaller: number;
    /** Open at once in this process. */
    readonly max: number;
  };
  readonly state: StoreSettings;
  /** What entries of do-not-call lists are named with, the current key first; left out, there are no lists. */
  readonly doNotCallKeys?: readonly [string, ...string[]];
}

/** The environment is not a configuration; `problems` has one line for every variable that is missing or wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];

/** The frozen Config for `env`. Throws ConfigError naming every missing or wrong variable at once. */
export function readConfig(env: Environment): Config {
  const read = new EnvironmentReader(env);
  const defaultInstanceId = instanceIdFrom(read, 'CONNECT_INSTANCE_ID', read.required('CONNECT_INSTANCE_ID'));
  const listed = read.list('CONNECT_INSTANCE_IDS').map((id) => instanceIdFrom(read, 'CONNECT_INSTANCE_IDS', id));
  const instanceIds = listed.length > 0 ? listed : [defaultInstanceId];
  if (!instanceIds.includes(defaultInstanceId)) {
    read.problems.push('CONNECT_INSTANCE_IDS must include CONNECT_INSTANCE_ID.');
  }
  const byTenant = byTenantFrom(read, instanceIds);
  const endpoint = endpointFrom(read, env);
  const events = eventsFrom(read);
  const proxy = proxyFrom(read);
  holdToEndpointKinds(read, endpoint, events?.queueUrl);
  const trustedDocuments = trustedDocumentsFrom(read);
  const doNotCallKeys = doNotCallKeysFrom(read);
  const port = read.wholeNumber('PORT', 4000, 0, 65_535);
  const metrics = metricsFrom(read, port);
  const traces = traceSettingsFrom(read);
  const state = storeSettingsFrom(read);
  const policy = policyFrom(read, state);
  const config: Config = {
    host: read.optional('HOST') ?? '0.0.0.0',
    port,
    logLevel: read.oneOf('LOG_LEVEL', 'info', logLevels),
    ...(metrics ? { metrics } : {}),
    ...(traces ? { traces } : {}),
    corsOrigins: read.origins('CORS_ORIGINS'),
    ...(policy ? { policy } : {}),
    ...(trustedDocuments ? { trustedDocuments } : {}),
    federationAuthDirectives: read.oneOf('FEDERATION_AUTH_DIRECTIVES', 'false', ['true', 'false']) === 'true',
    auth: authFrom(read),
    instances: { defaultInstanceId, instanceIds, ...(byTenant ? { byTenant } : {}) },
    connect: {
      region: read.region('AWS_REGION'),
      ...(endpoint ? { endpoint } : {}),
      connectionTimeoutMs: 2_000,
      quotas: read.quotas('CONNECT_QUOTAS', Object.keys(operations)),
      requestTimeoutMs: read.wholeNumber('CONNECT_REQUEST_TIMEOUT_MS', 10_000, 100, 60_000),
    },
    ...(proxy ? { proxy } : {}),
    calls: {
      deadlineMs: read.wholeNumber('CALL_DEADLINE_MS', 10_000, 3_000, 55_000),
      deadlineMaxMs: read.wholeNumber('CALL_DEADLINE_MAX_MS', 55_000, 3_000, 55_000),
      duplicateWindowMs: read.wholeNumber('DUPLICATE_CALL_WINDOW_SECONDS', 60, 0, 86_400) * 1_000,
      maxRepeatCallsPerHour: read.wholeNumber('MAX_REPEAT_CALLS_PER_HOUR', 5, 0, 100),
      unknownResendMs: read.wholeNumber('UNKNOWN_RESEND_SECONDS', 60, 0, 600) * 1_000,
      campaignShare: read.fraction('CAMPAIGN_SHARE', 0.1),
      maxWaitingPerSubject: read.wholeNumber('MAX_WAITING_CALLS_PER_SUBJECT', 20, 1, 100_000),
    },
    ...(events ? { events } : {}),
    maxAnonymousConnections: read.wholeNumber('MAX_ANONYMOUS_CONNECTIONS', 600, 10, 1_000_000),
    admission: {
      maxOperationsInFlight: read.wholeNumber('MAX_OPERATIONS_IN_FLIGHT', 20_000, 10, 1_000_000),
      maxLoopDelayMs: read.wholeNumber('MAX_LOOP_DELAY_MS', 1_000, 50, 60_000),
    },
    subscriptions: {
      max: read.wholeNumber('MAX_SUBSCRIPTIONS', 10_000, 1, 1_000_000),
      maxPerCaller: read.wholeNumber('MAX_SUBSCRIPTIONS_PER_CALLER', 100, 1, 1_000_000),
    },
    state,
    ...(doNotCallKeys ? { doNotCallKeys } : {}),
  };
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return deepFrozen(config);
}

/** Lists and plain objects are frozen at every depth, those in maps too; a map itself is read-only by its type. */
function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof URL) return value;
  if (value instanceof Map) {
    value.forEach(deepFrozen);
    return value;
  }
  Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}

function instanceIdFrom(read: EnvironmentReader, name: Variable, text: string): string {
  if (text !== '' && !isInstanceId(text)) {
    read.problems.push(`${name} must hold the ids of Connect instances, not their ARNs or aliases.`);
  }
  return text;
}

function byTenantFrom(read: EnvironmentReader, instanceIds: readonly string[]): Config['instances']['byTenant'] {
  const file = read.file('ACCESS_FILE');
  if (!file) return undefined;
  const byTenant = readAccessFile(file.text);
  if (!byTenant) {
    read.problems.push(`ACCESS_FILE (${file.path}) must be JSON such as {"tenants":{"acme":{"instanceIds":["..."]}}}.`);
  }
  for (const [tenant, ids] of byTenant ?? []) {
    if (ids.some((id) => !instanceIds.includes(id))) {
      read.problems.push(`ACCESS_FILE gives the tenant ${tenant} an instance that CONNECT_INSTANCE_IDS does not list.`);
    }
  }
  return byTenant;
}

function doNotCallKeysFrom(read: EnvironmentReader): Config['doNotCallKeys'] {
  const [current, ...former] = read.list('DO_NOT_CALL_KEYS');
  if (current === undefined) return undefined;
  const keys = [current, ...former] as const;
  if (keys.some((key) => key.length < 16)) {
    read.problems.push('DO_NOT_CALL_KEYS must hold keys of 16 characters or more, separated by commas.');
  }
  return keys;
}

function metricsFrom(read: EnvironmentReader, mainPort: number): Config['metrics'] {
  const tenantLabel = read.oneOf('METRICS_TENANT_LABEL', 'false', ['true', 'false']) === 'true';
  if (read.optional('METRICS_PORT') === undefined) {
    if (tenantLabel) read.problems.push('METRICS_TENANT_LABEL needs METRICS_PORT: without it there are no metrics.');
    return undefined;
  }
  const port = read.wholeNumber('METRICS_PORT', 0, 0, 65_535);
  if (port !== 0 && port === mainPort) {
    read.problems.push('METRICS_PORT must be another port than PORT: whoever may ask the one need not see the other.');
  }
  return { port, tenantLabel };
}

function authFrom(read: EnvironmentReader): Config['auth'] {
  const jwksText = read.optional('AUTH_JWKS_URL');
  const jwksUrl = read.secureUrl('AUTH_JWKS_URL', jwksText ?? '');
  const issuer = read.required('AUTH_ISSUER');
  if (jwksText === undefined && issuer !== '' && !(secureUrl(issuer) && !/[?#]/.test(issuer))) {
    read.problems.push(
      'AUTH_ISSUER must be an https URL (http only on a loopback host), without user, password, query and fragment, or AUTH_JWKS_URL be set.',
    );
  }
  const [first, ...otherAudienceClaims] = read.claimNames('AUTH_AUDIENCE_CLAIMS', ['aud']);
  if (first !== 'aud') {
    read.problems.push('AUTH_AUDIENCE_CLAIMS must begin with aud: a token for somebody else is never accepted.');
  }
  const scopePrefix = read.scopePrefix('AUTH_SCOPE_PREFIX');
  const tenantClaim = read.optional('AUTH_TENANT_CLAIM');
  return {
    issuer,
    audience: read.required('AUTH_AUDIENCE'),
    otherAudienceClaims,
    ...(jwksUrl ? { jwksUrl } : {}),
    scopeClaims: read.claimNames('AUTH_SCOPE_CLAIMS', ['scope', 'scp']),
    ...(scopePrefix === undefined ? {} : { scopePrefix }),
    ...(tenantClaim === undefined ? {} : { tenantClaim }),
  };
}

function eventsFrom(read: EnvironmentReader): Config['events'] {
  const queueUrl = read.optional('CONTACT_EVENTS_QUEUE_URL');
  if (queueUrl === undefined) return undefined;
  const url = read.secureUrl('CONTACT_EVENTS_QUEUE_URL', queueUrl);
  const accountId = read.optional('CONTACT_EVENTS_ACCOUNT_ID') ?? url?.pathname.split('/')[1] ?? '';
  if (url && !/^\d{12}$/.test(accountId)) {
    read.problems.push(
      'CONTACT_EVENTS_ACCOUNT_ID must be the 12 digits of an AWS account, or stand in the URL of the queue.',
    );
  }
  return { queueUrl, accountId };
}

/** The SDK takes no endpoint beside these settings, and fails each request. For the queue it is not asked: the URL says the host. */
function holdToEndpointKinds(
  read: EnvironmentReader,
  endpoint: string | undefined,
  queueUrl: string | undefined,
): void {
  const kinds = (['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'] as const).filter((name) => read.sdkFlag(name));
  if (kinds.length > 0 && endpoint !== undefined) {
    read.problems.push(
      `${kinds.join(' and ')} cannot be true beside AWS_ENDPOINT_URL_CONNECT or AWS_ENDPOINT_URL. Set one or the other.`,
    );
  }
  const queueHost = queueUrl !== undefined && URL.canParse(queueUrl) ? new URL(queueUrl).hostname : undefined;
  // In the Regions of GovCloud the common endpoints are FIPS endpoints.
  if (kinds.includes('AWS_USE_FIPS_ENDPOINT') && queueHost !== undefined && !/\bfips\b|\.us-gov-/.test(queueHost)) {
    read.problems.push(
      'CONTACT_EVENTS_QUEUE_URL must name a FIPS endpoint where AWS_USE_FIPS_ENDPOINT is true, such as https://sqs-fips.us-west-2.amazonaws.com/.',
    );
  }
}

/** Nothing but loopback hosts is ever asked over http, and these are another machine's to a proxy. */
const loopback = 'localhost,::1,127.0.0.0-127.255.255.255';

function proxyFrom(read: EnvironmentReader): ProxySettings | undefined {
  const text = read.eitherCase('HTTPS_PROXY');
  const exempt = read.eitherCase('NO_PROXY') ?? '';
  if (text !== undefined) {
    // Node alone takes a name for one host; others, such as curl, for all that end with it too.
    const hosts = exempt.match(/[^\s,]+/g) ?? [];
    const listed = hosts.flatMap((host) => (/^[.*]/.test(host) ? [host] : [host, `.${host}`]));
    return { url: read.proxyUrl('HTTPS_PROXY', text), exempt: [...listed, loopback].join() };
  }
  const others = (['HTTP_PROXY', 'ALL_PROXY'] as const).filter((name) => read.eitherCase(name) !== undefined);
  if (others.length > 0) {
    read.problems.push(
      `${others.join(' and ')} would be used by none of the connections to the key set, Amazon Connect and the queue of contact events, which are https. Set HTTPS_PROXY, or unset ${others.join(' and ')}.`,
    );
  }
  return undefined;
}

/** The file is read by whoever keeps the policy: with what its rules stand on it is far more than a gateway without one needs to load. */
function policyFrom(read: EnvironmentReader, { outage, redis, database }: StoreSettings): Config['policy'] {
  const path = read.optional('POLICY_FILE');
  if (path === undefined) return undefined;
  if (outage === 'dial') {
    read.problems.push(
      'POLICY_FILE needs LEDGER_OUTAGE refuse: without the ledger nobody knows how often a number was called, or whether it may be. Remove LEDGER_OUTAGE.',
    );
  }
  if (redis?.kind === 'cluster' && !database) {
    read.problems.push(
      'POLICY_FILE cannot be used where a Redis Cluster (REDIS_CLUSTER_URLS) keeps the ledger, for it does not count calls on several nodes at once. Keep the ledger in PostgreSQL (DATABASE_URL), or in a single Redis (REDIS_URL, REDIS_SENTINEL_URLS).',
    );
  }
  const zoneinfo = read.optional('TZDIR');
  return { path, ...(zoneinfo === undefined ? {} : { zoneinfo }) };
}

function trustedDocumentsFrom(read: EnvironmentReader): Config['trustedDocuments'] {
  const mode = read.oneOf('TRUSTED_DOCUMENTS_MODE', 'only', ['only', 'log']);
  if (read.optional('TRUSTED_DOCUMENTS') === undefined) {
    if (read.optional('TRUSTED_DOCUMENTS_MODE') !== undefined) {
      read.problems.push('TRUSTED_DOCUMENTS_MODE needs TRUSTED_DOCUMENTS: without a manifest every document runs.');
    }
    return undefined;
  }
  const file = read.file('TRUSTED_DOCUMENTS', maxManifestBytes);
  if (!file) return undefined;
  const { documents, problems } = readManifest(file.text);
  read.problems.push(...problemsOfManifest(file.path, problems));
  return { path: file.path, documents, mode };
}

const maxManifestProblems = 20;

/** What is wrong with a manifest of trusted documents, each by the setting and the file. */
export function problemsOfManifest(path: string, problems: readonly string[]): string[] {
  const named = problems.slice(0, maxManifestProblems).map((problem) => `TRUSTED_DOCUMENTS (${path}): ${problem}`);
  const others = problems.length - named.length;
  return others > 0 ? [...named, `TRUSTED_DOCUMENTS (${path}): ${others} more problems.`] : named;
}

/** The SDK would read AWS_ENDPOINT_URL as well; both are held to the same rule. */
function endpointFrom(read: EnvironmentReader, env: Environment): string | undefined {
  const text = read.optional('AWS_ENDPOINT_URL_CONNECT') ?? env.AWS_ENDPOINT_URL ?? '';
  return read.secureUrl('AWS_ENDPOINT_URL_CONNECT', text) && text;
}
