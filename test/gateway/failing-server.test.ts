import { expect, test } from '@jest/globals';
import type { Fault } from '../../src/simulator/faults.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { withGateway } from '../support/start-gateway.js';

const operation = 'StartOutboundVoiceContact';
const throttling = { operation, status: 429, type: 'TooManyRequestsException' };

/** What a server may do with a call, in the words of the table in docs/guarantees.md; and what the caller is told. */
const failures: readonly (readonly [string, Fault, string])[] = [
  ['placed, then reset', { operation, destroySocket: 'after' }, 'OUTCOME_UNKNOWN'],
  ['500', { operation, status: 500 }, 'OUTCOME_UNKNOWN'],
  ['503', { operation, status: 503 }, 'OUTCOME_UNKNOWN'],
  ['429', throttling, 'THROTTLED'],
  ['no answer', { operation, hang: 'before' }, 'OUTCOME_UNKNOWN'],
];

test.each(failures)(
  '%s: one intended call is placed once at most, and its caller told in time',
  async (_name, fault, told) => {
    await withGateway({}, async (gateway) => {
      gateway.simulator.inject({ ...fault, times: 1_000 });
      const askedAtMs = gateway.clock.monotonic();
      const { errors } = await gateway.clock.runUntil(gateway.ask(PlaceCallDocument, { input: callInput() }));
      expect(errors?.[0]?.extensions).toMatchObject({ code: told, retryable: true });
      expect(gateway.clock.monotonic() - askedAtMs).toBeLessThan(gateway.config.calls.deadlineMs + 1_000);
      // Long after it the gateway does not ask again by itself.
      await gateway.simulator.whenRequested(operation, fault.hang ? 1 : 2);
      gateway.clock.advance(60_000);
      for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
      const asked = gateway.simulator.requests()[operation] ?? 0;
      expect(asked).toBeLessThanOrEqual(10);
      gateway.clock.advance(60_000);
      for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(gateway.simulator.requests()[operation]).toBeLessThanOrEqual(asked + 1);
      expect(gateway.simulator.calls().length).toBe(fault.destroySocket ? 1 : 0);
    });
  },
);
