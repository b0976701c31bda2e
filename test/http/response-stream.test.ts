import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { ResponseStream } from '../../src/http/response-stream.js';
import { eventStream } from '../../src/http/stream-formats.js';
import { startRecord, type SubscriptionEnd } from '../../src/operations/operation-record.js';
import type { Subscriber } from '../../src/subscriptions/subscription-stream.js';
import type { Subscriptions } from '../../src/subscriptions/subscription.js';
import { TestClock } from '../support/test-clock.js';

/** Subscriptions that only end. */
const subscriptions = {
  open: (subscriber: Subscriber) => ({
    end: (ended: SubscriptionEnd) => {
      subscriber.over(ended, undefined);
    },
  }),
} as unknown as Subscriptions;

test('nothing waits for a result that was written to a connection that is gone', async () => {
  const clock = new TestClock();
  const socket = new Socket();
  const response = new ServerResponse(new IncomingMessage(socket));
  response.assignSocket(socket);
  const caller = { subject: 'alice', tenant: 'acme', scopes: new Set<string>(), expiresAtMs: clock.now() + 3_600_000 };
  const parts = { response, format: eventStream, caller, requestId: 'one', record: startRecord(clock) };
  const stream = new ResponseStream(parts, { subscriptions, clock }, () => undefined);
  socket.destroy();
  const handed = stream.take({ data: null });
  await once(response, 'close');
  expect(await Promise.race([handed, new Promise(setImmediate)])).toBe('disconnected');
});
