/** Where a database is, and who asks it. */
export interface DatabaseAddress {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** In the order in which they are tried. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** The certificate must name the host and come from an authority that Node trusts. */
  readonly tls: boolean;
}

const urlForm =
  /^postgres(?:ql)?:\/\/([^:@/?#]+)(?::([^@/?#]*))?@([^@/?#]+)\/([^@/?#]+)(?:\?sslmode=(disable|verify-full))?$/;
const hostForm = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i;

/**
 * `postgres://user:password@host:port,host:port/database?sslmode=verify-full`, where the password, the ports and the query may be left out. Undefined for every other text: whatever
 * else a client library reads from a URL would override settings that the guarantees rest on.
 */
export function readPostgresUrl(text: string): DatabaseAddress | undefined {
  const [, user, password = '', hostList, database, sslMode = 'disable'] = urlForm.exec(text) ?? [];
  if (user === undefined || hostList === undefined || database === undefined) return undefined;
  const hosts = hostList.split(',').map((item) => {
    const [, host = '', port = '5432'] = hostForm.exec(item) ?? [];
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
  if (hosts.some(({ host, port }) => host === '' || port < 1 || port > 65_535)) return undefined;
  try {
    return {
      user: decodeURIComponent(user),
      password: decodeURIComponent(password),
      database: decodeURIComponent(database),
      hosts,
      tls: sslMode === 'verify-full',
    };
  } catch {
    return undefined;
  }
}
