import { secureUrl } from './secure-url.js';
import { readSmallFile, reasonOf } from './small-file.js';

/** Every variable the production entry reads. The table in docs/configuration.md is held to this one by a test. */
export const variables = {
  PORT: 'Port to listen on, 0 to 65535; 0 takes a free one. Default 4000.',
  HOST: 'Address to listen on. Default 0.0.0.0.',
  METRICS_PORT:
    'Port of its own, 0 to 65535, at which Prometheus finds GET /metrics; 0 takes a free one. Unset: there are no metrics.',
  METRICS_TENANT_LABEL:
    '`true` counts operations and calls for each tenant, by name. Needs METRICS_PORT. Default false.',
  AUTH_ISSUER: 'Required. The `iss` of accepted tokens.',
  AUTH_AUDIENCE: 'Required. The `aud` of accepted tokens.',
  AUTH_AUDIENCE_CLAIMS:
    'Claims that say whom a token is for, separated by spaces, `aud` first; the first that the token has decides. Default `aud`.',
  AUTH_JWKS_URL:
    'The key set that signs the tokens; https, or http on a loopback host. Unset: the OpenID configuration under AUTH_ISSUER names it.',
  AUTH_SCOPE_CLAIMS:
    'Claims that hold scopes, separated by spaces; those that the token has count together. Default `scope scp`.',
  AUTH_SCOPE_PREFIX: 'What is taken off each scope; a scope without it does not count. Unset: scopes count as written.',
  AUTH_TENANT_CLAIM:
    'The claim that names the tenant, or a path to it such as `app.tenant`. Unset: one tenant, `default`.',
  ACCESS_FILE: 'A JSON file that says which tenant may use which instances. Unset: all of them.',
  AWS_REGION: 'Required. The Region of the Connect instances.',
  CONNECT_INSTANCE_ID: 'Required. The instance used when an operation names none.',
  CONNECT_INSTANCE_IDS: 'All instances that may be used, separated by commas. Default: CONNECT_INSTANCE_ID alone.',
  CONNECT_QUOTAS:
    "The account's request quotas where they differ from Connect's defaults: rate a second, slash, burst, such as StartOutboundVoiceContact=2/5,DescribeContact=10/15.",
  CONNECT_REQUEST_TIMEOUT_MS: 'How long one request to Connect may take, 100 to 60000. Default 10000.',
  AWS_ENDPOINT_URL_CONNECT: 'Another Connect endpoint, read as the SDK reads it; https, or http on a loopback host.',
  AWS_USE_FIPS_ENDPOINT:
    '`true` asks Connect at its FIPS endpoint, and takes only a FIPS endpoint in CONTACT_EVENTS_QUEUE_URL. Default false.',
  AWS_USE_DUALSTACK_ENDPOINT: '`true` asks Connect at its endpoint for IPv6 and IPv4. Default false.',
  HTTPS_PROXY:
    'The proxy that the key set, Connect and the queue of contact events are asked through; http: or https:. Unset: they are asked directly. https_proxy counts as well.',
  NO_PROXY:
    'Hosts that are asked directly all the same, separated by commas; `.example.com` or `example.com` for a domain with all hosts in it, `*` for every host. no_proxy counts as well.',
  CALL_DEADLINE_MS:
    'How long a caller waits for a permit and an answer unless `maxWaitInSeconds` says, 3000 to 55000. Default 10000.',
  CALL_DEADLINE_MAX_MS:
    'How long a caller may wait at all, whatever `maxWaitInSeconds` says, 3000 to 55000. Default 55000.',
  UNKNOWN_RESEND_SECONDS:
    'How long a call with an unknown outcome may be asked again with the same clientToken, 0 to 600. Default 60.',
  CAMPAIGN_SHARE: 'Which part of the permits campaign calls get while others wait, 0 to 1. Default 0.1.',
  MAX_WAITING_CALLS_PER_SUBJECT:
    'How many calls of one subject of a tenant may wait for their permits at once, over all replicas, 1 to 100000. Default 20.',
  CONTACT_EVENTS_QUEUE_URL:
    'The SQS queue that an EventBridge rule fills with contact events; https, or http on a loopback host. Unset: Connect alone is asked for what changed.',
  CONTACT_EVENTS_ACCOUNT_ID: "The AWS account whose contact events are taken. Default: the account in the queue's URL.",
  MAX_SUBSCRIPTIONS:
    'How many subscriptions, and as many sockets, one replica serves at once, 1 to 1000000. Default 10000.',
  MAX_SUBSCRIPTIONS_PER_CALLER:
    'How many of each one subject of a tenant may have open on one replica, 1 to 1000000. Default 100.',
  MAX_ANONYMOUS_CONNECTIONS:
    'How many connections without an accepted token one replica keeps, 10 to 1000000; the oldest gives way to a new one. Default 600.',
  MAX_OPERATIONS_IN_FLIGHT:
    'From how many operations at once, calls that wait for a permit among them, one replica refuses mutations, and from three quarters of it queries and subscriptions, 10 to 1000000. Default 20000.',
  MAX_LOOP_DELAY_MS:
    'From how late the event loop one replica refuses mutations, and from half of it queries and subscriptions, 50 to 60000. Default 1000.',
  REDIS_URL:
    'Redis or Valkey, redis: or rediss:, that replicas share. Unset: state lives and dies with the one process.',
  REDIS_CLUSTER_URLS:
    'In the place of REDIS_URL: some nodes of a Redis Cluster, URLs separated by commas, with the same user and password, and without a database.',
  REDIS_SENTINEL_URLS:
    'In the place of REDIS_URL: the Sentinels that know the primary, URLs separated by commas, with their own user and password.',
  REDIS_SENTINEL_MASTER:
    'The name of the primary that the Sentinels monitor, or a URL with it, such as rediss://user:password@mymaster/0. Required with REDIS_SENTINEL_URLS.',
  REDIS_PREFIX: 'Begins every key and channel. Default `outdial:`.',
  REDIS_COMMAND_TIMEOUT_MS: 'How long Redis may take to answer, 10 to 10000. Default 500.',
  LEDGER_REPLICAS:
    "How many of Redis' replicas must have what the ledger writes before it counts, 0 to 100: as many as may be promoted. Not with DATABASE_URL. Default 0.",
  LEDGER_REPLICAS_TIMEOUT_MS: 'How long these replicas are waited for, 10 to 2000. Default 200.',
  DATABASE_URL:
    'PostgreSQL, postgres://user:password@host:port/database, that keeps the ledger: calls, duplicate-call windows, placements, pauses, do-not-call lists. Unset: Redis keeps it, or the one process.',
  DATABASE_TIMEOUT_MS: 'How long PostgreSQL may take to answer, 100 to 30000. Default 2000.',
  DATABASE_POOL_MAX:
    'How many connections to PostgreSQL one replica uses at once, and one more for news, 1 to 1000. Default 10.',
  STATE_SECRET:
    'Keys the hashes of phone numbers and clientTokens, 16 characters or more, the same on all replicas. Required with Redis or DATABASE_URL.',
  DO_NOT_CALL_KEYS:
    'Keys the entries of do-not-call lists: 16 characters or more, the same on all replicas; separated by commas, the first one writes and the others are former ones. Unset: there are no lists.',
  REPLICAS: 'How many replicas run, 1 to 1000; more than 1 needs Redis. Default 1.',
  QUOTA_SCOPE: 'Names the AWS account, for gateways of several accounts on one Redis. Default `default`.',
  LEDGER_OUTAGE:
    '`refuse` places no call while the ledger (PostgreSQL, or Redis) is away; `dial` goes on with what this replica knows. Default refuse.',
  DUPLICATE_CALL_WINDOW_SECONDS:
    'How long the same number is not called again without `allowRepeat`, 0 (off) to 86400. Default 60.',
  MAX_REPEAT_CALLS_PER_HOUR:
    'How many calls with `allowRepeat` one number of a tenant gets within an hour, 0 (none) to 100. Default 5.',
  POLICY_FILE:
    'A YAML file of dialing rules, which is read again when it changes; not with LEDGER_OUTAGE `dial`, nor with a ledger in a Redis Cluster. Unset: none.',
  TZDIR:
    'The compiled time zones that the dialing rules go by, where POLICY_FILE names none. Default /usr/share/zoneinfo.',
  TRUSTED_DOCUMENTS:
    'A JSON file of the documents that clients may send by their ids: the manifest of Apollo, graphql-codegen or Relay. Unset: none.',
  TRUSTED_DOCUMENTS_MODE:
    '`only` refuses every other document; `log` runs it, and marks it in the log. Needs TRUSTED_DOCUMENTS. Default only.',
  CORS_ORIGINS: 'Origins of browsers that may ask, separated by commas. Default none.',
  FEDERATION_AUTH_DIRECTIVES: '`true` adds @authenticated and @requiresScopes to the SDL. Default false.',
  LOG_LEVEL: 'fatal, error, warn, info, debug, trace or silent. Default info.',
} as const;

/** The variables of OpenTelemetry that are honoured. The table in docs/traces.md is held to this one by a test. */
export const traceVariables = {
  OTEL_SDK_DISABLED: '`true` turns traces off, whatever else is set. Default false.',
  OTEL_TRACES_EXPORTER:
    '`otlp`, `console` (to standard output, for a developer) or `none`. Default: otlp where an endpoint is set, otherwise none.',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'The collector, http: or https:, to which `/v1/traces` is appended; in OTEL_EXPORTER_OTLP_TRACES_ENDPOINT it is not. Default http://localhost:4318.',
  OTEL_EXPORTER_OTLP_PROTOCOL: '`http/protobuf`; there is no other. Default http/protobuf.',
  OTEL_EXPORTER_OTLP_HEADERS:
    'Headers for the collector, such as `api-key=secret`, separated by commas, values percent-encoded. Only over https, or to a loopback host.',
  OTEL_EXPORTER_OTLP_TIMEOUT: 'How many milliseconds a batch may take to be sent, 1 to 60000. Default 10000.',
  OTEL_EXPORTER_OTLP_COMPRESSION: '`gzip` or `none`. Default none.',
  OTEL_EXPORTER_OTLP_CERTIFICATE:
    'A file with the certificate of the authority that the collector is to be trusted by.',
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: 'A file with the certificate that is shown to the collector.',
  OTEL_EXPORTER_OTLP_CLIENT_KEY: 'A file with the key of that certificate.',
  OTEL_BSP_SCHEDULE_DELAY:
    'How many milliseconds spans are collected for before they are sent, 1 to 60000. Default 5000.',
  OTEL_TRACES_SAMPLER:
    '`always_on`, `always_off`, `traceidratio`, or one of them with `parentbased_` before it. Default parentbased_always_on.',
  OTEL_TRACES_SAMPLER_ARG: 'The share of traces that a ratio keeps, 0 to 1. Default 1.',
  OTEL_PROPAGATORS:
    '`tracecontext` takes the trace of the caller, `none` does not; `baggage` beside it has no effect. Default tracecontext.',
  OTEL_SERVICE_NAME: 'The name of the service in each trace. Default `outdial`.',
  OTEL_RESOURCE_ATTRIBUTES:
    'What else is said of the service, such as `deployment.environment.name=production`, separated by commas, values percent-encoded.',
} as const;

type Otlp<Name> = Name extends `OTEL_EXPORTER_OTLP_${infer Of}` ? Of : never;
/** What `OTEL_EXPORTER_OTLP_` says, and for traces alone `OTEL_EXPORTER_OTLP_TRACES_`. */
export type OtlpSetting = Otlp<keyof typeof traceVariables>;

export type Variable =
  keyof typeof variables | keyof typeof traceVariables | `OTEL_EXPORTER_OTLP_TRACES_${OtlpSetting}`;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads single variables, and notes in `problems` one line for each that is missing or wrong. */
export class EnvironmentReader {
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  optional(name: Variable): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: keyof typeof variables): string {
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
    if (/^([01]|[01]?\.\d+)$/.test(text) && value <= 1) return value;
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

  /** A variable of the AWS SDK, which takes every other value for false, `TRUE` too. */
  sdkFlag(name: Variable): boolean {
    const text = this.env[name] ?? '';
    if (text !== '' && text !== 'true' && text !== 'false') this.problems.push(`${name} must be true or false.`);
    return text === 'true';
  }

  /** A variable that many programs read in either case, which must not say two things. */
  eitherCase(name: 'HTTPS_PROXY' | 'NO_PROXY' | 'HTTP_PROXY' | 'ALL_PROXY'): string | undefined {
    const spellings = [name, name.toLowerCase()];
    const [value, other = value] = spellings
      .map((spelling) => this.env[spelling]?.trim() ?? '')
      .filter((text) => text !== '');
    if (value !== other) this.problems.push(`${spellings.join(' and ')} differ. Set one of them, or both to the same.`);
    return value;
  }

  secureUrl(name: Variable, text: string): URL | undefined {
    if (text === '') return undefined;
    const url = secureUrl(text);
    if (url) return url;
    this.problems.push(`${name} must be an https URL (http only on a loopback host), without user and password.`);
    return undefined;
  }

  claimNames(name: Variable, fallback: readonly string[]): readonly string[] {
    const names = this.optional(name)?.split(/\s+/) ?? fallback;
    if (names.some((one) => /[,"']/.test(one))) {
      this.problems.push(`${name} must hold names of claims separated by spaces, without commas and quotation marks.`);
    }
    return [...new Set(names)];
  }

  /** As RFC 6749 writes a scope: printable, without spaces, quotation marks and backslashes. */
  scopePrefix(name: Variable): string | undefined {
    const text = this.optional(name);
    if (text !== undefined && !/^[!#-[\]-~]+$/.test(text)) {
      this.problems.push(`${name} must be printable ASCII without spaces, quotation marks and backslashes.`);
    }
    return text;
  }

  proxyUrl(name: Variable, text: string): string {
    if (isProxyUrl(text)) return new URL(text).href;
    this.problems.push(
      `${name} must be an http: or https: URL such as http://proxy.example.com:3128, with user and password percent-encoded. Other proxies, such as SOCKS, are not taken.`,
    );
    return text;
  }

  region(name: keyof typeof variables): string {
    const text = this.required(name);
    if (text !== '' && !/^[a-z0-9-]{1,63}$/.test(text)) this.problems.push(`${name} must be the name of a Region.`);
    return text;
  }

  origins(name: Variable): readonly string[] {
    return this.list(name).filter((origin) => {
      const ok = URL.canParse(origin) && new URL(origin).origin === origin;
      if (!ok) this.problems.push(`${name} must hold origins such as https://app.example.com, without a path.`);
      return ok;
    });
  }

  /** By operation, one of `operations`. */
  quotas(
    name: Variable,
    operations: readonly string[],
  ): ReadonlyMap<string, { readonly ratePerSecond: number; readonly burst: number }> {
    const quotas = new Map<string, { ratePerSecond: number; burst: number }>();
    for (const item of this.list(name)) {
      const [, operation, rate, burst] = /^([A-Za-z0-9]+)=(\d+(?:\.\d+)?)\/(\d+)$/.exec(item) ?? [];
      if (!operation || !(Number(rate) > 0 && Number(burst) > 0)) {
        this.problems.push(`${name} must be a list such as StartOutboundVoiceContact=2/5,DescribeContact=10/15.`);
      } else if (!operations.includes(operation)) {
        this.problems.push(`${name} names ${operation}, which the gateway does not send.`);
      } else {
        quotas.set(operation, { ratePerSecond: Number(rate), burst: Number(burst) });
      }
    }
    return quotas;
  }

  /** The text of a file, and its path; undefined where none is named, or where it cannot be read or is larger than that. */
  file(name: Variable, maxBytes?: number): { readonly path: string; readonly text: string } | undefined {
    const path = this.optional(name);
    if (path === undefined) return undefined;
    try {
      return { path, text: readSmallFile(path, maxBytes).toString() };
    } catch (error) {
      this.problems.push(`${name} (${path}) must be a file that can be read (${reasonOf(error)}).`);
      return undefined;
    }
  }
}

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  // Of a password with / or # in the clear, the rest would be taken for path and fragment.
  if (!/^https?:$/.test(protocol) || hostname === '' || pathname !== '/' || search !== '' || hash !== '') return false;
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
