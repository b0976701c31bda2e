import { instanceOnWire } from '../directory.wire.js';
import { operation } from '../operation.js';
import { structure, text, whole } from '../shapes.js';

/** The instances of the account, at most ten a page. */
export const listInstances = operation({
  name: 'ListInstances',
  input: structure({ NextToken: text(), MaxResults: whole({ min: 1, max: 10 }) }),
  lacks: ['InvalidParameterException', 'ThrottlingException'],
  handle({ NextToken, MaxResults }, { directory, pager }) {
    const page = pager.page(directory.instances, {
      nextToken: NextToken,
      size: MaxResults ?? 10,
      scope: ['ListInstances'],
    });
    return {
      InstanceSummaryList: page.items.map((instance) => instanceOnWire(directory, instance)),
      NextToken: page.nextToken,
    };
  },
});
