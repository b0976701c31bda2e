// Loaded into a gateway's process beside the gateway: tells its parent what the process uses, and does not outlive it.

process.on('message', () => {
  // Twice: what waited for a finalizer in the first is gone after the second.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send({ heapUsedBytes: heapUsed, rssBytes: rss, cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit(1));
