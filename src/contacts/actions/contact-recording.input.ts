import { IsOptional } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { ContactChangeInput } from './contact-change.input.js';
import { ContactRecordingType, IvrRecordingTrack, VoiceRecordingTrack } from './contact-recording.enum.js';
import { HasOneTrack } from './rules/one-track.rule.js';

/** What to record; its rule stands on the member that holds it, `@HasOneTrack`. */
@InputType({ description: 'What to record: either voiceRecordingTrack or ivrRecordingTrack.' })
export class VoiceRecordingConfigurationInput {
  @Field(() => VoiceRecordingTrack, {
    nullable: true,
    description: 'Records while an agent is there, from when one joins.',
  })
  readonly voiceRecordingTrack?: VoiceRecordingTrack | null;

  @Field(() => IvrRecordingTrack, { nullable: true, description: 'Records while the flow talks with the customer.' })
  readonly ivrRecordingTrack?: IvrRecordingTrack | null;
}

/** Amazon Connect's request in camelCase; which contact is the first of its chain the gateway finds out. */
@InputType({ description: 'The contact to record, and what of it.' })
export class StartContactRecordingInput extends ContactChangeInput {
  @Field(() => VoiceRecordingConfigurationInput, { description: 'Exactly one of its two tracks.' })
  @HasOneTrack()
  readonly voiceRecordingConfiguration!: VoiceRecordingConfigurationInput;
}

/** Which recording is meant: what the inputs begin with that are about one that was started. */
@InputType()
export abstract class StartedRecordingInput extends ContactChangeInput {
  @Field(() => ContactRecordingType, {
    nullable: true,
    description: "Which of the contact's recordings; Connect chooses when left out.",
  })
  @IsOptional()
  readonly contactRecordingType?: ContactRecordingType | null;
}

/** Amazon Connect's request in camelCase; which contact is the first of its chain the gateway finds out. */
@InputType({ description: 'The recording to end for good.' })
export class StopContactRecordingInput extends StartedRecordingInput {}

/** Amazon Connect's request in camelCase; which contact is the first of its chain the gateway finds out. */
@InputType({ description: 'The recording to pause.' })
export class SuspendContactRecordingInput extends StartedRecordingInput {}

/** Amazon Connect's request in camelCase; which contact is the first of its chain the gateway finds out. */
@InputType({ description: 'The recording to go on with.' })
export class ResumeContactRecordingInput extends StartedRecordingInput {}
