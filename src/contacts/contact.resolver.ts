import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Agent } from '../agents/agent.type.js';
import type { AgentService } from '../agents/agent.service.js';
import { ContactFlow } from '../flows/contact-flow.type.js';
import type { ContactFlowService } from '../flows/contact-flow.service.js';
import { Authorize } from '../graphql/authorize.js';
import { costOfBytes } from '../graphql/field-cost.js';
import { instanceIdArg } from '../graphql/instance-id.arg.js';
import { PageArgs, pageRequestFrom } from '../graphql/page.args.js';
import { ReferenceResolver, type EntityReference } from '../graphql/reference-resolver.js';
import { maxAttributeBytes } from '../graphql/rules/attributes.rule.js';
import { fromSource, SubscriptionSource } from '../graphql/subscription-source.js';
import { isResourceId } from '../connect/ids.js';
import { Queue } from '../queues/queue.type.js';
import type { QueueService } from '../queues/queue.service.js';
import { callerOf, type RequestContext } from '../request.js';
import { knownFrom } from './contact-details.js';
import { ContactAttribute, ContactReference } from './contact-parts.type.js';
import type { ContactSearchService } from './contact-search.service.js';
import type { ContactService } from './contact.service.js';
import { Contact, ContactConnection } from './contact.type.js';
import { ContactsArgs } from './contacts.args.js';
import { SearchContactsInput } from './search-contacts.input.js';
import type { FollowedContacts } from './timeline/followed-contacts.js';
import type { ContactSnapshot } from './timeline/follower.js';

/** The options of an argument `instanceId` beside the id of one contact. */
const ofOneContact = {
  nullable: true,
  description: 'Left out: the one the call was placed in, if it was placed here; else the default one.',
};

@Resolver(() => Contact)
export class ContactResolver {
  constructor(
    private readonly service: ContactService,
    private readonly searchService: ContactSearchService,
    private readonly related: { queues: QueueService; agents: AgentService; flows: ContactFlowService },
    private readonly access: InstanceAccess,
    private readonly followedContacts: FollowedContacts,
  ) {}

  @Query(() => Contact, { nullable: true, description: 'One contact, or null where there is none for you.' })
  @Authorize('contacts:read')
  contact(
    @Arg('id', () => ID, { description: 'The contact id.' }) id: string,
    @Arg('instanceId', () => ID, ofOneContact)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Contact | null> {
    return this.#find({ id, instanceId }, context);
  }

  @Query(() => [Contact], {
    nullable: 'items',
    description: 'Up to 100 contacts in the order of the ids; null for each that is not there for you.',
  })
  @Authorize('contacts:read')
  contacts(
    @Args(() => ContactsArgs) { ids, instanceId }: ContactsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Contact | null>[] {
    return ids.map((id) => this.#find({ id, instanceId }, context));
  }

  @Query(() => ContactConnection, {
    nullable: true,
    description:
      'Finds contacts. Connect allows one search every two seconds for a whole account and tells little of each contact: ' +
      'further fields cost one request a contact.',
  })
  @Authorize('contacts:read')
  async searchContacts(
    @Arg('input', () => SearchContactsInput, { description: 'Which contacts.' }) input: SearchContactsInput,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('instanceId', () => ID, instanceIdArg)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ContactConnection | null> {
    const allowed = this.access.forRead(callerOf(context), instanceId);
    return allowed === null ? null : this.searchService.search(allowed, input, pageRequestFrom(page), context);
  }

  @Subscription(() => Contact, {
    nullable: true,
    subscribe: fromSource,
    description:
      'Follows one contact: first where it is now, then each change, several at once if you read slowly. Completes when the contact is over: disconnected, and no ' +
      'after-contact work open, or never shown by Connect within 90 s. One null, and then completion, where there is none for you.',
  })
  @Authorize('contacts:read')
  contactUpdated(
    @Arg('id', () => ID, { description: 'The contact id.' }) _id: string,
    @Arg('instanceId', () => ID, ofOneContact)
    _instanceId: string | null,
    @Root() snapshot: ContactSnapshot | null,
    @Ctx() context: RequestContext,
  ): Contact | null {
    return snapshot && this.service.contact(snapshot.key, context, knownFrom(snapshot));
  }

  @SubscriptionSource('contactUpdated')
  async contactUpdates(
    { id, instanceId }: EntityReference,
    context: RequestContext,
  ): Promise<AsyncIterable<ContactSnapshot | null>> {
    const allowed = await this.#instanceFor({ id, instanceId }, context);
    if (allowed === null || !isResourceId(id)) return nothing();
    return this.followedContacts.follow({ instanceId: allowed, id }, callerOf(context));
  }

  @ReferenceResolver('Contact', 'contacts:read')
  contactReference(reference: EntityReference, context: RequestContext): Promise<Contact | null> {
    return this.#find(reference, context);
  }

  @FieldResolver(() => Queue, {
    nullable: true,
    description:
      'The queue it entered. The flow decides on it: the queueId of the input only sets the caller id. Without `contacts:pii` only a queue that is ' +
      'known to be a standard one; that of a single agent would tell who took the contact.',
  })
  @Authorize('contacts:read')
  async queue(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<Queue | null> {
    const queue = await contact.detail('queue');
    return queue && this.related.queues.entered(contact.instanceId, queue, context);
  }

  @FieldResolver(() => Agent, { nullable: true, description: 'Who took it.' })
  @Authorize('contacts:read', 'contacts:pii')
  async agent(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<Agent | null> {
    const id = await contact.detail('agentId');
    if (id === null) return null;
    return this.related.agents.agent({ instanceId: contact.instanceId, id }, callerOf(context));
  }

  @FieldResolver(() => ContactFlow, {
    nullable: true,
    description: 'The flow it was placed with; known only for calls this gateway placed.',
  })
  @Authorize('contacts:read')
  async contactFlow(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<ContactFlow | null> {
    const id = await this.service.contactFlowIdOf(contact, context);
    if (id === null) return null;
    return this.related.flows.contactFlow({ instanceId: contact.instanceId, id }, callerOf(context));
  }

  @FieldResolver(() => [ContactAttribute], {
    nullable: true,
    description: 'What the flow and the agent work with.',
    complexity: costOfBytes(maxAttributeBytes),
  })
  @Authorize('contacts:read', 'contacts:pii')
  attributes(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<readonly ContactAttribute[] | null> {
    return this.service.attributesOf(contact, context);
  }

  @FieldResolver(() => [ContactReference], {
    nullable: true,
    description: 'What the agent is shown beside it.',
    complexity: costOfBytes(4_096),
  })
  @Authorize('contacts:read', 'contacts:pii')
  references(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<readonly ContactReference[] | null> {
    return this.service.referencesOf(contact, context);
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'The earlier contact it was linked to when placed.' })
  @Authorize('contacts:read')
  relatedContact(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<Contact | null> {
    return this.#linked(contact, 'relatedContactId', context);
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'The one it was transferred from.' })
  @Authorize('contacts:read')
  previousContact(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<Contact | null> {
    return this.#linked(contact, 'previousContactId', context);
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'The first of its chain of transfers; may be itself.' })
  @Authorize('contacts:read')
  initialContact(@Root() contact: Contact, @Ctx() context: RequestContext): Promise<Contact | null> {
    return this.#linked(contact, 'initialContactId', context);
  }

  @FieldResolver(() => ContactConnection, { nullable: true, description: 'The whole tree of contacts it belongs to.' })
  @Authorize('contacts:read')
  associatedContacts(
    @Root() contact: Contact,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ContactConnection | null> {
    return this.service.associated(contact, pageRequestFrom(page), context);
  }

  async #linked(
    contact: Contact,
    link: 'relatedContactId' | 'previousContactId' | 'initialContactId',
    context: RequestContext,
  ): Promise<Contact | null> {
    const id = await contact.detail(link);
    return id === null ? null : this.service.contact({ instanceId: contact.instanceId, id }, context);
  }

  async #find({ id, instanceId }: EntityReference, context: RequestContext): Promise<Contact | null> {
    const allowed = await this.#instanceFor({ id, instanceId }, context);
    return allowed === null ? null : this.service.find({ instanceId: allowed, id }, context);
  }

  async #instanceFor({ id, instanceId }: EntityReference, context: RequestContext): Promise<string | null> {
    const caller = callerOf(context);
    if (typeof instanceId === 'string') return this.access.forRead(caller, instanceId);
    return this.access.forIdAlone(caller, await this.service.instanceOf(id, context));
  }
}

/** The one event for a contact that is not there. */
async function* nothing(): AsyncGenerator<null> {
  yield await Promise.resolve(null);
}
