import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly corsOrigins: readonly string[];
  readonly federationAuthDirectives: boolean;
  readonly auth: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwksUrl: URL;
    /** The claim that names the tenant; left out, everybody is of the tenant `default`. */
    readonly tenantClaim?: string;
  };
  readonly instances: {
    readonly defaultInstanceId: string;
    readonly instanceIds: readonly string[];
    /** From `ACCESS_FILE`; left out, every tenant may use every instance. */
    readonly byTenant?: ReadonlyMap<string, readonly string[]>;
  };
  readonly connect: {
    readonly region: string;
    /** Only for a simulator or a private endpoint. */
    readonly endpoint?: string;
    /** Never from the environment, where the SDK's own chain finds them. */
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly connectionTimeoutMs: number;
    /** By operation, where the account has other quotas than Connect's defaults. */
    readonly quotas: ReadonlyMap<string, { readonly ratePerSecond: number; readonly burst: number }>;
    readonly requestTimeoutMs: number;
  };
  readonly calls: {
    /** How long a caller waits for a turn and an answer when the input does not say. */
    readonly deadlineMs: number;
    /** How long any caller may wait. */
    readonly deadlineMaxMs: number;
    /** How long the same destination is not called again; 0 switches the fence off. */
    readonly duplicateWindowMs: number;
    /** How long a call with an unknown outcome may be asked again with the same key. */
    readonly unknownResendMs: number;
    /** Which part of the turns campaign calls get while others wait: 0 to 1. */
    readonly campaignShare: number;
  };
  readonly state: {
    /** Left out, state lives and dies with the process. */
    readonly redisUrl?: string;
    readonly prefix: string;
    readonly commandTimeoutMs: number;
    /** Keys the hashes of numbers. */
    readonly secret: string;
    readonly replicas: number;
    /** Names the AWS account whose quotas are shared. */
    readonly quotaScope: string;
    /** What happens to calls while shared state is away. */
    readonly outage: 'refuse' | 'dial';
  };
}

/** The environment is not a configuration; `problems` has one line for every variable that is missing or wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];
type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable the production entry reads. The README's table is held to this one by a test. */
export const variables = {
  PORT: 'Port to listen on; 0 takes a free one. Default 4000.',
  HOST: 'Address to listen on. Default 0.0.0.0.',
  AUTH_ISSUER: 'Required. The `iss` of accepted tokens.',
  AUTH_AUDIENCE: 'Required. The `aud` of accepted tokens.',
  AUTH_JWKS_URL: 'Required. The key set that signs the tokens; https, or http on a loopback host.',
  AUTH_TENANT_CLAIM: 'The claim that names the tenant. Unset: one tenant, `default`.',
  ACCESS_FILE: 'A JSON file that says which tenant may use which instances. Unset: all of them.',
  AWS_REGION: 'Required. The Region of the Connect instances.',
  CONNECT_INSTANCE_ID: 'Required. The instance used when an operation names none.',
  CONNECT_INSTANCE_IDS: 'All instances that may be used, separated by commas. Default: CONNECT_INSTANCE_ID alone.',
  CONNECT_QUOTAS:
    "The account's request quotas where they differ from Connect's defaults: rate a second, slash, burst, such as StartOutboundVoiceContact=2/5,DescribeContact=10/15.",
  CONNECT_REQUEST_TIMEOUT_MS: 'How long one request to Connect may take. Default 10000.',
  AWS_ENDPOINT_URL_CONNECT: 'Another Connect endpoint, read as the SDK reads it; https, or http on a loopback host.',
  CALL_DEADLINE_MS: 'How long a caller waits for a turn and an answer unless `maxWaitInSeconds` says. Default 10000.',
  CALL_DEADLINE_MAX_MS: 'How long a caller may wait at all, whatever `maxWaitInSeconds` says. Default 55000.',
  UNKNOWN_RESEND_SECONDS:
    'How long a call with an unknown outcome may be asked again with the same clientToken. Default 60.',
  CAMPAIGN_SHARE: 'Which part of the turns campaign calls get while others wait, 0 to 1. Default 0.1.',
  REDIS_URL:
    'Redis or Valkey, redis: or rediss:, that replicas share. Unset: state lives and dies with the one process.',
  REDIS_PREFIX: 'Begins every key and channel. Default `outdial:`.',
  REDIS_COMMAND_TIMEOUT_MS: 'How long Redis may take to answer. Default 500.',
  STATE_SECRET:
    'Keys the hashes of phone numbers, 16 characters or more, the same on all replicas. Required with REDIS_URL.',
  REPLICAS: 'How many replicas run; more than 1 needs REDIS_URL. Default 1.',
  QUOTA_SCOPE: 'Names the AWS account, for gateways of several accounts on one Redis. Default `default`.',
  LEDGER_OUTAGE:
    '`refuse` places no call while Redis is away; `dial` goes on with what this replica knows. Default refuse.',
  DUPLICATE_CALL_WINDOW_SECONDS:
    'How long the same number is not called again without `allowRepeat`. Default 60, 0 is off.',
  CORS_ORIGINS: 'Origins of browsers that may ask, separated by commas. Default none.',
  FEDERATION_AUTH_DIRECTIVES: '`true` adds @authenticated and @requiresScopes to the SDL. Default false.',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent. Default info.',
} as const;

type Variable = keyof typeof variables;

class Reader {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  optional(name: Variable): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: Variable): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`${name} is missing. ${variables[name]}`);
    return value ?? '';
  }

  wholeNumber(name: Variable, fallback: number, min: number, max: number): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.problems.push(`${name} must be a whole number from ${min} to ${max}.`);
    return fallback;
  }

  fraction(name: Variable, fallback: number): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^(0|1|0?\.\d+)$/.test(text) && value <= 1) return value;
    this.problems.push(`${name} must be a number from 0 to 1.`);
    return fallback;
  }

  oneOf<T extends string>(name: Variable, fallback: T, allowed: readonly T[]): T {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = allowed.find((candidate) => candidate === text);
    if (value === undefined) this.problems.push(`${name} must be one of ${allowed.join(', ')}.`);
    return value ?? fallback;
  }

  list(name: Variable): readonly string[] {
    const items = (this.optional(name) ?? '').split(',').map((item) => item.trim());
    return [...new Set(items.filter((item) => item !== ''))];
  }

  /** https anywhere, http on this machine only: tokens and signed requests do not travel in the clear. */
  secureUrl(name: Variable, text: string): URL | undefined {
    if (text === '') return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) return url;
    this.problems.push(`${name} must be an https URL (http only on a loopback host).`);
    return undefined;
  }

  instanceId(name: Variable, text: string): string {
    if (text !== '' && !/^[A-Za-z0-9-]{1,100}$/.test(text)) {
      this.problems.push(`${name} must hold the ids of Connect instances, not their ARNs or aliases.`);
    }
    return text;
  }

  origins(name: Variable): readonly string[] {
    return this.list(name).filter((origin) => {
      const ok = URL.canParse(origin) && new URL(origin).origin === origin;
      if (!ok) this.problems.push(`${name} must hold origins such as https://app.example.com, without a path.`);
      return ok;
    });
  }

  quotas(name: Variable): Config['connect']['quotas'] {
    const quotas = new Map<string, { ratePerSecond: number; burst: number }>();
    for (const item of this.list(name)) {
      const [, operation, rate, burst] = /^([A-Za-z0-9]+)=(\d+(?:\.\d+)?)\/(\d+)$/.exec(item) ?? [];
      if (operation && Number(rate) > 0 && Number(burst) > 0) {
        quotas.set(operation, { ratePerSecond: Number(rate), burst: Number(burst) });
      } else {
        this.problems.push(`${name} must be a list such as StartOutboundVoiceContact=2/5,DescribeContact=10/15.`);
      }
    }
    return quotas;
  }

  accessFile(name: Variable): ReadonlyMap<string, readonly string[]> | undefined {
    const path = this.optional(name);
    if (path === undefined) return undefined;
    try {
      return tenantsFrom(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      this.problems.push(`${name} must name a readable file such as {"tenants":{"acme":{"instanceIds":["..."]}}}.`);
      return undefined;
    }
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function tenantsFrom(content: unknown): ReadonlyMap<string, readonly string[]> {
  const { tenants } = content as { tenants: Record<string, { instanceIds: unknown }> };
  return new Map(
    Object.entries(tenants).map(([tenant, { instanceIds }]) => {
      if (
        !Array.isArray(instanceIds) ||
        !instanceIds.every((id): id is string => typeof id === 'string' && id !== '')
      ) {
        throw new TypeError('instanceIds must be a list of ids');
      }
      return [tenant, instanceIds];
    }),
  );
}

/** The frozen Config for `env`. Throws ConfigError naming every missing or wrong variable at once. */
export function readConfig(env: Environment): Config {
  const read = new Reader(env);
  const jwksUrl = read.secureUrl('AUTH_JWKS_URL', read.required('AUTH_JWKS_URL'));
  const tenantClaim = read.optional('AUTH_TENANT_CLAIM');
  const defaultInstanceId = read.instanceId('CONNECT_INSTANCE_ID', read.required('CONNECT_INSTANCE_ID'));
  const listed = read.list('CONNECT_INSTANCE_IDS').map((id) => read.instanceId('CONNECT_INSTANCE_IDS', id));
  const instanceIds = listed.length > 0 ? listed : [defaultInstanceId];
  if (!instanceIds.includes(defaultInstanceId)) {
    read.problems.push('CONNECT_INSTANCE_IDS must include CONNECT_INSTANCE_ID.');
  }
  const byTenant = read.accessFile('ACCESS_FILE');
  for (const [tenant, ids] of byTenant ?? []) {
    if (ids.some((id) => !instanceIds.includes(id))) {
      read.problems.push(`ACCESS_FILE gives the tenant ${tenant} an instance that CONNECT_INSTANCE_IDS does not list.`);
    }
  }
  const endpoint = endpointFrom(read, env);
  const config: Config = {
    host: read.optional('HOST') ?? '0.0.0.0',
    port: read.wholeNumber('PORT', 4000, 0, 65_535),
    logLevel: read.oneOf('LOG_LEVEL', 'info', logLevels),
    corsOrigins: read.origins('CORS_ORIGINS'),
    federationAuthDirectives: read.oneOf('FEDERATION_AUTH_DIRECTIVES', 'false', ['true', 'false']) === 'true',
    auth: {
      issuer: read.required('AUTH_ISSUER'),
      audience: read.required('AUTH_AUDIENCE'),
      jwksUrl: jwksUrl ?? new URL('https://invalid.invalid'),
      ...(tenantClaim === undefined ? {} : { tenantClaim }),
    },
    instances: { defaultInstanceId, instanceIds, ...(byTenant ? { byTenant } : {}) },
    connect: {
      region: read.required('AWS_REGION'),
      ...(endpoint ? { endpoint } : {}),
      connectionTimeoutMs: 2_000,
      quotas: read.quotas('CONNECT_QUOTAS'),
      requestTimeoutMs: read.wholeNumber('CONNECT_REQUEST_TIMEOUT_MS', 10_000, 100, 60_000),
    },
    calls: {
      deadlineMs: read.wholeNumber('CALL_DEADLINE_MS', 10_000, 3_000, 55_000),
      deadlineMaxMs: read.wholeNumber('CALL_DEADLINE_MAX_MS', 55_000, 3_000, 55_000),
      duplicateWindowMs: read.wholeNumber('DUPLICATE_CALL_WINDOW_SECONDS', 60, 0, 86_400) * 1_000,
      unknownResendMs: read.wholeNumber('UNKNOWN_RESEND_SECONDS', 60, 0, 600) * 1_000,
      campaignShare: read.fraction('CAMPAIGN_SHARE', 0.1),
    },
    state: stateFrom(read),
  };
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return Object.freeze(config);
}

function stateFrom(read: Reader): Config['state'] {
  const redisUrl = read.optional('REDIS_URL');
  const secret = read.optional('STATE_SECRET');
  const replicas = read.wholeNumber('REPLICAS', 1, 1, 1_000);
  if (redisUrl !== undefined && !/^rediss?:\/\/\S+$/.test(redisUrl)) {
    read.problems.push('REDIS_URL must be a redis: or rediss: URL.');
  }
  if (redisUrl !== undefined && (secret ?? '').length < 16) {
    read.problems.push(`STATE_SECRET is missing or short. ${variables.STATE_SECRET}`);
  }
  if (redisUrl === undefined && replicas > 1) read.problems.push('REPLICAS above 1 need REDIS_URL.');
  return {
    ...(redisUrl === undefined ? {} : { redisUrl }),
    prefix: read.optional('REDIS_PREFIX') ?? 'outdial:',
    commandTimeoutMs: read.wholeNumber('REDIS_COMMAND_TIMEOUT_MS', 500, 10, 10_000),
    // Of what stays in this process nobody can make a table.
    secret: secret ?? randomUUID(),
    replicas,
    quotaScope: read.optional('QUOTA_SCOPE') ?? 'default',
    outage: read.oneOf('LEDGER_OUTAGE', 'refuse', ['refuse', 'dial']),
  };
}

/** The SDK would read AWS_ENDPOINT_URL as well; both are held to the same rule. */
function endpointFrom(read: Reader, env: Environment): string | undefined {
  const text = read.optional('AWS_ENDPOINT_URL_CONNECT') ?? env.AWS_ENDPOINT_URL ?? '';
  return read.secureUrl('AWS_ENDPOINT_URL_CONNECT', text) && text;
}
