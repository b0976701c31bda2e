import { join, resolve } from 'node:path';
import { tenants } from './callers.js';
import { readDevelopmentConfig, upstreamEnvironment } from './development-config.js';
import { keepPrivately } from './signing-key.js';
import { startUpstreams, type UpstreamUrls } from './upstreams.js';

const { folder } = readDevelopmentConfig(process.env);
const settings = join(folder, 'gateway.env');
try {
  const upstreams = await startUpstreams(folder, Date.now());
  await writeSettings(upstreams.urls);
  process.stdout.write(instructions(upstreams.urls));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void upstreams.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`The upstreams cannot start: ${(error as Error).message}\n`);
  process.exit(1);
}

/** Writes the environment by which a gateway of production uses them, a variable a line and without quotation marks, as `env` and Docker read it. */
async function writeSettings(urls: UpstreamUrls): Promise<void> {
  const accessFile = join(folder, 'access.json');
  const access = { tenants: Object.fromEntries([...tenants].map(([name, instanceIds]) => [name, { instanceIds }])) };
  await keepPrivately(accessFile, `${JSON.stringify(access, undefined, 2)}\n`, 'replace');
  const environment = {
    HOST: '127.0.0.1',
    ...upstreamEnvironment(urls),
    ACCESS_FILE: resolve(accessFile),
    // The simulator takes any. Where a profile is named, the SDK takes that one's, and not these.
    AWS_PROFILE: '',
    AWS_ACCESS_KEY_ID: 'development',
    AWS_SECRET_ACCESS_KEY: 'development',
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  await keepPrivately(settings, lines.join(''), 'replace');
}

function instructions({ simulator }: UpstreamUrls): string {
  return `
An embedded Amazon Connect, its queue of contact events and a key set are up, for a gateway of production. No call leaves this machine.

  Simulator  ${simulator}/_simulator/calls   every call placed so far
  Settings   ${settings}   by which a gateway uses them
  Token      ${join(folder, 'developer.token')}   of a caller who may do everything (tenant acme)

In another shell:

  env $(cat ${settings}) npm start

Stop with Ctrl-C.

`;
}
