import { IsDefined, IsOptional, ValidateIf } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { IsReferenceList } from '../../graphql/rules/references.rule.js';
import { IsText } from '../../graphql/rules/text.rule.js';
import { ContactReferenceInput } from '../contact-reference.input.js';
import { ContactChangeInput } from './contact-change.input.js';

/** What of Amazon Connect's request is for a phone call; the rest is for contacts whose audio is elsewhere, or not for callers. */
@InputType({ description: 'What to change of a contact: at least one of name, description and references.' })
export class UpdateContactInput extends ContactChangeInput {
  @Field(() => String, {
    nullable: true,
    description:
      'What the agent reads as the name of the contact, at most 1,024 characters; unchanged when left out. Example: `Order A-1001`.',
  })
  @ValidateIf((input: UpdateContactInput) => isPresent(input.name) || changesNothing(input))
  @IsDefined({ message: 'must be there where neither a description nor a reference is: something must change' })
  @IsText(0, 1024)
  readonly name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What the agent reads about the contact, at most 4,096 characters; unchanged when left out. Example: `Asked to be called back.`',
  })
  @IsOptional()
  @IsText(0, 4096)
  readonly description?: string | null;

  @Field(() => [ContactReferenceInput], {
    nullable: true,
    description:
      'What the agent is shown next to the call: added to what the contact has. With that, at most 4,096 UTF-8 bytes over all names and values.',
  })
  @IsOptional()
  @IsReferenceList()
  readonly references?: ContactReferenceInput[] | null;
}

function changesNothing({ name, description, references }: UpdateContactInput): boolean {
  return !isPresent(name) && !isPresent(description) && (references ?? []).length === 0;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
