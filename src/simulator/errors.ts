// Statuses by shape, after the service's model; the ones below the line are answered by any AWS endpoint without being modelled.
const statuses = {
  InvalidRequestException: 400,
  InvalidParameterException: 400,
  AccessDeniedException: 403,
  DestinationNotAllowedException: 403,
  OutboundContactNotPermittedException: 403,
  ResourceNotFoundException: 404,
  ContactFlowNotPublishedException: 404,
  IdempotencyException: 409,
  ContactNotFoundException: 410,
  LimitExceededException: 429,
  ThrottlingException: 429,
  TooManyRequestsException: 429,
  InternalServiceException: 500,
  // ----
  SerializationException: 400,
  MissingAuthenticationTokenException: 403,
  IncompleteSignatureException: 403,
  UnrecognizedClientException: 403,
  InvalidSignatureException: 403,
  UnknownOperationException: 404,
  RequestEntityTooLargeException: 413,
} as const;

/** The name of an error shape that the simulator itself may answer. */
export type ErrorType = keyof typeof statuses;

/** What an operation answers instead of its output: an AWS error shape by name, with its HTTP status. */
export class ServiceError extends Error {
  constructor(
    readonly type: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** A `ServiceError` of one of the known shapes, with the status that belongs to it. */
export function refusal(type: ErrorType, message: string): ServiceError {
  return new ServiceError(type, statuses[type], message);
}
