import { Directive, Field, ObjectType, type ClassType } from 'type-graphql';
import { GatewayError } from '../errors.js';

@Directive('@shareable')
@ObjectType({
  description: 'Where a page of a list stands. Connect hands out page tokens, so cursors mark pages, not rows.',
})
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether `after: endCursor` would give more.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether this page was reached with `after`.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Always null: Connect has no way back.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Give it as `after` for the next page.' })
  readonly endCursor!: string | null;
}

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/** Which page: `first` rows (1 to 100) after the cursor of an earlier page. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | undefined;
}

export interface ConnectPage<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/**
 * Connect's answer to a request for this page. Throws BAD_USER_INPUT of `after` where Connect refuses a further page: its other values were good enough
 * for the first one, so that Connect can only have refused the token.
 */
export async function answerTo<A>({ after }: PageRequest, answer: Promise<A>): Promise<A> {
  try {
    return await answer;
  } catch (error) {
    const isOfCursor = after !== undefined && error instanceof GatewayError && error.code === 'BAD_USER_INPUT';
    throw isOfCursor ? badCursor(error.cause) : error;
  }
}

function badCursor(cause: unknown): GatewayError {
  const message = 'This is not a cursor of this list with these arguments; take pageInfo.endCursor of the page before.';
  return new GatewayError('BAD_USER_INPUT', message, { cause, fields: [{ path: 'after', rule: 'cursor', message }] });
}

/** A page as the schema shows it, from one answer of Connect. */
export function pageFrom<T>(request: PageRequest, { items, nextToken }: ConnectPage<T>): Page<T> {
  const endCursor = nextToken ?? null;
  return {
    nodes: items,
    pageInfo: {
      hasNextPage: endCursor !== null,
      hasPreviousPage: request.after !== undefined,
      startCursor: null,
      endCursor,
    },
  };
}

/** The class of `{ nodes, pageInfo }` for an object type; subclass it under the name it has in the schema. */
export function connectionOf<T extends object>(node: () => ClassType<T> | (abstract new (...args: never[]) => T)) {
  @ObjectType()
  abstract class Connection implements Page<T> {
    @Field(() => [node() as ClassType<T>], { description: 'The rows of this page.' })
    readonly nodes!: readonly T[];

    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    readonly pageInfo!: PageInfo;
  }
  return Connection;
}
