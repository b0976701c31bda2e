import { partOf, type Quota } from '../coordination/rate-limiter.js';
import { isOperation, operations } from './operations.js';

/** Names the separate token bucket for polling followed contacts: half of DescribeContact's quota, so that polling cannot starve other reads. */
export const pollingPermits = 'DescribeContact:followed';

/** Throws TypeError for what is no operation. */
export function quotaFor(operation: string, overrides: ReadonlyMap<string, Quota>): Quota {
  if (operation === pollingPermits) return partOf(quotaFor('DescribeContact', overrides), 2);
  if (!isOperation(operation)) throw new TypeError(`${operation} is not in the table of operations`);
  return overrides.get(operation) ?? operations[operation].quota;
}
