// Loaded into each measured process: tells its parent what the process used since it started, what it holds, how long the turns of its loop were or what its CPU did meanwhile, and does not outlive it.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const session = new Session();
const loop = monitorEventLoopDelay({ resolution: 5 });
const turn = () => new Promise(setImmediate);

const answers = {
  usage: () => {
    const { user, system } = process.cpuUsage();
    const peakRssBytes = process.resourceUsage().maxRSS * 1_024;
    return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss(), peakRssBytes };
  },
  turns: () => {
    loop.reset();
    return loop.enable();
  },
  turned: () => {
    loop.disable();
    return { p99Ms: loop.percentile(99) / 1e6, longestMs: loop.max / 1e6 };
  },
  held: async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc');
    // What waited for a finalizer in the first is gone after the next.
    for (let times = 0; times < 4; times += 1) {
      await turn();
      collectGarbage();
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed, externalBytes: external, rssBytes: rss };
  },
  profile: async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return true;
  },
  profiled: async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
};

process.on('message', async (what) => process.send(await answers[what]()));
process.on('disconnect', () => process.exit(1));
