import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.js';
import { lateForMs } from '../../src/operations/admission.js';
import { ManualLoopDelay } from '../support/manual-loop-delay.js';
import { until } from '../support/until.js';
import type { Fixture } from './fixture.js';
import { clientOf, closed, on, post, type Client } from './raw-clients.js';

test('of too many connections the oldest gives way whose last request showed no accepted token', async () => {
  await on(
    async (gateway) => {
      const known = await clientOf(gateway);
      known.socket.write(post('{ secret }', 'Authorization: Bearer alice\r\n'));
      await until(() => known.answer().includes('"alice"'));
      const refused = await clientOf(gateway);
      refused.socket.write(post('{ secret }', 'Authorization: Bearer x\r\n'));
      await until(() => refused.answer().includes('UNAUTHENTICATED'));
      const silent = await clientOf(gateway);
      const more = [await clientOf(gateway), await clientOf(gateway)];
      await Promise.all([closed(refused.socket), closed(silent.socket)]);
      known.socket.write(post('{ hello }'));
      // It counts again, as the newest.
      await until(() => known.answer().includes('"world"'));
      await closed(more[0]!.socket);
      for (const { socket } of [known, ...more]) socket.destroy();
    },
    { subscriptionLimits: { connectionsWithoutCaller: 2 } },
  );
});

const secret = post('{ secret }', 'Authorization: Bearer alice\r\n');

/** Clients that have shown a token, each before the next one connects. */
async function knownClients(gateway: Fixture, count: number): Promise<readonly Client[]> {
  const known: Client[] = [];
  while (known.length < count) {
    const client = await clientOf(gateway);
    client.socket.write(secret);
    await until(() => client.answer().includes('"alice"'));
    known.push(client);
  }
  return known;
}

test('connections of callers do not give way to each other while their requests are refused for overload', async () => {
  const loopDelay = new ManualLoopDelay();
  await on(
    async (gateway) => {
      const known = await knownClients(gateway, 3);
      const answered = async (times: number, text: string) => {
        for (const { socket } of known) socket.write(secret);
        await until(() => known.every(({ answer }) => answer().split(text).length === times + 1));
      };
      loopDelay.sample(1_000);
      gateway.clock.advance(lateForMs);
      await answered(1, 'THROTTLED');
      await answered(2, 'THROTTLED');
      loopDelay.sample(0);
      await answered(2, '"alice"');
      // What is refused shows no token: those that had none give way as before.
      loopDelay.sample(1_000);
      gateway.clock.advance(lateForMs);
      const others = [await clientOf(gateway), await clientOf(gateway)];
      for (const { socket, answer } of others) {
        socket.write(secret);
        await until(() => answer().includes('THROTTLED'));
      }
      const newest = await clientOf(gateway);
      await closed(others[0]!.socket);
      for (const { socket } of [...known, others[1]!, newest]) socket.destroy();
    },
    { subscriptionLimits: { connectionsWithoutCaller: 2 } },
    { loopDelay },
  );
});

test('connections of callers do not give way to each other while their tokens are verified, and do once these are refused', async () => {
  const caller = { subject: 'alice', tenant: 'acme', scopes: new Set(['contacts:read']), expiresAtMs: Infinity };
  let verifying = 0;
  let refuseAll: () => void = () => undefined;
  const refusedLater = new Promise<never>((_resolve, reject) => {
    refuseAll = () => {
      reject(new GatewayError('UNAUTHENTICATED', 'No.'));
    };
  });
  const callerFrom = (authorization: string | undefined) => {
    if (authorization === 'Bearer alice') return Promise.resolve(caller);
    verifying += 1;
    return refusedLater;
  };
  await on(
    async (gateway) => {
      const known = await knownClients(gateway, 3);
      for (const { socket } of known) socket.write(post('{ hello }', 'Authorization: Bearer new\r\n'));
      await until(() => verifying === 3);
      // What was cut would be known by its end.
      await gateway.send('/livez');
      expect(known.map(({ socket }) => socket.closed)).toEqual([false, false, false]);
      refuseAll();
      // The oldest of the three, before or after its answer.
      await closed(known[0]!.socket);
      for (const { socket } of known) socket.destroy();
    },
    { subscriptionLimits: { connectionsWithoutCaller: 2 } },
    { callerFrom },
  );
});
