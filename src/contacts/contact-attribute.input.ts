import { Field, InputType } from 'type-graphql';

/** One entry of the attributes to put on a contact; its rules stand on the list, `@IsAttributeList`. */
@InputType({ description: 'An attribute that the flow can read.' })
export class ContactAttributeInput {
  @Field(() => String, { description: 'Letters, digits, `-` and `_`; each key once. Example: `orderId`.' })
  key!: string;

  @Field(() => String, { description: 'Any text, also an empty one. Example: `A-1001`.' })
  value!: string;
}
