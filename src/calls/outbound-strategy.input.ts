import { ArrayUnique, Min } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { ListOfAtMost } from '../graphql/rules/list-of-at-most.rule.js';
import { AllowedUserAction, OutboundStrategyType } from './outbound-strategy.enum.js';

/** How long an agent has for a decision after accepting a preview. */
@InputType({ description: 'How long an agent has after accepting a preview.' })
export class PostAcceptTimeoutConfigInput {
  @Field(() => Int, {
    description: 'Seconds until the customer is dialed without a decision of the agent. Example: `30`.',
  })
  @Min(0)
  durationInSeconds!: number;
}

/** What an agent sees and may do before the customer is dialed. */
@InputType({ description: 'The preview of an agent before the customer is dialed.' })
export class PreviewInput {
  @Field(() => PostAcceptTimeoutConfigInput, { description: 'How long the agent has.' })
  postAcceptTimeoutConfig!: PostAcceptTimeoutConfigInput;

  @Field(() => [AllowedUserAction], {
    description: 'What the agent may do; each action once. Example: `[CALL, DISCARD]`.',
  })
  @ListOfAtMost(Object.keys(AllowedUserAction).length)
  @ArrayUnique()
  allowedUserActions!: AllowedUserAction[];
}

/** The settings of AGENT_FIRST. */
@InputType({ description: 'The settings of AGENT_FIRST.' })
export class AgentFirstInput {
  @Field(() => PreviewInput, { nullable: true, description: 'The preview that the agent gets.' })
  preview?: PreviewInput | null;
}

/** The settings of a strategy, one member per type of it. */
@InputType({ description: 'The settings of a strategy.' })
export class OutboundStrategyConfigInput {
  @Field(() => AgentFirstInput, { nullable: true, description: 'The settings of AGENT_FIRST.' })
  agentFirst?: AgentFirstInput | null;
}

/** How a campaign call is brought together with its agent. */
@InputType({
  description: 'How a campaign call is brought together with its agent. Amazon Connect takes it from campaigns only.',
})
export class OutboundStrategyInput {
  @Field(() => OutboundStrategyType, { description: 'Who is brought onto the call first.' })
  type!: OutboundStrategyType;

  @Field(() => OutboundStrategyConfigInput, { nullable: true, description: 'The settings of the strategy.' })
  config?: OutboundStrategyConfigInput | null;
}
