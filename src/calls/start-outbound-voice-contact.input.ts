import { IsDefined, IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { ContactAttributeInput } from '../contacts/contact-attribute.input.js';
import { ContactReferenceInput } from '../contacts/contact-reference.input.js';
import { Authorize } from '../graphql/authorize.js';
import { PhoneNumber } from '../graphql/phone-number.scalar.js';
import { IsConnectId } from '../contacts/rules/connect-id.rule.js';
import { IsAttributeList } from '../graphql/rules/attributes.rule.js';
import { IsReferenceList } from '../graphql/rules/references.rule.js';
import { IsText } from '../graphql/rules/text.rule.js';
import { AnswerMachineDetectionConfigInput } from './answer-machine-detection-config.input.js';
import { OutboundStrategyInput } from './outbound-strategy.input.js';
import { NeedsCampaignTraffic } from './rules/needs-campaign-traffic.rule.js';
import { IsPhoneNumber } from './rules/phone-number.rule.js';
import { TrafficType } from './traffic-type.enum.js';

/**
 * Every member of Amazon Connect's request in camelCase, and some of our own: `maxWaitInSeconds` and `allowRepeat`, and what the dialing rules judge the call by, `purpose`,
 * `calleeTimeZone`, `calleeState` and `consentReference`.
 */
@InputType({ description: 'The call to place. Either sourcePhoneNumber or queueId must be there, or both.' })
export class StartOutboundVoiceContactInput {
  @Field(() => PhoneNumber, { description: 'The number to call, in E.164 form. Example: `+12065550100`.' })
  @IsPhoneNumber()
  destinationPhoneNumber!: string;

  @Field(() => ID, {
    description:
      'The flow that runs once the call is answered: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`.',
  })
  @IsConnectId('contact-flow', { ofInstanceOfCall: true })
  contactFlowId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The Amazon Connect instance: its id or its ARN. The configured default instance when left out.',
  })
  @IsOptional()
  @IsConnectId('instance')
  instanceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your key for this one call: asked again with the same key and the same input, the same contact is answered and nothing is dialed. ' +
      '1 to 500 printable ASCII characters, from space to tilde. Example: `7c9e6679-7425-40de-944b-e07fc1f90ae7`.',
  })
  @IsOptional()
  @Matches(/^[ -~]{1,500}$/, { message: 'must have 1 to 500 printable ASCII characters (space to tilde)' })
  clientToken?: string | null;

  @Field(() => PhoneNumber, {
    nullable: true,
    description:
      "The number that the customer sees, one of the instance's, in E.164 form. The queue's when left out. Example: `+12065550123`.",
  })
  @ValidateIf(
    (input: StartOutboundVoiceContactInput) => isPresent(input.sourcePhoneNumber) || !isPresent(input.queueId),
  )
  @IsDefined({ message: 'must be there where queueId is not: one of them gives the number that the customer sees' })
  @IsPhoneNumber()
  sourcePhoneNumber?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The queue whose outbound caller number the customer sees when sourcePhoneNumber is left out: its id or its ARN. ' +
      'Which queue the call is put into is decided by the flow.',
  })
  @IsOptional()
  @IsConnectId('queue', { ofInstanceOfCall: true })
  queueId?: string | null;

  @Field(() => [ContactAttributeInput], {
    nullable: true,
    description: 'Attributes that the flow can read, at most 32,768 UTF-8 bytes over all keys and values.',
  })
  @IsOptional()
  @IsAttributeList()
  attributes?: ContactAttributeInput[] | null;

  @Field(() => AnswerMachineDetectionConfigInput, {
    nullable: true,
    description: 'Answering machine detection, for campaign calls.',
  })
  @IsOptional()
  @NeedsCampaignTraffic()
  answerMachineDetectionConfig?: AnswerMachineDetectionConfigInput | null;

  @Authorize('calls:campaign')
  @Field(() => ID, {
    nullable: true,
    description: 'The outbound campaign that the call belongs to: its id or its ARN.',
  })
  @IsOptional()
  @IsConnectId('campaign')
  campaignId?: string | null;

  @Field(() => TrafficType, {
    defaultValue: TrafficType.GENERAL,
    description: 'What kind of traffic the call belongs to.',
  })
  trafficType!: TrafficType;

  @Field(() => String, {
    nullable: true,
    description: 'What the agent reads as the name of the contact, at most 1,024 characters. Example: `Order A-1001`.',
  })
  @IsOptional()
  @IsText(0, 1024)
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What the agent reads about the contact, at most 4,096 characters. Example: `Asked to be called back.`',
  })
  @IsOptional()
  @IsText(0, 4096)
  description?: string | null;

  @Field(() => [ContactReferenceInput], {
    nullable: true,
    description: 'What the agent is shown next to the call, at most 4,096 UTF-8 bytes over all names and values.',
  })
  @IsOptional()
  @IsReferenceList()
  references?: ContactReferenceInput[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'An earlier contact that this one is about, whose attributes are copied: its id or its ARN.',
  })
  @IsOptional()
  @IsConnectId('contact', { ofInstanceOfCall: true })
  relatedContactId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long it may ring, 15 to 60 seconds; 60 when left out. Example: `30`.',
  })
  @IsOptional()
  @Min(15)
  @Max(60)
  ringTimeoutInSeconds?: number | null;

  @Authorize('calls:campaign')
  @Field(() => OutboundStrategyInput, {
    nullable: true,
    description: 'How a campaign call is brought together with its agent.',
  })
  outboundStrategy?: OutboundStrategyInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How long you are ready to wait for a permit within the quota and for the answer, 3 to 55 seconds. Example: `10`.',
  })
  @IsOptional()
  @Min(3)
  @Max(55)
  maxWaitInSeconds?: number | null;

  @Authorize('calls:repeat')
  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'True places the call even if the same number was called moments ago, or another call to it is on its way; within an hour only as often as the ' +
      'gateway allows. False needs no scope.',
  })
  allowRepeat!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'What the call is for, as the dialing rules of the gateway name it: capitals, digits and underscores. Example: `SERVICE`.',
  })
  @IsOptional()
  @Matches(/^[A-Z][A-Z0-9_]{0,63}$/, { message: 'must be a name such as SERVICE: capitals, digits and underscores' })
  purpose?: string | null;

  @Authorize('calls:attest')
  @Field(() => String, {
    nullable: true,
    description:
      'The time zone that you verified the callee to be in; the dialing rules go by it instead of by the number. Example: `America/New_York`.',
  })
  @IsOptional()
  @Matches(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, { message: 'must be the name of a time zone such as America/New_York' })
  calleeTimeZone?: string | null;

  @Authorize('calls:attest')
  @Field(() => String, {
    nullable: true,
    description:
      'The state, province or territory that you verified the callee to live in, as two letters. Example: `FL`.',
  })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be two capitals such as FL' })
  calleeState?: string | null;

  @Authorize('calls:attest')
  @Field(() => String, {
    nullable: true,
    description:
      "Where your record of the callee's consent is found, 1 to 256 printable ASCII characters. Nothing looks there: with it you say that there is one. Example: `consent-2026-1042`.",
  })
  @IsOptional()
  @Matches(/^[ -~]{1,256}$/, { message: 'must have 1 to 256 printable ASCII characters (space to tilde)' })
  consentReference?: string | null;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
