import { IsOptional } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { IsConnectId } from '../../contacts/rules/connect-id.rule.js';

/** Which contact is meant: what the input of every change of a contact begins with. */
@InputType()
export abstract class ContactChangeInput {
  @Field(() => ID, {
    description: 'The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`.',
  })
  @IsConnectId('contact')
  readonly contactId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one.',
  })
  @IsOptional()
  @IsConnectId('instance')
  readonly instanceId?: string | null;
}
