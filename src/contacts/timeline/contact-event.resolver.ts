import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { QueueService } from '../../queues/queue.service.js';
import type { RequestContext } from '../../request.js';
import { ContactEventDetails } from './contact-event.type.js';

@Resolver(() => ContactEventDetails)
export class ContactEventDetailsResolver {
  constructor(private readonly queues: QueueService) {}

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      "The queue that it entered. An agent's own queue is told only with `contacts:pii`, and not to those who follow.",
  })
  async queueId(
    @Root() { instanceId, queue }: ContactEventDetails,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    return queue && ((await this.queues.entered(instanceId, queue, context))?.id ?? null);
  }
}
