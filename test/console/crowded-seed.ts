import { randomUUID } from 'node:crypto';
import type { Seed } from '../../src/simulator/directory.js';
import { defaultSeed } from '../../src/simulator/seed.js';

/** The default seed, with its main instance so full that it has this many flows and standard queues more, named `Flow 1` and so on. */
export function crowdedSeed({ flows, queues }: { readonly flows: number; readonly queues: number }): Seed {
  const [main, ...others] = defaultSeed.instances;
  const [flow, queue] = [main?.flows[0], main?.queues[0]];
  if (!main || !flow || !queue) throw new Error('The default seed is empty.');
  const moreFlows = Array.from({ length: flows }, (_, index) => ({
    ...flow,
    id: randomUUID(),
    name: `Flow ${index + 1}`,
  }));
  const moreQueues = Array.from({ length: queues }, (_, index) => ({
    ...queue,
    id: randomUUID(),
    name: `Queue ${index + 1}`,
  }));
  const crowded = { ...main, flows: [...main.flows, ...moreFlows], queues: [...main.queues, ...moreQueues] };
  return { ...defaultSeed, instances: [crowded, ...others] };
}
