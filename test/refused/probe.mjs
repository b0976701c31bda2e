// Loaded into a gateway's process beside the gateway: tells its parent how much CPU time the event loop's thread took, and does not outlive it.

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

let startedAtMs = 0;
let longestPieceMs = 0;
let lastMs = 0;
let isWatching = false;

/** Turns the loop without pause while something is watched, so that no turn hides another. */
function watch() {
  if (!isWatching) return;
  const nowMs = cpuMs();
  longestPieceMs = Math.max(longestPieceMs, nowMs - lastMs);
  lastMs = nowMs;
  setImmediate(watch);
}

process.on('message', (ask) => {
  if (ask === 'begin') {
    startedAtMs = cpuMs();
  } else if (ask === 'watch') {
    isWatching = true;
    longestPieceMs = 0;
    lastMs = cpuMs();
    watch();
  }
  const told = { totalMs: cpuMs() - startedAtMs, longestPieceMs };
  if (ask === 'end') isWatching = false;
  process.send(told);
});
process.on('disconnect', () => process.exit(1));
