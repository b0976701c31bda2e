/**
 * Listened for before all that takes long to load: of process 1 of a container a signal that nobody listens for is lost, and the gateway
 * would be up until it is killed in the middle of its calls. Further ones must not cut the stop short, which ends by itself.
 */
const askedToStop = new Promise<NodeJS.Signals>((resolve) => {
  process.on('SIGTERM', resolve).on('SIGINT', resolve);
});

/** Each SIGUSR2 makes the log say more, or no more than it is configured to. From the start on: the signal ends a process that does not listen for it. */
let changeLevel = (): void => undefined;
process.on('SIGUSR2', () => {
  changeLevel();
});

/** Each SIGHUP has the policy read anew. Until the gateway is up that is to be done anyway. Without a policy the signal ends the process, as it does where its terminal is closed. */
let reloadPolicy = (): void => undefined;
process.on('SIGHUP', () => {
  reloadPolicy();
});

async function run(): Promise<void> {
  await import('reflect-metadata');
  const { readConfig } = await import('./config.js');
  const { createLog, levelChanger } = await import('./log.js');
  const config = readConfig(process.env);
  if (!config.policy) process.removeAllListeners('SIGHUP');
  const log = createLog(config.logLevel);
  changeLevel = levelChanger(log);
  // Node would write it where nobody looks, and in the clear.
  process.on('uncaughtException', (bug) => {
    log.fatal({ bug }, 'a bug ends the process');
    process.exit(1);
  });
  const { startGateway } = await import('./gateway.js');
  const gateway = await startGateway(config, { log });
  const { url, metricsUrl } = gateway;
  reloadPolicy = () => {
    gateway.reloadPolicy();
  };
  log.info({ url, ...(metricsUrl === undefined ? {} : { metricsUrl }), pid: process.pid }, 'outdial is up');
  log.info({ signal: await askedToStop }, 'stopping');
  try {
    await gateway.stop();
    process.exit(0);
  } catch (bug) {
    log.error({ bug }, 'could not stop cleanly');
    process.exit(1);
  }
}

run().catch((error: unknown) => {
  // By its name, for to load its class takes a while, in which nobody would listen for signals.
  const isOfConfig = error instanceof Error && error.name === 'ConfigError';
  const message = isOfConfig ? error.message : `outdial cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
