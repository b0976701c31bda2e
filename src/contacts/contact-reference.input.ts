import { Field, InputType } from 'type-graphql';
import { ContactReferenceInputType } from './contact-reference-type.enum.js';

/** One entry of the references to put on a contact; its rules stand on the list, `@IsReferenceList`. */
@InputType({ description: 'Something that the agent is shown next to the call.' })
export class ContactReferenceInput {
  @Field(() => String, { description: 'What the agent reads; each name once. Example: `Order`.' })
  name!: string;

  @Field(() => ContactReferenceInputType, { description: 'What the value is.' })
  type!: ContactReferenceInputType;

  @Field(() => String, {
    description: 'The value, in the form of its type. Example for `URL`: `https://example.com/order/1`.',
  })
  value!: string;
}
