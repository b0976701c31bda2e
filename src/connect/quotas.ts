import { partOf, type TurnQuota } from '../coordination/turns.js';
import { isOperation, operations } from './operations.js';

/** Whose turns come beside those of DescribeContact for asking after contacts that somebody follows: half as many, so that as much is left for everybody else. */
export const reconcilingTurns = 'DescribeContact:followed';

/** Throws TypeError for what is no operation. */
export function quotaFor(operation: string, overrides: ReadonlyMap<string, TurnQuota>): TurnQuota {
  if (operation === reconcilingTurns) return partOf(quotaFor('DescribeContact', overrides), 2);
  if (!isOperation(operation)) throw new TypeError(`${operation} is not in the table of operations`);
  return overrides.get(operation) ?? operations[operation].quota;
}
