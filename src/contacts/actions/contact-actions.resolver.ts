import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ResourceKey } from '../../connect/ids.js';
import { Authorize } from '../../graphql/authorize.js';
import type { RequestContext } from '../../request.js';
import type { ContactService } from '../contact.service.js';
import { Contact } from '../contact.type.js';
import type { ContactActions } from './contact-actions.service.js';
import {
  ResumeContactRecordingInput,
  StartContactRecordingInput,
  StopContactRecordingInput,
  SuspendContactRecordingInput,
} from './contact-recording.input.js';
import { StopContactInput } from './stop-contact.input.js';
import { TagContactInput, UntagContactInput } from './tag-contact.input.js';
import { UpdateContactAttributesInput } from './update-contact-attributes.input.js';
import { UpdateContactInput } from './update-contact.input.js';

@Resolver()
export class ContactActionsResolver {
  constructor(
    private readonly actions: ContactActions,
    private readonly contacts: ContactService,
  ) {}

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Ends a contact: the line goes dead for everybody on it. Can be asked again safely; one that has ended already is answered as it is.',
  })
  @Authorize('contacts:manage')
  async stopContact(
    @Arg('input', () => StopContactInput, { description: 'Which contact.' }) input: StopContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.stop(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Sets attributes of a contact, for its flow and its agent, also once it has ended. Can be asked again safely; of two at once the later one stays.',
  })
  @Authorize('contacts:manage')
  async updateContactAttributes(
    @Arg('input', () => UpdateContactAttributesInput, { description: 'Which contact, and its attributes.' })
    input: UpdateContactAttributesInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.updateAttributes(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Changes what the agent is shown of a contact, also once it has ended. Can be asked again safely; of two at once the later one stays.',
  })
  @Authorize('contacts:manage')
  async updateContact(
    @Arg('input', () => UpdateContactInput, { description: 'Which contact, and what is to be changed.' })
    input: UpdateContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.update(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description: 'Puts tags on a contact. Can be asked again safely; of two at once the later one stays.',
  })
  @Authorize('contacts:manage')
  async tagContact(
    @Arg('input', () => TagContactInput, { description: 'Which contact, and its tags.' }) input: TagContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.tag(input, context), context);
  }

  @Mutation(() => Contact, { nullable: true, description: 'Takes tags off a contact. Can be asked again safely.' })
  @Authorize('contacts:manage')
  async untagContact(
    @Arg('input', () => UntagContactInput, { description: 'Which contact, and the keys of the tags.' })
    input: UntagContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.untag(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Starts recording a contact, once: a recording that was stopped cannot be started again. A second start is refused with CONTACT_STATE_CONFLICT.',
  })
  @Authorize('contacts:manage')
  async startContactRecording(
    @Arg('input', () => StartContactRecordingInput, { description: 'Which contact, and what is to be recorded.' })
    input: StartContactRecordingInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.startRecording(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description: 'Ends a recording for good. To go on later, suspend it instead.',
  })
  @Authorize('contacts:manage')
  async stopContactRecording(
    @Arg('input', () => StopContactRecordingInput, { description: 'Which contact.' }) input: StopContactRecordingInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.stopRecording(input, context), context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description: 'Pauses a recording, which is silent until it is resumed: for a card number that is spoken, say.',
  })
  @Authorize('contacts:manage')
  async suspendContactRecording(
    @Arg('input', () => SuspendContactRecordingInput, { description: 'Which contact.' })
    input: SuspendContactRecordingInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.suspendRecording(input, context), context);
  }

  @Mutation(() => Contact, { nullable: true, description: 'Goes on with a recording that was suspended.' })
  @Authorize('contacts:manage')
  async resumeContactRecording(
    @Arg('input', () => ResumeContactRecordingInput, { description: 'Which contact.' })
    input: ResumeContactRecordingInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    return this.#contact(await this.actions.resumeRecording(input, context), context);
  }

  /** What a change left of the contact is read only where it is asked for: Connect's answer tells nothing. */
  #contact(key: ResourceKey, context: RequestContext): Contact {
    return this.contacts.contact(key, context);
  }
}
