import { GatewayError } from '../errors.js';
import { StoreUnavailable } from '../store-health.js';
import type { LedgerStore } from './ledger.js';

/**
 * Makes a change that somebody asked for and may ask for again. Throws UPSTREAM_UNAVAILABLE where the store cannot be asked, so that nothing was changed, and OUTCOME_UNKNOWN where
 * it did not answer.
 */
export async function changeOrRefuse<T>({ health }: LedgerStore, change: () => Promise<T>): Promise<T> {
  if (!health.isUp) throw away(new StoreUnavailable());
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new GatewayError(
      'OUTCOME_UNKNOWN',
      'The ledger did not answer, so the change may have been made, or a part of it. Ask again: that is safe.',
      { retryAfterMs: 1_000, cause: error },
    );
  }
}

/** What the store answers to a question that changes nothing. Throws UPSTREAM_UNAVAILABLE where it does not. */
export async function readOrRefuse<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof StoreUnavailable ? away(error) : error;
  }
}

function away(cause: StoreUnavailable): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'The ledger is away; nothing was changed. Ask again.', {
    retryAfterMs: 1_000,
    cause,
  });
}
