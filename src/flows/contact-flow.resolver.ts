import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Authorize } from '../graphql/authorize.js';
import { instanceIdArg } from '../graphql/instance-id.arg.js';
import { pageRequestFrom } from '../graphql/page.args.js';
import { ReferenceResolver, type EntityReference } from '../graphql/reference-resolver.js';
import { callerOf, type RequestContext } from '../request.js';
import type { ContactFlowService } from './contact-flow.service.js';
import { ContactFlow, ContactFlowConnection } from './contact-flow.type.js';
import { ContactFlowsArgs } from './contact-flows.args.js';

@Resolver(() => ContactFlow)
export class ContactFlowResolver {
  constructor(
    private readonly service: ContactFlowService,
    private readonly access: InstanceAccess,
  ) {}

  @Query(() => ContactFlow, { nullable: true, description: 'One flow, or null where there is none for you.' })
  @Authorize('directory:read')
  contactFlow(
    @Arg('id', () => ID, { description: 'The flow id.' }) id: string,
    @Arg('instanceId', () => ID, instanceIdArg)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ContactFlow | null> {
    return this.#find({ id, instanceId }, context);
  }

  @Query(() => ContactFlowConnection, {
    nullable: true,
    description: 'The active, published flows of an instance. An outbound call runs one of type CONTACT_FLOW.',
  })
  @Authorize('directory:read')
  async contactFlows(
    @Args(() => ContactFlowsArgs) args: ContactFlowsArgs,
    @Ctx() context: RequestContext,
  ): Promise<ContactFlowConnection | null> {
    const caller = callerOf(context);
    const instanceId = this.access.forRead(caller, args.instanceId);
    if (instanceId === null) return null;
    const filter = { nameContains: args.nameContains ?? undefined, type: args.type ?? undefined };
    return this.service.list(instanceId, filter, pageRequestFrom(args), caller);
  }

  @ReferenceResolver('ContactFlow', 'directory:read')
  contactFlowReference(reference: EntityReference, context: RequestContext): Promise<ContactFlow | null> {
    return this.#find(reference, context);
  }

  async #find({ id, instanceId }: EntityReference, context: RequestContext): Promise<ContactFlow | null> {
    const caller = callerOf(context);
    const allowed = this.access.forRead(caller, instanceId);
    return allowed === null ? null : this.service.find({ instanceId: allowed, id }, caller);
  }
}
