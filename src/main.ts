import 'reflect-metadata';
import { ConfigError, readConfig } from './config.js';
import { startGateway } from './gateway.js';
import { createLog } from './log.js';

async function run(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const gateway = await startGateway(config, { log });
  log.info({ url: gateway.url }, 'outdial is up');
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    gateway.stop().then(
      () => process.exit(0),
      (bug: unknown) => {
        log.error({ bug }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

run().catch((error: unknown) => {
  const message = error instanceof ConfigError ? error.message : `outdial cannot start: ${String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
