import { ArrayMinSize } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { ListOfAtMost } from '../../graphql/rules/list-of-at-most.rule.js';
import { ContactChangeInput } from './contact-change.input.js';
import { IsTagKeyList, IsTagList } from './rules/tags.rule.js';

const maxTags = 6;
const atLeastOne = { message: 'must have at least one entry' };

/** One entry of the tags of a contact; its rules stand on the list, `@IsTagList`. */
@InputType({ description: 'A tag to put on a contact.' })
export class ContactTagInput {
  @Field(() => String, {
    description:
      '1 to 128 letters, digits and `+ - = . _ : /`, not beginning with `aws:`; each key once. Example: `costCenter`.',
  })
  readonly key!: string;

  @Field(() => String, { description: 'At most 256 characters. Example: `sales-emea`.' })
  readonly value!: string;
}

/** Amazon Connect's request in camelCase. */
@InputType({ description: 'The tags to put on a contact, which show up in the bill.' })
export class TagContactInput extends ContactChangeInput {
  @Field(() => [ContactTagInput], {
    description: '1 to 6. A key that the contact has gets the new value; a contact takes at most 6 tags in all.',
  })
  @ArrayMinSize(1, atLeastOne)
  @ListOfAtMost(maxTags)
  @IsTagList()
  readonly tags!: ContactTagInput[];
}

/** Amazon Connect's request in camelCase. */
@InputType({ description: 'The tags to take off a contact.' })
export class UntagContactInput extends ContactChangeInput {
  @Field(() => [String], {
    description: 'The keys of 1 to 6 tags; one that the contact does not have is no mistake. Example: `costCenter`.',
  })
  @ArrayMinSize(1, atLeastOne)
  @ListOfAtMost(maxTags)
  @IsTagKeyList()
  readonly tagKeys!: string[];
}
