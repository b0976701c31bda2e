import { GraphQLError } from 'graphql';

/** What a token that is not to be trusted is refused with. */
export function unauthenticated(): GraphQLError {
  return new GraphQLError('The token was not accepted.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
  });
}
