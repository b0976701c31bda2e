import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seed } from '../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../src/simulator/server.js';
import { bundleGateway, said, startByNpm, startCompiled, urlOf, type Running } from './support/compiled-gateway.js';
import { gatewayEnvironment } from './support/gateway-environment.js';
import { startIssuer, type Issuer } from './support/issuer.js';

const root = resolve(import.meta.dirname, '..');

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

let app: string;
let issuer: Issuer;
let simulator: RunningSimulator;
beforeAll(async () => {
  app = bundleGateway();
  issuer = await startIssuer();
  simulator = await startSimulator();
});
afterAll(async () => {
  // Those that a test which failed has left.
  for (const { child } of started) child.kill('SIGKILL');
  for (const { child } of startedByNpm) killGroup(child.pid!);
  await simulator.stop();
  await issuer.stop();
  rmSync(app, { recursive: true });
});

const started: Running[] = [];
const startedByNpm: Running[] = [];

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

function start(env: Record<string, string>): Running {
  const running = startCompiled(app, env);
  started.push(running);
  return running;
}

function environment(): Record<string, string> {
  return { ...gatewayEnvironment(issuer, simulator.url), AUTH_TENANT_CLAIM: 'tenant' };
}

const example = readFileSync(join(root, 'deploy/policy.example.yaml'), 'utf8');

/** With this policy, in a file of its own. */
function policyOf(text: string) {
  const POLICY_FILE = join(mkdtempSync(join(app, 'policy-')), 'policy.yaml');
  writeFileSync(POLICY_FILE, text);
  return { ...environment(), POLICY_FILE, DO_NOT_CALL_KEYS: 'a key of the tests' };
}

/** Has the process run this code before its own. */
function beforehand(code: string): Record<string, string> {
  const path = join(mkdtempSync(join(app, 'beforehand-')), 'code.mjs');
  writeFileSync(path, code);
  return { NODE_OPTIONS: `--import ${path}` };
}

async function ask(url: string, query: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`,
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: unknown[] };
}

const callTo = (number: string) => `mutation {
  startOutboundVoiceContact(input: {
    destinationPhoneNumber: "${number}", contactFlowId: "${seed.flows.salesOutbound}", queueId: "${seed.queues.sales}"
  }) { id }
}`;

test('it names every missing variable at once and exits with 1', async () => {
  const running = start({ PORT: 'http' });
  expect(await running.exited).toBe(1);
  const named = running.errors().match(/^ {2}- (\w+)/gm);
  expect(named?.map((line) => line.slice(4)).sort()).toEqual([
    'AUTH_AUDIENCE',
    'AUTH_ISSUER',
    'AWS_REGION',
    'CONNECT_INSTANCE_ID',
    'PORT',
  ]);
  expect(running.output()).toBe('');
});

test('it names every document that may not be trusted, and exits with 1 before it listens', async () => {
  const path = join(mkdtempSync(join(app, 'manifest-')), 'trusted.json');
  writeFileSync(path, JSON.stringify({ one: 'query One { one(text: "c4n4ry") }', two: 'query Two { agent {' }));
  const running = start({ ...environment(), TRUSTED_DOCUMENTS: path });
  expect(await running.exited).toBe(1);
  expect(running.errors().match(/^ {2}- .*$/gm)).toEqual([
    `  - TRUSTED_DOCUMENTS (${path}): the document one (One): Cannot query field "one" on type "Query".`,
    expect.stringMatching(/: the document two: Syntax Error: /),
  ]);
  expect(running.errors() + running.output()).not.toContain('c4n4ry');
  expect(running.output()).not.toContain('outdial is up');
});

test('it places a call with the credentials the SDK finds by itself, shows nothing of itself, and SIGTERM ends it with 0', async () => {
  const running = start(environment());
  const url = await urlOf(running);
  const placed = await ask(url, callTo('+12065550100'));
  expect(placed).toEqual({ data: { startOutboundVoiceContact: { id: simulator.calls()[0]?.contactId } } });

  expect((await ask(url, '{ __schema { types { name } } }')).data).toBeUndefined();
  expect((await fetch(url.replace('/graphql', '/explorer'))).status).toBe(404);
  const alive = await fetch(url.replace('/graphql', '/livez'));
  expect(alive.status).toBe(200);
  // Longer than the 60 s of a load balancer, which else sends a request into a connection that closes.
  expect(alive.headers.get('keep-alive')).toBe('timeout=72');

  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
  expect(running.errors()).toBe('');
});

test('npm start hands SIGTERM on, so that it drains, and leaves nothing running', async () => {
  const running = startByNpm(app, environment());
  startedByNpm.push(running);
  await urlOf(running);
  running.child.kill('SIGTERM');
  // Not before the last process has closed the output that it shares with npm.
  expect(await running.exited).toBe(0);
  expect(running.output()).toContain('"msg":"stopping"');
});

test('it is ready once keys and Connect were reached', async () => {
  const running = start(environment());
  const url = (await urlOf(running)).replace('/graphql', '/readyz');
  let answer = await fetch(url);
  while (answer.status !== 200) {
    await answer.text();
    answer = await fetch(url);
  }
  const up = { up: true, required: true };
  expect(await answer.json()).toEqual({ ready: true, reasons: [], dependencies: { keySet: up, connect: up } });
  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
});

test('SIGUSR2 has the log say more without a restart, and the next one no more than before', async () => {
  const running = start(environment());
  const url = await urlOf(running);
  const changeTo = async (logLevel: string) => {
    running.child.kill('SIGUSR2');
    await said(running, new RegExp(`("logLevel":"${logLevel}")`));
  };
  await ask(url, callTo('+12065550101'));
  await changeTo('debug');
  await ask(url, callTo('+12065550102'));
  await changeTo('info');
  await ask(url, callTo('+12065550103'));
  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
  const told = running.output().match(/"msg":"(?:call placed|Amazon Connect was asked|the log level [^"]+)"/g);
  expect(told?.map((line) => line.slice(7, -1))).toEqual([
    'call placed',
    'the log level is changed by SIGUSR2',
    'Amazon Connect was asked',
    'call placed',
    'the log level is changed by SIGUSR2',
    'call placed',
  ]);
});

test('a second signal does not cut off the call that a stop waits for', async () => {
  const running = start(environment());
  const url = await urlOf(running);
  const before = simulator.requests().StartOutboundVoiceContact ?? 0;
  const requested = simulator.whenRequested('StartOutboundVoiceContact', before + 1);
  const answer = ask(url, callTo('+12065550114'));
  await requested;
  running.child.kill('SIGTERM');
  await said(running, /(stopping)/);
  running.child.kill('SIGTERM');
  running.child.kill('SIGINT');
  simulator.advance(60_000);
  expect(await answer).toEqual({ data: { startOutboundVoiceContact: { id: simulator.calls().at(-1)?.contactId } } });
  expect(await running.exited).toBe(0);
});

test('it listens for signals before it has loaded what takes long, for process 1 of a container would lose them', async () => {
  const running = start({
    ...environment(),
    ...beforehand(`
      import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url);
      process.on('newListener', (name) => {
        if (name !== 'SIGTERM') return;
        console.log('loaded: ' + Object.keys(cache).filter((path) => /aws-sdk|fastify|graphql/.test(path)).length + '.');
        setImmediate(() => process.kill(process.pid, 'SIGTERM'));
      });
    `),
  });
  expect(await running.exited).toBe(0);
  expect(running.output()).toContain('loaded: 0.');
  expect(running.output()).toContain('"msg":"stopping"');
});

test('signals that others would end it by are taken while it loads', async () => {
  const running = start({
    ...policyOf(example),
    ...beforehand(`
      process.on('newListener', (name) => {
        if (name !== 'SIGHUP') return;
        setImmediate(() => ['SIGUSR2', 'SIGHUP'].forEach((signal) => process.kill(process.pid, signal)));
      });
    `),
  });
  await urlOf(running);
  running.child.kill('SIGTERM');
  expect(await running.exited).toBe(0);
});

describe('a policy', () => {
  test('is in use, and a changed one at SIGHUP', async () => {
    const settings = policyOf(example);
    const running = start(settings);
    const url = await urlOf(running);
    expect(running.output()).toContain('"policyVersion":"2026-11-28.3"');
    expect(await (await fetch(url.replace('/graphql', '/readyz'))).json()).toMatchObject({
      dependencies: { policy: { up: true, required: false } },
    });
    writeFileSync(settings.POLICY_FILE, example.replace('2026-11-28.3', 'changed'));
    running.child.kill('SIGHUP');
    await said(running, /("policyVersion":"changed")/);
    running.child.kill('SIGTERM');
    expect(await running.exited).toBe(0);
    expect(running.errors()).toBe('');
  });

  test('that cannot be taken ends the start with 1, and every problem with its place', async () => {
    const settings = policyOf(example.replace('[US, CA, GB', '[US, CA, UK').replace("['1',", "['1', '999',"));
    const running = start(settings);
    expect(await running.exited).toBe(1);
    expect(running.errors().match(/^ {2}- .*$/gm)).toEqual([
      expect.stringMatching(/^ {2}- POLICY_FILE: \/.+\/policy\.yaml:\d+:\d+: defaults\.destination\.regions\.2 UK /),
      expect.stringMatching(/policy\.yaml:\d+:\d+: defaults\.destination\.callingCodes\.1 /),
    ]);
    expect(running.output()).not.toContain('outdial is up');
  });

  test('is not there without POLICY_FILE, and SIGHUP ends the process as it does any other', async () => {
    const running = start(environment());
    await urlOf(running);
    running.child.kill('SIGHUP');
    expect(await running.exited).toBeNull();
    expect(running.output()).not.toContain('policy');
  });
});

test('a bug that nobody catches is in the log like any other line, and ends it with 1', async () => {
  const running = start({
    ...environment(),
    ...beforehand("process.on('SIGUSR2', () => Promise.reject(new Error('no way to +12065550100')));"),
  });
  await urlOf(running);
  running.child.kill('SIGUSR2');
  expect(await running.exited).toBe(1);
  expect(running.errors()).toBe('');
  expect(JSON.parse(running.output().trim().split('\n').at(-1)!)).toMatchObject({
    level: 'fatal',
    bug: { message: 'no way to [phone number]', stack: expect.stringContaining('code.mjs') as unknown },
  });
});

describe("the image's own check of health", () => {
  /** Whether it finds the gateway that was started with these; with what it says where it does not. */
  function check(env: Record<string, string>): { readonly isHealthy: boolean; readonly says: string } {
    const [, json = '[]'] = /HEALTHCHECK[^[]*CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const [command, ...args] = JSON.parse(json) as string[];
    expect(command).toBe('node');
    const { status, stderr } = spawnSync(process.execPath, args, { env, timeout: 600_000, encoding: 'utf8' });
    return { isHealthy: status === 0, says: stderr };
  }

  async function portOf(running: Running): Promise<string> {
    return new URL(await urlOf(running)).port;
  }

  async function end(running: Running): Promise<void> {
    running.child.kill('SIGTERM');
    await running.exited;
  }

  test.each(['', '::', '::1', 'localhost', ' 127.0.0.2 '])(
    'finds it where HOST is "%s", and nothing once it is gone',
    async (HOST) => {
      const running = start({ ...environment(), HOST });
      const PORT = await portOf(running);
      expect(check({ HOST, PORT })).toEqual({ isHealthy: true, says: '' });
      expect(check({ HOST, PORT: ` ${PORT} ` })).toEqual({ isHealthy: true, says: '' });
      await end(running);
      expect(check({ HOST, PORT })).toMatchObject({ isHealthy: false });
    },
  );

  test('finds it at a port that a browser, and with it fetch, would not ask', async () => {
    for (const PORT of ['6000', '6566', '6665', '6666', '6667', '6668', '6669', '6697', '10080']) {
      const running = start({ ...environment(), PORT });
      const url = await urlOf(running).catch(() => undefined);
      // Another process has it.
      if (url === undefined) continue;
      await expect(fetch(url)).rejects.toMatchObject({ cause: { message: 'bad port' } });
      expect(check({ HOST: '127.0.0.1', PORT })).toEqual({ isHealthy: true, says: '' });
      await end(running);
      return;
    }
    throw new Error('None of these ports is free.');
  });

  test('finds nothing where PORT is 0, whatever listens at 4000, and says so', () => {
    expect(check({ PORT: '0' })).toEqual({
      isHealthy: false,
      says: expect.stringContaining('PORT is 0') as unknown,
    });
  });
});

test('the image runs as a user of whom an orchestrator can tell that it is not root', () => {
  expect(dockerfile).toMatch(/^USER [1-9]\d*$/m);
});
