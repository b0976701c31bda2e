import { operation } from '../operation.js';
import { choice, list, structure, text, whole } from '../shapes.js';
import { flowTypes, instanceId } from '../wire-shapes.js';

/** The flows of an instance, of all kinds unless kinds are named. */
export const listContactFlows = operation({
  name: 'ListContactFlows',
  input: structure({
    InstanceId: instanceId,
    ContactFlowTypes: list(choice(...flowTypes), { max: 10 }),
    MaxResults: whole({ min: 1, max: 1_000 }),
    NextToken: text(),
  }),
  handle({ InstanceId, ContactFlowTypes = [], MaxResults, NextToken }, world) {
    const flows = world.directory
      .instance(InstanceId)
      .flows.filter(({ type }) => ContactFlowTypes.length === 0 || ContactFlowTypes.some((one) => one === type));
    const page = world.pager.page(flows, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['ListContactFlows', InstanceId, ContactFlowTypes],
    });
    const summaries = page.items.map((flow) => ({
      Id: flow.id,
      Arn: world.directory.arn(InstanceId, `contact-flow/${flow.id}`),
      Name: flow.name,
      ContactFlowType: flow.type,
      ContactFlowState: flow.state,
      ContactFlowStatus: flow.status,
    }));
    return { ContactFlowSummaryList: summaries, NextToken: page.nextToken };
  },
});
