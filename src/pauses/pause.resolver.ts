import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import type { RequestContext } from '../request.js';
import { OutboundPause, outboundPauseFrom, ResumedOutboundCalling } from './outbound-pause.type.js';
import { PauseOutboundCallingInput } from './pause-outbound-calling.input.js';
import type { PauseService } from './pause.service.js';

@Resolver()
export class PauseResolver {
  constructor(private readonly service: PauseService) {}

  @Query(() => [OutboundPause], {
    nullable: true,
    description:
      'The pauses that hold calls of your tenant, the oldest first; those of all tenants with the scope `calls:pause-all`.',
  })
  @Authorize('calls:pause')
  async outboundPauses(@Ctx() context: RequestContext): Promise<OutboundPause[]> {
    return (await this.service.list(context)).map(outboundPauseFrom);
  }

  @Mutation(() => OutboundPause, {
    nullable: true,
    description:
      'Stops outbound calls on all replicas until somebody resumes them. Takes a second: once it is answered, no call that it holds is dialed any more; calls that were dialed go on. ' +
      'Can be asked again safely: for the same calls and the same reason the pause that stands is answered.',
  })
  @Authorize('calls:pause')
  async pauseOutboundCalling(
    @Arg('input', () => PauseOutboundCallingInput, { description: 'Which calls, and why.' })
    input: PauseOutboundCallingInput,
    @Ctx() context: RequestContext,
  ): Promise<OutboundPause> {
    return outboundPauseFrom(await this.service.pause(input, context));
  }

  @Mutation(() => ResumedOutboundCalling, {
    nullable: true,
    description:
      'Ends one pause. Can be asked again safely. The answer has the pauses that still hold calls: only where there is none do calls go on.',
  })
  @Authorize('calls:pause')
  async resumeOutboundCalling(
    @Arg('id', () => ID, { description: 'The id of the pause.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ResumedOutboundCalling> {
    const { resumed, pauses } = await this.service.resume(id, context);
    return { resumed: resumed ? outboundPauseFrom(resumed) : null, pauses: pauses.map(outboundPauseFrom) };
  }
}
