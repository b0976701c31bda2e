import type { AgentOptions } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';

/** The proxy that outgoing https connections take. */
export interface ProxySettings {
  /** http: or https:, with the credentials for it, if any. */
  readonly url: string;
  /** Hosts that are asked directly, as Node reads NO_PROXY. */
  readonly exempt: string;
}

/** Of the agents of http connections, which are to this machine alone: no proxy, whatever the settings of the process say. */
export const withoutProxy: AgentOptions = { proxyEnv: {} };

/** Through the proxy no connection to the host was made, so that nothing of the request was sent to it. `cause` says why. */
export class NoTunnel extends Error {
  override readonly name = 'NoTunnel';
}

/** What all https connections are made by: directly, or through the proxy where there is one and it is meant for the host. */
export class HttpsAgent extends Agent {
  readonly #connectionTimeoutMs: number;

  constructor(proxy: ProxySettings | undefined, connectionTimeoutMs: number) {
    // Given even without a proxy, so that no setting of the process takes its place. The pool is as the SDK makes it by itself.
    const { proxyEnv } = proxy ? { proxyEnv: { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.exempt } } : withoutProxy;
    super({ keepAlive: true, maxSockets: 50, proxyEnv });
    this.#connectionTimeoutMs = connectionTimeoutMs;
  }

  /** Node calls back only where a proxy is asked: with the connection once TLS stands, before any request is given to it, or with an error. */
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, connection: Duplex) => void,
  ): Duplex | null | undefined {
    // Without a time-out a proxy that never answers would be waited for after whoever asked has gone.
    return super.createConnection({ ...options, timeout: this.#connectionTimeoutMs }, (cause, connection) => {
      callback?.(cause && new NoTunnel('The proxy made no connection', { cause: withoutPassword(cause) }), connection);
    });
  }
}

/** Node 22.21 names the proxy with user and password where it makes no tunnel (`findings/node-proxy-password.sh`). */
function withoutPassword({ message, code }: NodeJS.ErrnoException): Error {
  const error = new Error(message.replace(/\/\/[^\s/@]*@/g, '//'));
  return code === undefined ? error : Object.assign(error, { code });
}
