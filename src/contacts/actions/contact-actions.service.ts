import {
  ResumeContactRecordingCommand,
  StartContactRecordingCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  SuspendContactRecordingCommand,
  TagContactCommand,
  UntagContactCommand,
  UpdateContactAttributesCommand,
  UpdateContactCommand,
} from '@aws-sdk/client-connect';
import type { ResourceKey } from '../../connect/ids.js';
import { GatewayError } from '../../errors.js';
import { referenceValueAsSent } from '../../graphql/rules/references.rule.js';
import type { RequestContext } from '../../request.js';
import type { ContactChanges } from './contact-changes.js';
import type { StartContactRecordingInput, StartedRecordingInput } from './contact-recording.input.js';
import type { StopContactInput } from './stop-contact.input.js';
import type { TagContactInput, UntagContactInput } from './tag-contact.input.js';
import type { UpdateContactAttributesInput } from './update-contact-attributes.input.js';
import type { UpdateContactInput } from './update-contact.input.js';

/**
 * Acts on contacts that the caller may change; each method answers which contact that was. Two of the same at once, here or on two replicas: the one that
 * Connect carries out last stays, except that a recording is started, stopped, suspended or resumed by one of them, and the other is refused. All
 * throw GatewayError; after OUTCOME_UNKNOWN the change may have been made, after anything else it was not.
 */
export class ContactActions {
  constructor(private readonly changes: ContactChanges) {}

  /** Ends the contact; one that has ended already is as wanted. */
  async stop(input: StopContactInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const command = new StopContactCommand({ InstanceId: key.instanceId, ContactId: key.id });
    try {
      await this.changes.carryOut(key, command, context);
    } catch (error) {
      // What Connect answers to a stop of a contact that has ended is documented nowhere.
      if (!mayBeOver(error) || !(await this.#hasEnded(key, context))) throw error;
    }
    return key;
  }

  /** Where nobody can tell, what became of the stop is the answer: that reading failed does not mean that nothing was changed. */
  async #hasEnded(key: ResourceKey, context: RequestContext): Promise<boolean> {
    try {
      return await this.changes.hasEnded(key, context);
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }

  /** Sets attributes, also of a contact that has ended. */
  async updateAttributes(input: UpdateContactAttributesInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const command = new UpdateContactAttributesCommand({
      InstanceId: key.instanceId,
      InitialContactId: await this.changes.initialIdOf(key, context),
      Attributes: mapFrom(input.attributes),
    });
    await this.changes.carryOut(key, command, context);
    return key;
  }

  /** Changes what the agent is shown, also of a contact that has ended. */
  async update(input: UpdateContactInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const references = (input.references ?? []).map(
      ({ name, type, value }) => [name, { Type: type, Value: referenceValueAsSent(type, value) }] as const,
    );
    const command = new UpdateContactCommand({
      InstanceId: key.instanceId,
      ContactId: key.id,
      Name: input.name ?? undefined,
      Description: input.description ?? undefined,
      References: references.length > 0 ? Object.fromEntries(references) : undefined,
    });
    await this.changes.carryOut(key, command, context);
    return key;
  }

  async tag(input: TagContactInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const command = new TagContactCommand({
      InstanceId: key.instanceId,
      ContactId: key.id,
      Tags: mapFrom(input.tags),
    });
    await this.changes.carryOut(key, command, context);
    return key;
  }

  async untag({ tagKeys, ...input }: UntagContactInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const command = new UntagContactCommand({ InstanceId: key.instanceId, ContactId: key.id, TagKeys: tagKeys });
    await this.changes.carryOut(key, command, context);
    return key;
  }

  async startRecording(input: StartContactRecordingInput, context: RequestContext): Promise<ResourceKey> {
    const key = await this.changes.keyOf(input, context);
    const { voiceRecordingTrack, ivrRecordingTrack } = input.voiceRecordingConfiguration;
    const command = new StartContactRecordingCommand({
      InstanceId: key.instanceId,
      ContactId: key.id,
      InitialContactId: await this.changes.initialIdOf(key, context),
      VoiceRecordingConfiguration: {
        VoiceRecordingTrack: voiceRecordingTrack ?? undefined,
        IvrRecordingTrack: ivrRecordingTrack ?? undefined,
      },
    });
    await this.changes.carryOut(key, command, context);
    return key;
  }

  async stopRecording(input: StartedRecordingInput, context: RequestContext): Promise<ResourceKey> {
    const { key, recording } = await this.#recordingOf(input, context);
    await this.changes.carryOut(key, new StopContactRecordingCommand(recording), context);
    return key;
  }

  async suspendRecording(input: StartedRecordingInput, context: RequestContext): Promise<ResourceKey> {
    const { key, recording } = await this.#recordingOf(input, context);
    await this.changes.carryOut(key, new SuspendContactRecordingCommand(recording), context);
    return key;
  }

  async resumeRecording(input: StartedRecordingInput, context: RequestContext): Promise<ResourceKey> {
    const { key, recording } = await this.#recordingOf(input, context);
    await this.changes.carryOut(key, new ResumeContactRecordingCommand(recording), context);
    return key;
  }

  async #recordingOf(input: StartedRecordingInput, context: RequestContext) {
    const key = await this.changes.keyOf(input, context);
    const recording = {
      InstanceId: key.instanceId,
      ContactId: key.id,
      InitialContactId: await this.changes.initialIdOf(key, context),
      ContactRecordingType: input.contactRecordingType ?? undefined,
    };
    return { key, recording };
  }
}

/** Whether a stop was refused in a way in which one of a contact that has ended may be, perhaps by an earlier attempt. */
function mayBeOver(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  if (error.code === 'OUTCOME_UNKNOWN' || error.code === 'UPSTREAM_UNAVAILABLE') return mayBeOver(error.cause);
  return error.code === 'NOT_FOUND' || error.code === 'CONTACT_STATE_CONFLICT';
}

function mapFrom(entries: readonly { readonly key: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
