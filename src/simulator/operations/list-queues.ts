import { operation } from '../operation.js';
import { choice, list, structure, text, whole } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

/** The queues of an instance: agents' own ones too, unless types are named. */
export const listQueues = operation({
  name: 'ListQueues',
  input: structure({
    InstanceId: instanceId,
    QueueTypes: list(choice('STANDARD', 'AGENT'), { max: 2 }),
    MaxResults: whole({ min: 1, max: 1_000 }),
    NextToken: text(),
  }),
  handle({ InstanceId, QueueTypes = [], MaxResults, NextToken }, world) {
    const queues = world.directory
      .instance(InstanceId)
      .queues.filter(({ type }) => QueueTypes.length === 0 || QueueTypes.includes(type));
    const page = world.pager.page(queues, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['ListQueues', InstanceId, QueueTypes],
    });
    const summaries = page.items.map((queue) => ({
      Id: queue.id,
      Arn: world.directory.queueArn(InstanceId, queue),
      Name: queue.name,
      QueueType: queue.type,
    }));
    return { QueueSummaryList: summaries, NextToken: page.nextToken };
  },
});
