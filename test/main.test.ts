import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seed } from '../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../src/simulator/server.js';
import { gatewayEnvironment } from './support/gateway-environment.js';
import { startIssuer, type Issuer } from './support/issuer.js';

const root = resolve(import.meta.dirname, '..');

/** As the container has it: compiled, and without what only development needs. */
const app = mkdtempSync(join(tmpdir(), 'outdial-'));
let issuer: Issuer;
let simulator: RunningSimulator;
beforeAll(async () => {
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['-p', join(root, 'tsconfig.build.json'), '--outDir', join(app, 'dist')],
  ]);
  cpSync(join(root, 'src/state/scripts'), join(app, 'dist/state/scripts'), { recursive: true });
  for (const room of ['development', 'simulator']) rmSync(join(app, 'dist', room), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  symlinkSync(join(root, 'package.json'), join(app, 'package.json'));
  issuer = await startIssuer();
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator.stop();
  await issuer.stop();
  rmSync(app, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

function start(env: Record<string, string>): Running {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: app,
    env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  // Later than its exit: all that it wrote has come.
  const exited = new Promise<number | null>((done) => child.once('close', done));
  return { child, output: () => output, errors: () => errors, exited };
}

function environment(): Record<string, string> {
  return { ...gatewayEnvironment(issuer, simulator.url), AUTH_TENANT_CLAIM: 'tenant' };
}

/** Where it listens, once it says so. */
function urlOf({ child, output, errors }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /"url":"([^"]+)"/.exec(output())?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => {
      reject(new Error(`It ended without listening: ${errors()}`));
    });
  });
}

test('it names every missing variable at once and exits with 1', async () => {
  const running = start({ PORT: 'http' });
  expect(await running.exited).toBe(1);
  const named = running.errors().match(/^ {2}- (\w+)/gm);
  expect(named?.map((line) => line.slice(4)).sort()).toEqual([
    'AUTH_AUDIENCE',
    'AUTH_ISSUER',
    'AUTH_JWKS_URL',
    'AWS_REGION',
    'CONNECT_INSTANCE_ID',
    'PORT',
  ]);
  expect(running.output()).toBe('');
});

test('it places a call with the credentials the SDK finds by itself, shows nothing of itself, and SIGTERM ends it with 0', async () => {
  const running = start(environment());
  const url = await urlOf(running);
  const ask = async (query: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`,
      },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data?: unknown; errors?: unknown[] };
  };
  const placed = await ask(`mutation {
    startOutboundVoiceContact(input: {
      destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", queueId: "${seed.queues.sales}"
    }) { id }
  }`);
  expect(placed).toEqual({ data: { startOutboundVoiceContact: { id: simulator.calls()[0]?.contactId } } });

  expect((await ask('{ __schema { types { name } } }')).data).toBeUndefined();
  expect((await fetch(url.replace('/graphql', '/explorer'))).status).toBe(404);
  expect((await fetch(url.replace('/graphql', '/livez'))).status).toBe(200);

  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
  expect(running.errors()).toBe('');
});

test('it is ready once keys and Connect were reached', async () => {
  const running = start(environment());
  const url = (await urlOf(running)).replace('/graphql', '/readyz');
  let answer = await fetch(url);
  while (answer.status !== 200) {
    await answer.text();
    answer = await fetch(url);
  }
  expect(await answer.json()).toEqual({ ready: true, reasons: [] });
  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
});
