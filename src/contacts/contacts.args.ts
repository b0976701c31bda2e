import { ArgsType, Field, ID } from 'type-graphql';
import { ListOfAtMost } from '../graphql/rules/list-of-at-most.rule.js';

/** The arguments of the list of contacts that are named by their ids. */
@ArgsType()
export class ContactsArgs {
  @Field(() => [ID], { description: 'The contact ids, at most 100.' })
  @ListOfAtMost(100)
  readonly ids!: string[];

  @Field(() => ID, {
    nullable: true,
    description: 'Left out: for each id the one the call was placed in, if it was placed here; else the default one.',
  })
  readonly instanceId?: string | null;
}
