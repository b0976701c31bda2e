import type { Seed } from '../../src/simulator/directory.js';
import { defaultSeed, seed } from '../../src/simulator/seed.js';

/** A flow that puts the call into Ada's own queue. */
export const flowToAda = 'f0000000-0000-4000-8000-000000000071';
/** A flow that puts the call into Alan's own queue, which the seed lists nowhere: to Connect it is unknown by its id. */
export const flowToNobody = 'f0000000-0000-4000-8000-000000000072';
/** The id of Ada, and so of her own queue. */
export const adaId = seed.users.ada;

/** The default seed with flows into queues that are not standard ones. */
export const agentQueueSeed: Seed = {
  ...defaultSeed,
  instances: defaultSeed.instances.map((instance) => ({
    ...instance,
    flows: instance.flows.flatMap((flow) =>
      flow.id === seed.flows.salesOutbound
        ? [
            flow,
            { ...flow, id: flowToAda, effect: { queueId: adaId } },
            { ...flow, id: flowToNobody, effect: { queueId: seed.users.alan } },
          ]
        : [flow],
    ),
  })),
};
