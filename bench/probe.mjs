// Loaded into each measured process: tells its parent what the process used since it started, or what its CPU did meanwhile, and does not outlive it.
import { Session } from 'node:inspector/promises';

const session = new Session();

const answers = {
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
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
