import { ArrayMinSize } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { IsAttributeList } from '../../graphql/rules/attributes.rule.js';
import { ContactAttributeInput } from '../contact-attribute.input.js';
import { ContactChangeInput } from './contact-change.input.js';

/** Amazon Connect's request in camelCase; which contact is the first of its chain, which keeps the attributes, the gateway finds out. */
@InputType({ description: 'The attributes to set on a contact.' })
export class UpdateContactAttributesInput extends ContactChangeInput {
  @Field(() => [ContactAttributeInput], {
    description:
      'At least one. A key that the contact has gets the new value, others stay as they are; none can be taken off, only emptied. ' +
      'With those that the contact has, at most 32,768 UTF-8 bytes over all keys and values.',
  })
  @ArrayMinSize(1, { message: 'must have at least one attribute' })
  @IsAttributeList()
  readonly attributes!: ContactAttributeInput[];
}
