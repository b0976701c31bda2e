import { GraphQLError, type ValueNode } from 'graphql';

/**
 * What a scalar of ours throws at a value that it does not take: its message continues a path, says what to write, and holds nothing of the value.
 * graphql would put the literal into the message of any other error.
 */
export class CoercionError extends GraphQLError {
  constructor(message: string, literal?: ValueNode) {
    super(message, { nodes: literal });
  }
}
