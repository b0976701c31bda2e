import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A tag of an AWS resource.' })
export class Tag {
  @Field(() => String, { description: 'Its name, such as team.' })
  readonly key!: string;

  @Field(() => String, { description: 'Its value, such as sales.' })
  readonly value!: string;
}

/** A map of Connect as a list, which GraphQL can select from. */
export function tagsFrom(tags: Readonly<Record<string, string>> | undefined): Tag[] | null {
  return tags ? Object.entries(tags).map(([key, value]) => ({ key, value })) : null;
}
