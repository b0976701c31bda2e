import { expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { resolve } from 'node:path';
import { systemClock, type Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { startGateway } from '../../src/gateway.js';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import type { Issuer } from '../support/issuer.js';

/** The clock of the machine, and how many of its timers are set. */
function countingClock(): { readonly clock: Clock; readonly timers: Set<object> } {
  const timers = new Set<object>();
  const after = (delayMs: number, callback: () => void) => {
    const timer = {};
    timers.add(timer);
    const cancel = systemClock.after(delayMs, () => {
      timers.delete(timer);
      callback();
    });
    return () => {
      timers.delete(timer);
      cancel();
    };
  };
  return { clock: { ...systemClock, after }, timers };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

test('a start on a port that is taken leaves no timer, also not of a policy, and no connection to the store behind', async () => {
  const taken = createServer();
  const issuer = {
    issuer: 'https://issuer.example',
    audience: 'test',
    jwksUrl: new URL('https://issuer.example/keys'),
  };
  const config = readConfig({
    ...gatewayEnvironment(issuer as Issuer, 'http://127.0.0.1:9'),
    PORT: await listening(taken),
    POLICY_FILE: resolve(import.meta.dirname, '../../deploy/policy.example.yaml'),
    DO_NOT_CALL_KEYS: 'a key of the tests',
    REDIS_URL: 'redis://127.0.0.1:9',
    STATE_SECRET: 'a secret of the tests',
  });
  const { clock, timers } = countingClock();
  const closed = jest.spyOn(RedisConnection.prototype, 'close');
  await expect(startGateway(config, { clock, log: createLog('silent') })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(timers.size).toBe(0);
  expect(closed).toHaveBeenCalledTimes(1);
  taken.close();
});
