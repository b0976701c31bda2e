import { queueOnWire } from '../directory.wire.js';
import { operation } from '../operation.js';
import { matchesCriteria, matchesString, matchesTags, stringCondition } from '../search-conditions.js';
import type { Criteria, StringCondition } from '../search-conditions.js';
import type { Shape } from '../shapes.js';
import { choice, list, recursive, structure, text, whole } from '../shapes.js';
import { instanceId, tagFilter } from '../wire-shapes.js';

interface Leaf {
  readonly StringCondition?: StringCondition;
  readonly QueueTypeCondition?: 'STANDARD';
}

const criteria: Shape<Criteria<Leaf>> = structure({
  OrConditions: list(recursive(() => criteria)),
  AndConditions: list(recursive(() => criteria)),
  StringCondition: stringCondition,
  QueueTypeCondition: choice('STANDARD'),
});

/** The standard queues of an instance that match; agents' own queues are never found. */
export const searchQueues = operation({
  name: 'SearchQueues',
  input: structure({
    InstanceId: instanceId,
    NextToken: text({ min: 1, max: 2_500 }),
    MaxResults: whole({ min: 1, max: 500 }),
    SearchFilter: structure({ TagFilter: tagFilter }),
    SearchCriteria: criteria,
  }),
  handle({ InstanceId, NextToken, MaxResults, SearchFilter, SearchCriteria }, world) {
    const instance = world.directory.instance(InstanceId);
    const queues = instance.queues.filter(
      (queue) =>
        queue.type === 'STANDARD' &&
        matchesTags(queue.tags, SearchFilter?.TagFilter) &&
        matchesCriteria(SearchCriteria, (leaf) =>
          matchesString(
            { name: queue.name, description: queue.description ?? '', resourceid: queue.id },
            leaf.StringCondition,
          ),
        ),
    );
    const page = world.pager.page(queues, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['SearchQueues', InstanceId, SearchFilter, SearchCriteria],
    });
    return {
      Queues: page.items.map((queue) => queueOnWire(world.directory, instance, queue)),
      NextToken: page.nextToken,
      ApproximateTotalCount: queues.length,
    };
  },
});
