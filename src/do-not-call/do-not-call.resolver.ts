import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Authorize } from '../graphql/authorize.js';
import { costOfOnly } from '../graphql/field-cost.js';
import type { RequestContext } from '../request.js';
import { DoNotCallEntryArgs } from './do-not-call-entry.args.js';
import { AddToDoNotCallListInput, RemoveFromDoNotCallListInput } from './do-not-call-list.input.js';
import { DoNotCallAddition, DoNotCallEntry, doNotCallEntryFrom, DoNotCallRemoval } from './do-not-call-list.type.js';
import type { DoNotCallService } from './do-not-call.service.js';

/** To judge 1,000 numbers takes as long as some mutations: an operation has room for one such list. */
const complexity = costOfOnly(0);

@Resolver()
export class DoNotCallResolver {
  constructor(private readonly service: DoNotCallService) {}

  @Query(() => DoNotCallEntry, {
    nullable: true,
    description: 'The entry of a number in a do-not-call list; null where the number is not on it.',
  })
  @Authorize('dnc:manage')
  async doNotCallEntry(@Args(() => DoNotCallEntryArgs) args: DoNotCallEntryArgs): Promise<DoNotCallEntry | null> {
    const entry = await this.service.find(args);
    return entry ? doNotCallEntryFrom(entry) : null;
  }

  @Mutation(() => DoNotCallAddition, {
    nullable: true,
    complexity,
    description:
      'Puts numbers on a do-not-call list, for the calls of all tenants. Takes a second: once it is answered, none of them is dialed any more; calls that were dialed go on. ' +
      'Can be asked again safely: a number that is there keeps when it was added, and gets this reason and end.',
  })
  @Authorize('dnc:manage')
  async addToDoNotCallList(
    @Arg('input', () => AddToDoNotCallListInput, { description: 'Which numbers, which list, and why.' })
    input: AddToDoNotCallListInput,
    @Ctx() context: RequestContext,
  ): Promise<DoNotCallAddition> {
    const added = await this.service.add(input, context);
    return { added, alreadyThere: input.phoneNumbers.length - added };
  }

  @Mutation(() => DoNotCallRemoval, {
    nullable: true,
    complexity,
    description: 'Takes numbers off a do-not-call list. Can be asked again safely.',
  })
  @Authorize('dnc:manage')
  async removeFromDoNotCallList(
    @Arg('input', () => RemoveFromDoNotCallListInput, { description: 'Which numbers, and which list.' })
    input: RemoveFromDoNotCallListInput,
    @Ctx() context: RequestContext,
  ): Promise<DoNotCallRemoval> {
    const removed = await this.service.remove(input, context);
    return { removed, notThere: input.phoneNumbers.length - removed };
  }
}
