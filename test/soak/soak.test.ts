import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildGateway } from '../support/compiled-gateway.js';
import { describeOnRedis } from '../support/start-redis.js';
import { soak } from './soak.js';
import { judge, latenciesOf } from './verdict.js';

describeOnRedis('two gateway processes through which many contacts are followed', () => {
  let built: ReturnType<typeof buildGateway>;
  beforeAll(() => {
    built = buildGateway();
  });
  afterAll(() => {
    built.remove();
  });

  test('every watcher learns of the end, though a gateway is restarted and Redis hangs up', async () => {
    const run = await soak({
      gatewayEntry: join(built.dist, 'main.js'),
      simulatorEntry: join(built.dist, 'simulator/main.js'),
      probe: pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href,
      watched: 50,
      minutes: 0.1,
      seed: 1,
      warmUpMs: 500,
      lost: 0,
      isThorough: false,
    });
    expect(judge(run).filter(({ isKept }) => !isKept)).toEqual([]);
    // Otherwise nothing was shown.
    expect(run.watchedAtOnce).toBeGreaterThan(25);
    expect(run.disturbances).toHaveLength(3);
    expect([...run.closings.keys()]).toContain(1001);
    expect(latenciesOf(run).all.count).toBeGreaterThan(50);
  });
});
