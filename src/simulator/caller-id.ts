import { isInternational } from './destination-policy.js';
import { found } from './directory.js';
import type { ClaimedNumber, Instance } from './directory.js';
import { refusal } from './errors.js';
import type { SimulatorSettings } from './settings.js';

/** What decides the number that the called party sees. */
export interface CallerIdRequest {
  readonly instance: Instance;
  readonly queueId: string | undefined;
  readonly sourceNumber: string | undefined;
  readonly destination: string;
}

/**
 * The number shown to the called party: a claimed number of the instance, given directly or through the queue. Throws for an
 * unknown queue (ResourceNotFound), a number of someone else (InvalidParameter), and a number that cannot place this call.
 */
export function callerIdFor(request: CallerIdRequest, wins: SimulatorSettings['callerIdWins']): string {
  const { instance, queueId, sourceNumber, destination } = request;
  const ofQueue = queueId === undefined ? undefined : numberOfQueue(instance, queueId);
  const ofSource = sourceNumber === undefined ? undefined : claimedNumber(instance, sourceNumber);
  const shown = wins === 'queue' ? (ofQueue ?? ofSource) : (ofSource ?? ofQueue);
  if (!shown) throw refusal('InvalidRequestException', 'The queue has no outbound caller ID number.');
  if (shown.type === 'UIFN') throw refusal('InvalidRequestException', 'A UIFN number cannot place outbound calls.');
  if (shown.type === 'TOLL_FREE' && isInternational(destination)) {
    throw refusal('InvalidRequestException', 'A toll-free number cannot place international calls.');
  }
  return shown.number;
}

function numberOfQueue(instance: Instance, queueId: string): ClaimedNumber | undefined {
  const queue = found(instance.queues, queueId, 'queue');
  return instance.numbers.find(({ id }) => id === queue.callerIdNumberId);
}

function claimedNumber(instance: Instance, number: string): ClaimedNumber {
  const claimed = instance.numbers.find((one) => one.number === number);
  if (!claimed) throw refusal('InvalidParameterException', 'SourcePhoneNumber is not a number of the instance.');
  return claimed;
}
