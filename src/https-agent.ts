import type { AgentOptions } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { BlockList, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterTurning, systemClock, type Clock } from './clock.js';

/** The proxy that outgoing https connections take. */
export interface ProxySettings {
  /** http: or https:, with the credentials for it, if any. */
  readonly url: string;
  /**
   * Hosts that are asked directly, separated by commas: a name, `.example.com` or `*.example.com` for all names that end so, an address, two addresses with `-`
   * between them for all from the one to the other, each with `:` and a port for that port alone; `*` for every host.
   */
  readonly exempt: string;
}

/** Of the agents of http connections, which are to this machine alone: no proxy, whatever the settings of the process say. */
export const withoutProxy: AgentOptions = { proxyEnv: {} };

/** No connection to the host was made, so that nothing of a request was sent to it. `cause` says why. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
}

/** Where a connection leads. */
export interface Peer {
  /** An IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Called once, with a connection over which a request may be sent at once, or with the reason why there is none. */
export type OnConnection = (error: NoConnection | null, connection: Socket | null) => void;

/** What all https connections are made by: directly, or through the proxy where there is one and it is meant for the host. */
export class HttpsAgent extends Agent {
  readonly #direct = new Agent(withoutProxy);
  readonly #connectionTimeoutMs: number;
  readonly #isDirect: (peer: Peer) => boolean;

  constructor(proxy: ProxySettings | undefined, connectionTimeoutMs: number) {
    // Given even without a proxy, so that no setting of the process takes its place.
    super({ keepAlive: true, proxyEnv: proxy ? { HTTPS_PROXY: proxy.url } : {} });
    this.#connectionTimeoutMs = connectionTimeoutMs;
    this.#isDirect = proxy ? exemption(proxy.exempt) : () => true;
  }

  /** For the requests of Node, which gives up by itself a connection that is not through a proxy. */
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, connection: Duplex) => void,
  ): Duplex | null | undefined {
    const peer = { hostname: options.host ?? options.hostname ?? '', port: Number(options.port ?? 443) };
    if (this.#isDirect(peer)) return this.#direct.createConnection(options);
    return this.#openTunnel(options, (error, connection) => {
      callback?.(error, connection as unknown as Duplex);
    });
  }

  /** Opens a connection over which TLS stands. */
  open({ hostname, port }: Peer, onConnection: OnConnection): void {
    const options = { host: hostname, port, ...(isIP(hostname) ? {} : { servername: hostname }) };
    if (!this.#isDirect({ hostname, port })) {
      this.#openTunnel(options, onConnection);
      return;
    }
    const socket = this.#direct.createConnection(options) as Socket;
    whenOpen(socket, 'secureConnect', this.#connectionTimeoutMs, onConnection);
  }

  /** Calls back with the connection once TLS stands, before any request is given to it. */
  #openTunnel(options: RequestOptions, onConnection: OnConnection): Duplex | null | undefined {
    const timeout = this.#connectionTimeoutMs;
    let isOver = false;
    const end = (cause: Error | null, connection: Duplex | undefined) => {
      stopWaiting();
      // Some versions of Node tell of a tunnel that failed twice.
      if (isOver) return;
      isOver = true;
      if (!cause) {
        onConnection(null, connection as Socket);
        return;
      }
      // Node leaves a connection open whose proxy refused.
      connection?.destroy();
      onConnection(new NoConnection('The proxy made no connection', { cause: withoutPassword(cause) }), null);
    };
    // Node's own time-out ends with the proxy's answer: a tunnel in which nobody speaks would be waited for after whoever asked has gone.
    const stopWaiting = afterTurning(systemClock, timeout, () => {
      end(openedTooLate(timeout), socket ?? undefined);
    });
    const socket = super.createConnection({ ...options, timeout }, end);
    return socket;
  }
}

/** Calls back once the socket tells by `event` that it is open, or is given up. */
export function whenOpen(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  onConnection: OnConnection,
  clock: Clock = systemClock,
): void {
  const end = (cause?: Error) => {
    stopWaiting();
    socket.off(event, opened).off('error', end).off('close', closed);
    if (!cause) {
      onConnection(null, socket);
      return;
    }
    // What it says after it was given up matters to nobody.
    socket.on('error', () => undefined).destroy();
    onConnection(new NoConnection('The connection could not be opened', { cause }), null);
  };
  const opened = () => {
    end();
  };
  const closed = () => {
    end(Object.assign(new Error('The connection was closed while it was opened'), { code: 'ECONNRESET' }));
  };
  const stopWaiting = afterTurning(clock, timeoutMs, () => {
    end(openedTooLate(timeoutMs));
  });
  socket.once(event, opened).once('error', end).once('close', closed);
}

function openedTooLate(timeoutMs: number): Error {
  return Object.assign(new Error(`No connection stood after ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}

/** Which hosts need no proxy. */
function exemption(list: string): (peer: Peer) => boolean {
  const rules = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(exemptionOf);
  return ({ hostname, port }) => rules.some((exempts) => exempts({ hostname: hostname.toLowerCase(), port }));
}

function exemptionOf(entry: string): (peer: Peer) => boolean {
  if (entry === '*') return () => true;
  // An IPv6 address has more than one colon.
  const [, name = entry, onlyPort] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  const isPort = (port: number) => onlyPort === undefined || port === Number(onlyPort);
  const [first = '', last = first, ...more] = name.split('-');
  const family = familyOf(first);
  if (family && family === familyOf(last) && more.length === 0) {
    const addresses = new BlockList();
    addresses.addRange(first, last, family);
    return ({ hostname, port }) => familyOf(hostname) === family && addresses.check(hostname, family) && isPort(port);
  }
  const suffix = /^\*?(\..*)$/.exec(name)?.[1];
  return ({ hostname, port }) => (suffix === undefined ? hostname === name : hostname.endsWith(suffix)) && isPort(port);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address);
  return family === 0 ? undefined : `ipv${family as 4 | 6}`;
}

/** Node 22.21 names the proxy with user and password where it makes no tunnel (`findings/node-proxy-password.sh`). */
function withoutPassword({ message, code }: NodeJS.ErrnoException): Error {
  const error = new Error(message.replace(/\/\/[^\s/@]*@/g, '//'));
  return code === undefined ? error : Object.assign(error, { code });
}
