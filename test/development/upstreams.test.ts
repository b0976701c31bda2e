import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { prefill } from '../../src/development/prefill.js';
import { seed } from '../../src/simulator/seed.js';
import { buildGateway, said, urlOf, watched, type Running } from '../support/compiled-gateway.js';
import { fenceNamed } from '../support/pages.js';

let built: ReturnType<typeof buildGateway>;
const started: Running[] = [];
beforeAll(() => {
  built = buildGateway();
});
afterAll(async () => {
  for (const { child } of started) {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  }
  await Promise.all(started.map(({ exited }) => exited));
  built.remove();
});

/** Runs a line of the shell as the leader of a process group, without what is set for this process. */
function run(line: string, env: Record<string, string> = {}): Running {
  const surroundings = { PATH: process.env.PATH ?? '', HOME: built.app, npm_config_update_notifier: 'false' };
  const running = watched(
    spawn('sh', ['-c', `exec ${line}`], { cwd: built.app, env: { ...surroundings, ...env }, detached: true }),
  );
  started.push(running);
  return running;
}

const keptAs = (name: string) => join(built.app, '.outdial', name);

async function place(url: string, caller: string, input: object = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${readFileSync(keptAs(`${caller}.token`), 'utf8')}`,
    },
    body: JSON.stringify({
      query: prefill.query,
      variables: { input: { ...prefill.variables.input, ...input }, id: '' },
      operationName: 'PlaceCall',
    }),
  });
  return response.json();
}

test('the gateway of production runs on the upstreams as the page says, whatever profile of AWS the shell has', async () => {
  const { scripts } = JSON.parse(readFileSync(join(built.app, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  // All but the build, which this folder has behind it.
  const upstreams = run(/^npm run --silent build && exec (.*)$/.exec(scripts.upstreams ?? '')![1]!);
  const simulator = await said(upstreams, /(http:\S+)\/_simulator\/calls.*Stop with Ctrl-C/s);
  expect(statSync(keptAs('gateway.env')).mode & 0o777).toBe(0o600);
  const command = fenceNamed('production-without-aws').trim();
  expect(upstreams.output()).toContain(`\n  ${command}\n`);

  const gateway = run(command, { PORT: '0', AWS_PROFILE: 'nobody' });
  const url = await urlOf(gateway);
  const isReady = async () => (await fetch(url.replace('/graphql', '/readyz'))).status === 200;
  while (!(await isReady()));
  const placed = await place(url, 'developer');
  const { calls } = (await (await fetch(`${simulator}/_simulator/calls`)).json()) as { calls: { contactId: string }[] };
  expect(calls).toHaveLength(1);
  expect(placed).toMatchObject({ data: { startOutboundVoiceContact: { id: calls[0]?.contactId } } });
  // The tenants have an instance each.
  expect(await place(url, 'stranger', { instanceId: seed.instanceId })).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
  expect((await fetch(url.replace('/graphql', '/explorer'))).status).toBe(404);

  for (const { child, exited, errors } of [gateway, upstreams]) {
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(errors()).toBe('');
  }
});
