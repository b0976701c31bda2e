import { ArgsType, Field } from 'type-graphql';
import { IsPhoneNumber } from '../calls/rules/phone-number.rule.js';
import { PhoneNumber } from '../graphql/phone-number.scalar.js';

/** The arguments of the question whether a number is on a list. */
@ArgsType()
export class DoNotCallEntryArgs {
  @Field(() => String, { description: 'The name of the list in the policy. Example: `own-dnc`.' })
  readonly list!: string;

  @Field(() => PhoneNumber, { description: 'The number in E.164 form. Example: `+12065550100`.' })
  @IsPhoneNumber()
  readonly phoneNumber!: string;
}
