/** Where Redis or Valkey is found. A URL is redis:, or rediss: for TLS, with user and password percent-encoded. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'sentinels';
      /** Of the Sentinels, with their own user and password, which are the same for all. */
      readonly urls: readonly string[];
      /** The primary, with its name in the place of a host. */
      readonly primaryUrl: string;
    }
  | {
      readonly kind: 'cluster';
      /** Of some nodes, with the same user and password. */
      readonly urls: readonly string[];
    };

/** The setting that says it. */
export const settingOf = {
  server: 'REDIS_URL',
  sentinels: 'REDIS_SENTINEL_URLS',
  cluster: 'REDIS_CLUSTER_URLS',
} as const satisfies Record<RedisAddress['kind'], string>;

export interface RedisUrlParts {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
}

/** Of a URL that was found right. */
export function partsOf(url: string, defaultPort = 6_379): RedisUrlParts {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    isTls: protocol === 'rediss:',
    // Of IPv6 it is written in brackets.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPort : Number(port),
    username: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    db: Number(pathname.slice(1)),
  };
}

const percentEncoded = 'with user and password percent-encoded';

/** What is wrong with the text of a URL, after the name of its setting; undefined where nothing is. */
export function problemOfUrl(text: string): string | undefined {
  const { search, searchParams } = URL.canParse(text) ? new URL(text) : new URL('redis:');
  // Of a password with ? in the clear, the rest and the host would be taken for a query.
  if (!isRedisUrl(text) || search.includes('@')) return `must be a redis: or rediss: URL, ${percentEncoded}.`;
  if (search === '') return undefined;
  const names = [...new Set(searchParams.keys())].join(', ');
  return (
    `must have no query, and has ${names}. Say TLS by rediss:, the database by a path such as /1, user and password before the host, ` +
    'and how long an answer may take by REDIS_COMMAND_TIMEOUT_MS; nothing else can be set.'
  );
}

/** The same for the URLs of several servers that are asked in the same way. */
export function problemOfUrls(texts: readonly string[]): string | undefined {
  const problem = texts.map(problemOfUrl).find((one) => one !== undefined);
  if (problem !== undefined)
    return problem.replace('must be a redis: or rediss: URL', 'must hold redis: or rediss: URLs separated by commas');
  const parts = texts.map((text) => ({ ...partsOf(text), hasDatabase: new URL(text).pathname.length > 1 }));
  if (parts.some(({ hasDatabase }) => hasDatabase)) return 'must name no database.';
  const kinds = new Set(parts.map(({ isTls, username, password }) => JSON.stringify([isTls, username, password])));
  return kinds.size > 1 ? 'must hold URLs with the same user and password, all redis: or all rediss:.' : undefined;
}

/** The URL of a primary that Sentinels know by a name, from that name or from a URL that has it in the place of a host; undefined where it is neither. */
export function primaryUrlFrom(text: string): string | undefined {
  const url = text.includes('://') ? text : `redis://${text}`;
  if (problemOfUrl(url) !== undefined) return undefined;
  // With a port as well, it is none.
  const { host } = new URL(url);
  return /^[\w.-]+$/.test(host) ? url : undefined;
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, hash, username, password } = new URL(text);
  // Of a password with / or # in the clear, the rest would be taken for these.
  if (!/^rediss?:$/.test(protocol) || hostname === '' || !/^(\/\d*)?$/.test(pathname) || hash !== '') return false;
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
