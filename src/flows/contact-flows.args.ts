import { IsNotIn, IsOptional } from 'class-validator';
import { ArgsType, Field } from 'type-graphql';
import { DirectoryArgs } from '../graphql/page.args.js';
import { ContactFlowType } from './contact-flow.type.js';

/** The arguments of the list of flows. */
@ArgsType()
export class ContactFlowsArgs extends DirectoryArgs {
  @Field(() => ContactFlowType, {
    nullable: true,
    description: 'Only flows of this type; CONTACT_FLOW are those that a call can run.',
  })
  @IsOptional()
  @IsNotIn(['UNKNOWN'], { message: 'UNKNOWN only comes in answers; leave it out.' })
  readonly type?: Exclude<keyof typeof ContactFlowType, 'UNKNOWN'> | null;
}
