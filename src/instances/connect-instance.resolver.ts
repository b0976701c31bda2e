import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Authorize } from '../graphql/authorize.js';
import { callerOf, type RequestContext } from '../request.js';
import type { ConnectInstanceService } from './connect-instance.service.js';
import { ConnectInstance } from './connect-instance.type.js';

@Resolver(() => ConnectInstance)
export class ConnectInstanceResolver {
  constructor(
    private readonly service: ConnectInstanceService,
    private readonly access: InstanceAccess,
  ) {}

  @Query(() => ConnectInstance, {
    nullable: true,
    description: 'The instance, the default one unless named; null where it is not for you.',
  })
  @Authorize('directory:read')
  async connectInstance(
    @Arg('id', () => ID, { nullable: true, description: 'The instance id.' }) id: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ConnectInstance | null> {
    const caller = callerOf(context);
    const allowed = this.access.forRead(caller, id);
    return allowed === null ? null : this.service.find(allowed, caller);
  }
}
