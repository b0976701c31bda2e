import type { RedisKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { keptForMs, type Placement, type Placements } from './state.js';

/** The placements of all replicas. */
export class RedisPlacements implements Placements {
  constructor(
    private readonly keys: RedisKeys,
    private readonly connection: RedisConnection,
  ) {}

  async record(contactId: string, { instanceId, contactFlowId, placedAtMs }: Placement): Promise<void> {
    const text = JSON.stringify({ instanceId, contactFlowId, placedAtMs });
    await this.connection.send((redis) => redis.set(this.keys.placement(contactId), text, 'PX', keptForMs));
  }

  find(contactIds: readonly string[]): Promise<(Placement | undefined)[]> {
    // Written one after another without waiting, that is one round trip; one MGET could not span the slots of a cluster.
    return Promise.all(
      contactIds.map(async (contactId) => {
        const text = await this.connection.send((redis) => redis.get(this.keys.placement(contactId)));
        return text === null ? undefined : (JSON.parse(text) as Placement);
      }),
    );
  }
}
