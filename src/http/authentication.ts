import type { onRequestAsyncHookHandler } from 'fastify';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import type { Connections } from './connections.js';
import { logWithheld, wordedError } from '../operations/wording.js';
import { refuse } from './refusals.js';

/** Undefined without a header; throws UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE where it cannot tell. */
export type CallerFrom = (authorization: string | undefined) => Promise<Caller | undefined>;

export interface AuthenticationParts {
  readonly callerFrom: CallerFrom;
  readonly connections: Connections;
  readonly log: Log;
}

/**
 * A hook that puts the caller of a request into its record, by its head alone: nothing of the body has been read. Where the token
 * fails, the refusal is sent instead.
 */
export function authentication({ callerFrom, connections, log }: AuthenticationParts): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const { socket } = request.raw;
    // Of many whose tokens are new at once none gives way meanwhile.
    connections.isUndecided(socket);
    try {
      request.record.caller = await callerFrom(request.headers.authorization);
    } catch (error) {
      connections.hasNoCaller(socket, () => socket.destroy());
      logWithheld(error, log.child({ requestId: request.id }));
      return refuse(request, reply, error, statusOf(error));
    }
    if (request.record.caller) connections.hasCaller(socket);
    else connections.hasNoCaller(socket, () => socket.destroy());
    return undefined;
  };
}

function statusOf(error: unknown): number {
  const { code } = wordedError(error);
  if (code === 'UNAUTHENTICATED') return 401;
  return code === 'UPSTREAM_UNAVAILABLE' ? 503 : 500;
}
