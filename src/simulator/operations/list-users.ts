import { operation } from '../operation.js';
import { structure, text, whole } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

/** The users of an instance, by user name only. */
export const listUsers = operation({
  name: 'ListUsers',
  input: structure({ InstanceId: instanceId, MaxResults: whole({ min: 1, max: 1_000 }), NextToken: text() }),
  handle({ InstanceId, MaxResults, NextToken }, world) {
    const page = world.pager.page(world.directory.instance(InstanceId).users, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['ListUsers', InstanceId],
    });
    const summaries = page.items.map((user) => ({
      Id: user.id,
      Arn: world.directory.arn(InstanceId, `agent/${user.id}`),
      Username: user.username,
    }));
    return { UserSummaryList: summaries, NextToken: page.nextToken };
  },
});
