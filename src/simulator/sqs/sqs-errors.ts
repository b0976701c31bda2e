import { ServiceError } from '../errors.js';

// Status and code in the older query protocol, which clients still read from a header; after the service's model. The last two are not modelled.
const errors = {
  QueueDoesNotExist: [400, 'AWS.SimpleQueueService.NonExistentQueue'],
  InvalidAddress: [404, 'InvalidAddress'],
  ReceiptHandleIsInvalid: [404, 'ReceiptHandleIsInvalid'],
  MessageNotInflight: [400, 'AWS.SimpleQueueService.MessageNotInflight'],
  InvalidAttributeName: [400, 'InvalidAttributeName'],
  EmptyBatchRequest: [400, 'AWS.SimpleQueueService.EmptyBatchRequest'],
  TooManyEntriesInBatchRequest: [400, 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest'],
  BatchEntryIdsNotDistinct: [400, 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'],
  InvalidBatchEntryId: [400, 'AWS.SimpleQueueService.InvalidBatchEntryId'],
  InvalidParameterValueException: [400, 'InvalidParameterValue'],
  MissingRequiredParameterException: [400, 'MissingParameter'],
} as const;

type SqsErrorType = keyof typeof errors;

/** The error shape of SQS by name, with the status that belongs to it. */
export function sqsRefusal(type: SqsErrorType, message: string): ServiceError {
  return new ServiceError(type, errors[type][0], message);
}

/** The code of an error in the query protocol; of a shape without one, its own name. */
export function queryCodeOf(type: string): string {
  return Object.hasOwn(errors, type) ? errors[type as SqsErrorType][1] : type;
}

/** An error of SQS for one that reading a request's form made. */
export function asSqsError(error: ServiceError): ServiceError {
  if (error.type === 'InvalidRequestException') return sqsRefusal('MissingRequiredParameterException', error.message);
  if (error.type === 'InvalidParameterException') return sqsRefusal('InvalidParameterValueException', error.message);
  return error;
}
