import { ArrayMinSize, IsOptional } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PhoneNumber } from '../graphql/phone-number.scalar.js';
import { ListOfAtMost } from '../graphql/rules/list-of-at-most.rule.js';
import { IsText } from '../graphql/rules/text.rule.js';
import { IsPhoneNumberList } from '../calls/rules/phone-number.rule.js';

const maxNumbers = 1_000;
const atLeastOne = { message: 'must have at least one entry' };

@InputType({ description: 'The numbers to take off a do-not-call list.' })
export class RemoveFromDoNotCallListInput {
  @Field(() => String, { description: 'The name of the list in the policy. Example: `own-dnc`.' })
  readonly list!: string;

  @Field(() => [PhoneNumber], { description: '1 to 1,000 numbers in E.164 form. Example: `+12065550100`.' })
  @ArrayMinSize(1, atLeastOne)
  @ListOfAtMost(maxNumbers)
  @IsPhoneNumberList()
  readonly phoneNumbers!: string[];
}

@InputType({ description: 'The numbers to put on a do-not-call list.' })
export class AddToDoNotCallListInput extends RemoveFromDoNotCallListInput {
  @Field(() => String, {
    nullable: true,
    description: 'Why, without personal data, at most 256 characters. Example: `Asked on 2026-11-30 not to be called`.',
  })
  @IsOptional()
  @IsText(0, 256)
  readonly reason?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the entries end; they stand until they are removed when left out. Example: `2031-11-30T00:00:00Z`.',
  })
  @IsOptional()
  readonly expiresAt?: Date | null;
}
