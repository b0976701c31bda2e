import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A redis-server on 127.0.0.1 with these options, after the file of its configuration, if it has one; resolves once it takes connections, and throws with its output where it does not start. */
export async function spawnRedis(args: readonly string[], configFile?: string): Promise<ChildProcess> {
  const file = configFile === undefined ? [] : [configFile];
  const server = spawn('redis-server', [...file, '--bind', '127.0.0.1', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (/Ready to accept connections|Sentinel ID is/.test(output)) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`redis-server did not start:\n${output}`));
    });
  });
  return server;
}

/** The bus of a Cluster is at the port of its node and so much. */
const busPortAfter = 10_000;
/** From here on Linux gives ports to whoever asks for any; each stays taken for a minute after its connection. */
const firstGivenPort = 32_768;

/**
 * A port that nobody has, and that no system gives to whoever asks for any, nor that of its bus: it stays free while whoever was given it starts again. Only
 * another one who asks here may take it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, firstGivenPort - busPortAfter);
    const probe = createServer();
    try {
      await once(probe.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    await once(probe.close(), 'close');
    return port;
  }
}
