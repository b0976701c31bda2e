import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import { logWithheld, wordedError } from './errors.js';
import { refuse } from './refusals.js';

/** Undefined without a header; throws UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE where it cannot tell. */
export type CallerFrom = (authorization: string | undefined) => Promise<Caller | undefined>;

/** Puts the caller of a request into its record. False where the token fails: the refusal has been sent then. */
export async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  callerFrom: CallerFrom,
  log: Log,
): Promise<boolean> {
  try {
    request.record.caller = await callerFrom(request.headers.authorization);
    return true;
  } catch (error) {
    logWithheld(error, log.child({ requestId: request.id }));
    refuse(request, reply, error, statusOf(error));
    return false;
  }
}

function statusOf(error: unknown): number {
  const { code } = wordedError(error);
  if (code === 'UNAUTHENTICATED') return 401;
  return code === 'UPSTREAM_UNAVAILABLE' ? 503 : 500;
}
