import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { InstanceAccess } from '../access/instances.js';
import { Authorize } from '../graphql/authorize.js';
import { instanceIdArg } from '../graphql/instance-id.arg.js';
import { PageArgs, pageRequestFrom } from '../graphql/page.args.js';
import { callerOf, type RequestContext } from '../request.js';
import type { PhoneNumberService } from './phone-number.service.js';
import { ClaimedPhoneNumber, ClaimedPhoneNumberConnection } from './phone-number.type.js';

@Resolver(() => ClaimedPhoneNumber)
export class PhoneNumberResolver {
  constructor(
    private readonly service: PhoneNumberService,
    private readonly access: InstanceAccess,
  ) {}

  @Query(() => ClaimedPhoneNumberConnection, {
    nullable: true,
    description: 'The numbers an instance can show as caller id.',
  })
  @Authorize('directory:read')
  async phoneNumbers(
    @Args(() => PageArgs) args: PageArgs,
    @Arg('instanceId', () => ID, instanceIdArg)
    instanceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<ClaimedPhoneNumberConnection | null> {
    const caller = callerOf(context);
    const allowed = this.access.forRead(caller, instanceId);
    return allowed === null ? null : this.service.list(allowed, pageRequestFrom(args), caller);
  }
}
