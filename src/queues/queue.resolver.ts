import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Authorize } from '../graphql/authorize.js';
import { instanceIdArg } from '../graphql/instance-id.arg.js';
import { DirectoryArgs, pageRequestFrom } from '../graphql/page.args.js';
import { ReferenceResolver, type EntityReference } from '../graphql/reference-resolver.js';
import { callerOf, type RequestContext } from '../request.js';
import type { QueueService } from './queue.service.js';
import { Queue, QueueConnection } from './queue.type.js';

@Resolver(() => Queue)
export class QueueResolver {
  constructor(
    private readonly service: QueueService,
    private readonly access: InstanceAccess,
  ) {}

  @Query(() => Queue, {
    nullable: true,
    description:
      'One queue, or null where there is none for you: without `contacts:pii`, one that is not known to be a standard queue.',
  })
  @Authorize('directory:read')
  queue(
    @Arg('id', () => ID, { description: 'The queue id.' }) id: string,
    @Arg('instanceId', () => ID, instanceIdArg)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Queue | null> {
    return this.#find({ id, instanceId }, context);
  }

  @Query(() => QueueConnection, { nullable: true, description: 'The standard queues of an instance.' })
  @Authorize('directory:read')
  async queues(
    @Args(() => DirectoryArgs) args: DirectoryArgs,
    @Ctx() context: RequestContext,
  ): Promise<QueueConnection | null> {
    const caller = callerOf(context);
    const instanceId = this.access.forRead(caller, args.instanceId);
    if (instanceId === null) return null;
    return this.service.list(instanceId, args.nameContains ?? undefined, pageRequestFrom(args), caller);
  }

  @ReferenceResolver('Queue', 'directory:read')
  queueReference(reference: EntityReference, context: RequestContext): Promise<Queue | null> {
    return this.#find(reference, context);
  }

  async #find({ id, instanceId }: EntityReference, context: RequestContext): Promise<Queue | null> {
    const allowed = this.access.forRead(callerOf(context), instanceId);
    return allowed === null ? null : this.service.find({ instanceId: allowed, id }, context);
  }
}
