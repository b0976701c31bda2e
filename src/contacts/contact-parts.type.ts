import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import { DateTime } from '../graphql/date-time.scalar.js';

@ObjectType({ description: 'One end of a contact.' })
export class ContactEndpoint {
  @Field(() => String, { nullable: true, description: 'TELEPHONE_NUMBER, VOIP, CONTACT_FLOW and the like.' })
  readonly type!: string | null;

  @Field(() => String, { nullable: true, description: 'Such as a phone number in E.164 form.' })
  @Authorize('contacts:pii')
  readonly address!: string | null;

  @Field(() => String, { nullable: true, description: 'The name that goes with the address.' })
  @Authorize('contacts:pii')
  readonly displayName!: string | null;
}

@ObjectType({ description: 'What may have been wrong when the contact ended.' })
export class DisconnectDetails {
  @Field(() => String, {
    nullable: true,
    description:
      'AGENT_CONNECTIVITY_ISSUE, AGENT_DEVICE_ISSUE, CUSTOMER_CONNECTIVITY_ISSUE, CUSTOMER_DEVICE_ISSUE; null if none was found.',
  })
  readonly potentialDisconnectIssue!: string | null;
}

@ObjectType({ description: 'When the far end spoke its greeting; known only with answering machine detection.' })
export class CustomerVoiceActivity {
  @Field(() => DateTime, { nullable: true, description: 'When the greeting began.' })
  readonly greetingStartTimestamp!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the greeting was over.' })
  readonly greetingEndTimestamp!: Date | null;
}

@ObjectType({ description: 'The outbound campaign a contact belongs to.' })
export class ContactCampaign {
  @Field(() => ID, { nullable: true, description: 'The id of the outbound campaign.' })
  readonly campaignId!: string | null;
}

@ObjectType({ description: 'How the contact met its agent, without saying who: see `agent` for that.' })
export class ContactAgentConnection {
  @Field(() => DateTime, { nullable: true, description: 'When the agent took it.' })
  readonly acceptedByAgentTimestamp!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the agent joined.' })
  readonly connectedToAgentTimestamp!: Date | null;

  @Field(() => Int, { nullable: true, description: 'How long the agent kept the customer on hold, in seconds.' })
  readonly agentInitiatedHoldDurationInSeconds!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When the agent began to work on it after the call.' })
  readonly afterContactWorkStartTimestamp!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When that work was done.' })
  readonly afterContactWorkEndTimestamp!: Date | null;

  @Field(() => Int, { nullable: true, description: 'How long that work took, in seconds.' })
  readonly afterContactWorkDurationInSeconds!: number | null;
}

@ObjectType({ description: 'How good one side of the call sounded.' })
export class AudioQuality {
  @Field(() => Float, { nullable: true, description: '1.00 to 5.00.' })
  readonly qualityScore!: number | null;

  @Field(() => [String], { description: 'HighPacketLoss, HighRoundTripTime, HighJitterBuffer.' })
  readonly potentialQualityIssues!: readonly string[];
}

@ObjectType({ description: 'How good the call sounded.' })
export class QualityMetrics {
  @Field(() => AudioQuality, { nullable: true, description: 'What the agent sent.' })
  readonly agentAudio!: AudioQuality | null;

  @Field(() => AudioQuality, { nullable: true, description: 'Only of web and in-app calls.' })
  readonly customerAudio!: AudioQuality | null;
}

@ObjectType({ description: 'A recording, and where it lies.' })
export class ContactRecording {
  @Field(() => String, { nullable: true, description: 'S3, KINESIS_VIDEO_STREAM and the like.' })
  readonly storageType!: string | null;

  @Field(() => String, { nullable: true, description: 'The place in that storage; Connect hands out no download.' })
  readonly location!: string | null;

  @Field(() => String, { nullable: true, description: 'AUDIO or VIDEO.' })
  readonly mediaStreamType!: string | null;

  @Field(() => String, { nullable: true, description: 'ALL, AGENT, CUSTOMER and the like.' })
  readonly participantType!: string | null;

  @Field(() => String, { nullable: true, description: 'AVAILABLE or DELETED.' })
  readonly status!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was deleted.' })
  readonly deletionReason!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it begins.' })
  readonly startTimestamp!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends.' })
  readonly stopTimestamp!: Date | null;
}

@ObjectType({ description: 'An attribute of a contact, as the flow and the agent see it.' })
export class ContactAttribute {
  @Field(() => String, { description: 'Its name, such as orderId.' })
  readonly key!: string;

  @Field(() => String, { description: 'Its value, such as 1234.' })
  readonly value!: string;
}

@ObjectType({ description: 'An attribute that Connect itself keeps, such as connect:Subtype.' })
export class SegmentAttribute {
  @Field(() => String, { description: 'Its name, such as connect:Subtype.' })
  readonly key!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'A string, number, list or map.' })
  readonly value!: unknown;
}

@ObjectType({ description: 'A link or a value that the agent is shown.' })
export class ContactReference {
  @Field(() => String, { description: 'What it is called.' })
  readonly name!: string;

  @Field(() => String, { description: 'URL, ATTACHMENT, NUMBER, STRING, DATE, EMAIL.' })
  readonly type!: string;

  @Field(() => String, { nullable: true, description: 'A DATE is an ISO 8601 moment.' })
  readonly value!: string | null;
}
