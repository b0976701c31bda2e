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
    const timeout = this.#connectionTimeoutMs;
    // Node's own time-out ends with the proxy's answer, and a request without a connection fails only once its connection does: a tunnel in which nobody
    // speaks would be waited for after whoever asked has gone.
    const timer = setTimeout(() => {
      // What the agent gave to a request, which is a connection without a proxy, is for the request to give up.
      if (socket?.listenerCount('agentRemove') === 0) socket.destroy();
    }, timeout).unref();
    const socket = super.createConnection({ ...options, timeout }, (cause, connection) => {
      clearTimeout(timer);
      // Node leaves a connection open whose proxy refused.
      if (cause) (connection as Duplex | undefined)?.destroy();
      callback?.(cause && new NoTunnel('The proxy made no connection', { cause: withoutPassword(cause) }), connection);
    });
    return socket;
  }
}

/** Node 22.21 names the proxy with user and password where it makes no tunnel (`findings/node-proxy-password.sh`). */
function withoutPassword({ message, code }: NodeJS.ErrnoException): Error {
  const error = new Error(message.replace(/\/\/[^\s/@]*@/g, '//'));
  return code === undefined ? error : Object.assign(error, { code });
}
