import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '../../src/log.js';
import type { TraceSettings } from '../../src/trace-settings.js';
import { flushWithinMs, startTraces, type StartedTraces } from '../../src/traces/start-traces.js';
import { Traces } from '../../src/traces/traces.js';
import { TestClock } from '../support/test-clock.js';

/** A collector that takes everything and answers when the test does. */
const open: ServerResponse[] = [];
const server = createServer((_request, response) => open.push(response));
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function start(clock: TestClock): StartedTraces {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const settings: TraceSettings = {
    collector: { url, headers: {}, timeoutMs: 60_000, delayMs: 60_000 },
    sampler: { ratio: 1, followsCaller: true },
    takesContext: true,
    resource: {},
  };
  return startTraces(settings, clock, createLog('silent'));
}

test('a stop waits two seconds for a collector that does not answer, and no longer', async () => {
  const clock = new TestClock();
  const traces = start(clock);
  traces.tracer.apart('poll', () => undefined);
  let isStopped = false;
  const asked = once(server, 'request');
  const stopped = traces.stop().then(() => (isStopped = true));
  await asked;
  clock.advance(flushWithinMs - 1);
  await clock.whenQuiet();
  expect(isStopped).toBe(false);
  clock.advance(1);
  await stopped;
  open.pop()?.writeHead(400).end();
});

test('a stop ends as soon as the collector has what waited', async () => {
  const clock = new TestClock();
  const traces = start(clock);
  traces.tracer.apart('poll', () => undefined);
  const asked = once(server, 'request');
  const stopped = traces.stop();
  await asked;
  open.pop()?.writeHead(200).end();
  await stopped;
  expect(clock.now()).toBe(new TestClock().now());
});

test('a stop does not fail because spans cannot be sent', async () => {
  const traces = start(new TestClock());
  jest.spyOn(Traces.prototype, 'stop').mockRejectedValueOnce(new Error('Timeout'));
  await expect(traces.stop()).resolves.toBeUndefined();
});
