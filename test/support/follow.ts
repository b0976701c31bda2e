import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphqlError, RunningGateway } from './start-gateway.js';
import type { TokenClaims } from './issuer.js';

/** One event of a `contactUpdated`, by whatever was selected. */
export interface Update {
  readonly status?: string;
  readonly [field: string]: unknown;
}

export interface Following {
  /** Everything that came so far. */
  readonly updates: readonly (Update | null)[];
  /** When each of them came, by the simulator's clock. */
  readonly cameAtMs: readonly number[];
  /** The errors that came with them. */
  readonly errors: readonly GraphqlError[];
  /** Resolves when the subscription completes; rejects with what closed it otherwise. */
  readonly ended: Promise<void>;
  /** Resolves once an update fits, also one that came already. */
  when(fits: (update: Update | null) => boolean): Promise<Update | null>;
  /** Unsubscribes and closes the socket. */
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly selection?: string;
  readonly instanceId?: string;
  readonly as?: Partial<TokenClaims>;
}

/**
 * Subscribes to a contact over a socket of its own, as a browser would. Resolves once the gateway has taken the token: from then on
 * the clock may be moved.
 */
export async function follow(gateway: RunningGateway, id: string, options: FollowOptions = {}): Promise<Following> {
  const { selection = 'id status outcome', instanceId, as } = options;
  const client = createClient({
    url: gateway.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: async () => ({ authorization: `Bearer ${await gateway.token(as)}` }),
  });
  const updates: (Update | null)[] = [];
  const cameAtMs: number[] = [];
  const errors: GraphqlError[] = [];
  let waiting: (() => void)[] = [];
  const wake = () => {
    for (const each of waiting.splice(0)) each();
  };
  const ended = new Promise<void>((resolve, reject) => {
    client.subscribe<{ contactUpdated: Update | null }>(
      {
        query: `subscription($id: ID!, $instanceId: ID) { contactUpdated(id: $id, instanceId: $instanceId) { ${selection} } }`,
        variables: { id, instanceId },
      },
      {
        next: ({ data, errors: met }) => {
          errors.push(...((met ?? []) as unknown as GraphqlError[]));
          if (data) {
            updates.push(data.contactUpdated);
            cameAtMs.push(gateway.simulator.clock.now());
          }
          wake();
        },
        error: (error) => {
          const met = Array.isArray(error) ? (error as GraphqlError[]) : [];
          errors.push(...met);
          reject(new Error('the subscription was refused, or its socket closed', { cause: error }));
          wake();
        },
        complete: () => {
          resolve();
          wake();
        },
      },
    );
  });
  ended.catch(() => undefined);
  await new Promise<void>((resolve) => {
    client.on('connected', () => {
      resolve();
    });
    client.on('closed', () => {
      resolve();
    });
  });
  return {
    updates,
    cameAtMs,
    errors,
    ended,
    when: async (fits) => {
      const over = ended.then(
        () => 'over' as const,
        () => 'over' as const,
      );
      for (let news: 'news' | 'over' = 'news'; ;) {
        const found = updates.find(fits);
        if (found !== undefined) return found;
        if (news === 'over') throw new Error(`It ended without such an update: ${JSON.stringify(updates)}`);
        const next = new Promise<'news'>((resolve) => {
          waiting = [
            ...waiting,
            () => {
              resolve('news');
            },
          ];
        });
        news = await Promise.race([next, over]);
      }
    },
    stop: async () => {
      await client.dispose();
    },
  };
}
