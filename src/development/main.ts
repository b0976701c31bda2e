import 'reflect-metadata';
import { ConfigError } from '../config.js';
import { welcome } from './welcome.js';
import { readDevelopmentConfig } from './development-config.js';
import { startDevelopment } from './development.js';

const config = readDevelopmentConfig(process.env);
try {
  const development = await startDevelopment(config, { nowMs: Date.now() });
  process.stdout.write(welcome(development, config.folder));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void development.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop what listens there, or choose another: PORT=4001 npm run dev`;
  return `outdial cannot start: ${message}`;
}
