import type { ConnectClient } from '@aws-sdk/client-connect';
import type { Clock } from '../clock.js';
import type { Meters } from '../meters.js';
import type { ConnectClients } from './client.js';
import { isThrottled } from './errors.js';
import { isOperation } from './operations.js';

/** Counts every request that these clients send, each attempt of the SDK's by itself, until its answer is read. */
export function measureRequests({ reads, writes }: ConnectClients, meters: Meters, clock: Clock): void {
  for (const client of [reads, writes]) measureClient(client, meters, clock);
}

function measureClient(client: ConnectClient, meters: Meters, clock: Clock): void {
  // Within the middleware that repeats, which is of the same step and of high priority.
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const name = commandName.replace(/Command$/, '');
        const operation = isOperation(name) ? name : 'other';
        const sentAtMs = clock.monotonic();
        const ended = (status: number | undefined) => {
          meters.connectAnswered(operation, status, clock.monotonic() - sentAtMs);
        };
        try {
          const result = await next(args);
          ended(statusOf(result.output));
          return result;
        } catch (cause) {
          ended(statusOf(cause));
          if (isThrottled(cause)) meters.connectThrottled(operation);
          throw cause;
        }
      },
    { name: 'measureRequests', step: 'finalizeRequest', priority: 'low' },
  );
}

/** Of an answer, or of an error made of one; undefined where no answer came. */
function statusOf(outcome: unknown): number | undefined {
  const { $metadata } = Object(outcome) as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
