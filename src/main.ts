import 'reflect-metadata';
import { ConfigError, readConfig } from './config.js';
import { createLog, levelChanger } from './log.js';

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

async function run(): Promise<void> {
  const config = readConfig(process.env);
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
  const message = error instanceof ConfigError ? error.message : `outdial cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
