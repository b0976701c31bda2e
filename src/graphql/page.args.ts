import { IsOptional, Length, Max, Min } from 'class-validator';
import { ArgsType, Field, ID, Int } from 'type-graphql';
import type { PageRequest } from './connection.js';
import { instanceIdArg } from './instance-id.arg.js';

/** The arguments of every list. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many rows, 1 to 100.' })
  @Min(1, { message: 'Ask for at least 1 row.' })
  @Max(100, { message: 'Ask for at most 100 rows.' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: '`pageInfo.endCursor` of the page before.' })
  @IsOptional()
  @Length(1, 10_000, { message: 'This is not a cursor of an earlier page.' })
  readonly after?: string | null;
}

/** The arguments of a list of one instance's resources, for a pick list. */
@ArgsType()
export class DirectoryArgs extends PageArgs {
  @Field(() => ID, instanceIdArg)
  readonly instanceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only names that contain this, 2 to 25 characters.' })
  @IsOptional()
  @Length(2, 25, { message: 'Amazon Connect searches for 2 to 25 characters.' })
  readonly nameContains?: string | null;
}

export function pageRequestFrom({ first, after }: PageArgs): PageRequest {
  return { first, after: after ?? undefined };
}
