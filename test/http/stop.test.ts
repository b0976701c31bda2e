import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../support/until.js';
import { startFixture, type Fixture } from './fixture.js';

const untilRunning = (gateway: Fixture) => until(() => gateway.calls.length > 0);
const probe = async (gateway: Fixture, path: string) => {
  const { status, text } = await gateway.send(path);
  return { status, body: JSON.parse(text) as unknown };
};

const dependencies = { keySet: { up: true, required: true } };

test('/livez answers while the process serves, /readyz only while all it needs is there', async () => {
  let reasons = ['keys not fetched', 'connect not warmed'];
  const gateway = await startFixture(
    {},
    {
      ready: () => ({ ready: reasons.length === 0, reasons, dependencies }),
    },
  );
  try {
    expect(await probe(gateway, '/livez')).toEqual({ status: 200, body: { live: true } });
    expect(await probe(gateway, '/readyz')).toEqual({ status: 503, body: { ready: false, reasons, dependencies } });
    reasons = [];
    expect(await probe(gateway, '/readyz')).toEqual({ status: 200, body: { ready: true, reasons: [], dependencies } });
    expect(gateway.accessLog()).toEqual([]);
  } finally {
    await gateway.stop();
  }
});

test('a stop lets running operations finish, refuses new ones, and then closes', async () => {
  const gateway = await startFixture();
  const running = gateway.query('{ gate }');
  await untilRunning(gateway);
  const stopped = gateway.stop();

  expect(await probe(gateway, '/readyz')).toEqual({
    status: 503,
    body: { ready: false, reasons: ['draining'], dependencies: {} },
  });
  expect(await probe(gateway, '/livez')).toMatchObject({ status: 200 });
  const refused = await gateway.query('mutation { ring }');
  expect(refused).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true, retryAfterMs: 1_000 } }],
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(gateway.calls).toEqual(['gate']);

  gateway.openGate();
  expect(await running).toMatchObject({ status: 200, data: { gate: 'open' } });
  await stopped;
  await expect(gateway.query('{ hello }')).rejects.toThrow('fetch failed');
});

test('a stop waits no longer than it may', async () => {
  const gateway = await startFixture({ drainTimeoutMs: 5_000 });
  const running = gateway.query('{ gate }').catch((error: unknown) => error);
  await untilRunning(gateway);
  const stopped = gateway.stop();
  gateway.clock.advance(5_000);
  await stopped;
  expect(await running).toHaveProperty('message', 'fetch failed');
});

test('a second stop is the first one', async () => {
  const gateway = await startFixture();
  await Promise.all([gateway.stop(), gateway.stop()]);
  await gateway.stop();
});

test('two gateways serve side by side, and an address that is taken is an error of the start', async () => {
  const [one, other] = [await startFixture(), await startFixture()];
  try {
    expect(one.url).not.toBe(other.url);
    await expect(startFixture({ port: Number(new URL(one.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

test('a client that connects and says nothing does not hold up a stop', async () => {
  const stopping = await startFixture();
  const { port, hostname } = new URL(stopping.url);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  expect((await stopping.query('{ hello }')).status).toBe(200);
  const startMs = stopping.clock.monotonic();
  await stopping.clock.runUntil(stopping.stop());
  // A second, for what is still to be written out.
  expect(stopping.clock.monotonic() - startMs).toBeLessThan(2_000);
  silent.destroy();
});
