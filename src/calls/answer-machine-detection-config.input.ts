import { Field, InputType } from 'type-graphql';

/** Whether a machine is told from a person; the rule that binds it to campaign traffic stands on the input that holds it. */
@InputType({ description: 'Answering machine detection.' })
export class AnswerMachineDetectionConfigInput {
  @Field(() => Boolean, { nullable: true, description: 'Tells a machine from a person. Needs trafficType CAMPAIGN.' })
  enableAnswerMachineDetection?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Waits for the end of the machine's prompt before the flow goes on.",
  })
  awaitAnswerMachinePrompt?: boolean | null;
}
