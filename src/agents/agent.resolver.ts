import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Authorize } from '../graphql/authorize.js';
import { instanceIdArg } from '../graphql/instance-id.arg.js';
import { DirectoryArgs, pageRequestFrom } from '../graphql/page.args.js';
import { ReferenceResolver, type EntityReference } from '../graphql/reference-resolver.js';
import { callerOf, type RequestContext } from '../request.js';
import type { AgentService } from './agent.service.js';
import { Agent, AgentConnection } from './agent.type.js';

@Resolver(() => Agent)
export class AgentResolver {
  constructor(
    private readonly service: AgentService,
    private readonly access: InstanceAccess,
  ) {}

  @Query(() => Agent, { nullable: true, description: 'One agent, or null where there is none for you.' })
  @Authorize('directory:read')
  agent(
    @Arg('id', () => ID, { description: 'The user id.' }) id: string,
    @Arg('instanceId', () => ID, instanceIdArg)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Agent | null> {
    return this.#find({ id, instanceId }, context);
  }

  @Query(() => AgentConnection, { nullable: true, description: 'The agents of an instance, by user name.' })
  @Authorize('directory:read')
  async agents(
    @Args(() => DirectoryArgs) args: DirectoryArgs,
    @Ctx() context: RequestContext,
  ): Promise<AgentConnection | null> {
    const caller = callerOf(context);
    const instanceId = this.access.forRead(caller, args.instanceId);
    if (instanceId === null) return null;
    return this.service.list(instanceId, args.nameContains ?? undefined, pageRequestFrom(args), caller);
  }

  @ReferenceResolver('Agent', 'directory:read')
  agentReference(reference: EntityReference, context: RequestContext): Promise<Agent | null> {
    return this.#find(reference, context);
  }

  async #find({ id, instanceId }: EntityReference, context: RequestContext): Promise<Agent | null> {
    const caller = callerOf(context);
    const allowed = this.access.forRead(caller, instanceId);
    return allowed === null ? null : this.service.find({ instanceId: allowed, id }, caller);
  }
}
