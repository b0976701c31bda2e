import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { KnownDetails } from '../contacts/contact-details.js';
import type { ContactService } from '../contacts/contact.service.js';
import { Contact } from '../contacts/contact.type.js';
import type { Connect } from '../connect/connect.js';
import { Authorize } from '../graphql/authorize.js';
import { connectIdFrom } from '../connect/ids.js';
import { callerOf, type RequestContext } from '../request.js';
import type { CallService } from './call.service.js';
import { OutboundCapacity, outboundCapacityFrom } from './outbound-capacity.type.js';
import type { PreflightService } from './preflight.service.js';
import { OutboundVoiceContactPreflight } from './preflight.type.js';
import { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';

@Resolver()
export class CallResolver {
  constructor(
    private readonly calls: CallService,
    private readonly contacts: ContactService,
    private readonly connect: Connect,
    private readonly preflights: PreflightService,
  ) {}

  @Query(() => OutboundCapacity, {
    nullable: true,
    description: 'How many calls wait for permits to start: for a form that says how long another one will.',
  })
  @Authorize('calls:start')
  async outboundCapacity(@Ctx() context: RequestContext): Promise<OutboundCapacity> {
    return outboundCapacityFrom(await this.connect.capacity('StartOutboundVoiceContact', callerOf(context)));
  }

  @Query(() => OutboundVoiceContactPreflight, {
    nullable: true,
    description:
      'What the dialing rules of the gateway would say of a call now, all of it at once. Nothing is dialed or reserved; the input is checked as that of the call is.',
  })
  @Authorize('calls:start')
  outboundVoiceContactPreflight(
    @Arg('input', () => StartOutboundVoiceContactInput, { description: 'The call.' })
    input: StartOutboundVoiceContactInput,
    @Ctx() context: RequestContext,
  ): Promise<OutboundVoiceContactPreflight> {
    return this.preflights.look(input, context);
  }

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Places one phone call: a real phone rings. The answer comes when Connect accepted it, before it rings. ' +
      'With the same clientToken and input it can be asked again safely: nothing is dialed twice.',
  })
  @Authorize('calls:start')
  async startOutboundVoiceContact(
    @Arg('input', () => StartOutboundVoiceContactInput, { description: 'The call.' })
    input: StartOutboundVoiceContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    const { contactId, instanceId, isReplay } = await this.calls.start(input, context);
    return this.contacts.contact(
      { instanceId, id: contactId },
      context,
      isReplay ? { isReplay } : { ...toldBy(input), isReplay },
    );
  }
}

/** What a call just placed is known to be, without asking. Of a linked contact's attributes Connect makes copies. */
function toldBy(input: StartOutboundVoiceContactInput): KnownDetails {
  return {
    status: 'INITIATED',
    outcome: null,
    initiationMethod: 'API',
    rawInitiationMethod: 'API',
    channel: 'VOICE',
    name: input.name ?? null,
    description: input.description ?? null,
    customerEndpoint: { type: 'TELEPHONE_NUMBER', address: input.destinationPhoneNumber, displayName: null },
    campaign: input.campaignId ? { campaignId: connectIdFrom(input.campaignId) } : null,
    relatedContactId: input.relatedContactId ? connectIdFrom(input.relatedContactId) : null,
    references: input.references ?? [],
    ...(input.relatedContactId ? {} : { attributes: input.attributes ?? [] }),
  };
}
