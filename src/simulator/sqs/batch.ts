import { ServiceError } from '../errors.js';
import type { Members } from '../shapes.js';
import { list, required, structure, text } from '../shapes.js';
import { queryCodeOf, sqsRefusal } from './sqs-errors.js';

const maxEntries = 10;
const entryId = /^[\w-]{1,80}$/;

/** The form of a batch's entries: an id of the caller's, and what else each has. */
export function entries<const M extends Members>(members: M) {
  return required(list(structure({ ...members, Id: required(text()) })));
}

/** Carries a batch out entry by entry; one that is refused fails alone. Throws where the batch itself is not in order. */
export function carryOutBatch<E extends { readonly Id: string }>(
  batch: readonly E[],
  carryOut: (entry: E) => void,
): object {
  if (batch.length === 0) throw sqsRefusal('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (batch.length > maxEntries) {
    throw sqsRefusal('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${maxEntries}.`);
  }
  if (batch.some(({ Id }) => !entryId.test(Id))) {
    throw sqsRefusal('InvalidBatchEntryId', 'An id can have 1 to 80 letters, digits, hyphens and underscores.');
  }
  if (new Set(batch.map(({ Id }) => Id)).size < batch.length) {
    throw sqsRefusal('BatchEntryIdsNotDistinct', 'Two entries of the batch have one id.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of batch) {
    try {
      carryOut(entry);
      Successful.push({ Id: entry.Id });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: queryCodeOf(error.type), Message: error.message });
    }
  }
  return { Successful, Failed };
}
