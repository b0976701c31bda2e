import { GatewayError } from '../errors.js';

/** The refusal of what exceeds a limit, such as "The operation exceeds the limit of 12 levels." */
export function oversized(
  what: 'operation' | 'document' | 'body',
  limit: string,
  allowed: number,
  unit: string,
): GatewayError {
  return new GatewayError('OPERATION_TOO_LARGE', `The ${what} exceeds the limit of ${allowed} ${unit}.`, {
    details: { limit, allowed },
  });
}
