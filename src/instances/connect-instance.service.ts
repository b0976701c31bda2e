import { DescribeInstanceCommand, type Instance } from '@aws-sdk/client-connect';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { NounCache } from '../connect/noun-cache.js';
import { readerOf } from '../graphql/noun.js';
import { noMeters, type Meters } from '../meters.js';
import type { Requester } from '../coordination/requester.js';
import { ConnectInstance } from './connect-instance.type.js';

export class ConnectInstanceService {
  readonly #cache: NounCache<Instance>;

  constructor(connect: Connect, clock: Clock, meters: Meters = noMeters) {
    this.#cache = new NounCache(
      {
        describe: async ({ id }, requester) =>
          (await connect.find(new DescribeInstanceCommand({ InstanceId: id }), requester))?.Instance,
      },
      clock,
      { cache: 'instances', meters },
    );
  }

  /** The instance, or null where Connect knows none. */
  async find(id: string, requester: Requester): Promise<ConnectInstance | null> {
    const key = { instanceId: id, id };
    return (
      (await this.#cache.get(key, requester)) &&
      new ConnectInstance(
        id,
        readerOf(() => this.#cache.get(key, requester)),
      )
    );
  }
}
