import { createClient, type Client } from 'graphql-ws';

/** `idle`: nothing is followed. `lost`: it was there, or never came, and is tried again. `refused`: the token is not accepted. */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'lost' | 'refused';

/** What the gateway closes a socket with when its token is missing, not accepted or has expired. */
export const refusedCloseCode = 4403;

const pingEveryMs = 12_000;
const pongWithinMs = 5_000;
const longestWaitMs = 10_000;

/** One WebSocket for all subscriptions: open while there is one, opened again whenever it is lost; says truthfully how it stands. */
export class LiveConnection {
  readonly client: Client;
  #state: ConnectionState = 'idle';
  readonly #listeners = new Set<() => void>();

  /** `url` is read at each attempt. */
  constructor(url: string, token: string) {
    let pongTimeout: ReturnType<typeof setTimeout> | undefined;
    const client = createClient({
      url,
      connectionParams: token === '' ? {} : { authorization: `Bearer ${token}` },
      keepAlive: pingEveryMs,
      retryAttempts: Infinity,
      // A browser tells of a gateway that is away by an event that is no close event, which would be final by default.
      shouldRetry: (event) => closeCodeOf(event) !== refusedCloseCode,
      retryWait,
      on: {
        connecting: (isRetry) => {
          this.#become(isRetry ? 'lost' : 'connecting');
        },
        connected: () => {
          this.#become('live');
        },
        closed: (event) => {
          clearTimeout(pongTimeout);
          const code = closeCodeOf(event);
          this.#become(code === refusedCloseCode ? 'refused' : code === 1000 ? 'idle' : 'lost');
        },
        // A connection can be dead without ever being closed, behind a router or after a sleep.
        ping: (isReceived) => {
          if (isReceived) return;
          pongTimeout = setTimeout(() => {
            client.terminate();
          }, pongWithinMs);
        },
        pong: (isReceived) => {
          if (isReceived) clearTimeout(pongTimeout);
        },
      },
    });
    this.client = client;
  }

  readonly state = (): ConnectionState => this.#state;

  /** Calls `listener` after each change; returns what ends that. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #become(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Waits longer each time, up to ten seconds, but no longer than until the browser is online again. */
async function retryWait(retries: number): Promise<void> {
  const waitMs = Math.min(500 * 2 ** retries, longestWaitMs) * (0.5 + Math.random() / 2);
  const waited = new AbortController();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, waitMs);
    window.addEventListener(
      'online',
      () => {
        resolve();
      },
      { signal: waited.signal },
    );
  });
  waited.abort();
}

function closeCodeOf(event: unknown): number | undefined {
  return event instanceof Object && 'code' in event && typeof event.code === 'number' ? event.code : undefined;
}
