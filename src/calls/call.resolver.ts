import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { KnownDetails } from '../contacts/contact-details.js';
import type { ContactService } from '../contacts/contact.service.js';
import { Contact } from '../contacts/contact.type.js';
import { Authorize } from '../graphql/authorize.js';
import { connectIdFrom } from '../graphql/connect-arn.js';
import { callerOf, type RequestContext } from '../request.js';
import type { CallService } from './call.service.js';
import { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';

@Resolver()
export class CallResolver {
  constructor(
    private readonly calls: CallService,
    private readonly contacts: ContactService,
  ) {}

  @Mutation(() => Contact, {
    nullable: true,
    description:
      'Places one phone call: a real phone rings. The answer comes when Connect accepted it, before it rings. ' +
      'With the same clientToken and input it can be asked again safely: nothing is dialed twice.',
  })
  @Authorize('calls:start')
  async startOutboundVoiceContact(
    @Arg('input', () => StartOutboundVoiceContactInput) input: StartOutboundVoiceContactInput,
    @Ctx() context: RequestContext,
  ): Promise<Contact> {
    const caller = callerOf(context);
    const { contactId, instanceId, placedNow } = await this.calls.start(input, caller, context.log);
    // For whoever must find out later who called whom: the contact knows the number, the log does not.
    const { subject, tenant } = caller;
    context.log.info(
      { contactId, instanceId, placedNow, trafficType: input.trafficType, subject, tenant },
      'call placed',
    );
    return this.contacts.contact({ instanceId, id: contactId }, context, placedNow ? toldBy(input) : {});
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
