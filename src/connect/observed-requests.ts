import type { ConnectClient } from '@aws-sdk/client-connect';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { Span, Tracer } from '../tracer.js';
import type { ConnectClients } from './client.js';
import { isThrottled } from './errors.js';
import { operationOfCommand } from './operations.js';

export interface Observers {
  readonly meters: Meters;
  readonly tracer: Tracer;
  readonly log: Log;
  readonly clock: Clock;
}

/** Counts, traces and, at the level debug, logs every request that these clients send, each attempt of the SDK's by itself, until its answer is read. */
export function observeRequests({ reads, writes }: ConnectClients, observers: Observers): void {
  for (const client of [reads, writes]) observeClient(client, observers);
}

function observeClient(client: ConnectClient, { meters, tracer, log, clock }: Observers): void {
  // Within the middleware that repeats, which is of the same step and of high priority.
  client.middlewareStack.add(
    (next, { commandName = '' }) => {
      const operation = operationOfCommand(commandName) ?? 'other';
      const observe = async (span: Span, args: Parameters<typeof next>[0]) => {
        const sentAtMs = clock.monotonic();
        const ended = (answer: Answer) => {
          const { httpStatusCode: status, requestId: awsRequestId } = answer;
          const durationMs = clock.monotonic() - sentAtMs;
          meters.connectAnswered(operation, status, durationMs);
          span.note({ connectOperation: operation, status, awsRequestId });
          if (!log.isLevelEnabled('debug')) return;
          log.debug(
            { ...tracer.ids(), operation, status, awsRequestId, durationMs: Math.round(durationMs) },
            'Amazon Connect was asked',
          );
        };
        try {
          const result = await next(args);
          ended(answerIn(result.output));
          return result;
        } catch (cause) {
          ended(answerIn(cause));
          if (isThrottled(cause)) meters.connectThrottled(operation);
          throw cause;
        }
      };
      return (args) => tracer.span('send', (span) => observe(span, args));
    },
    { name: 'observeRequests', step: 'finalizeRequest', priority: 'low' },
  );
}

interface Answer {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

/** Of an answer, or of an error made of one; empty where no answer came. */
function answerIn(outcome: unknown): Answer {
  const { $metadata = {} } = Object(outcome) as { readonly $metadata?: Answer };
  return $metadata;
}
