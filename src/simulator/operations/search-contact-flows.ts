import { flowOnWire } from '../directory.wire.js';
import type { Flow } from '../directory.js';
import { operation } from '../operation.js';
import { matchesCriteria, matchesString, matchesTags, stringCondition } from '../search-conditions.js';
import type { Criteria, StringCondition } from '../search-conditions.js';
import type { Shape } from '../shapes.js';
import { choice, list, recursive, structure, text, whole } from '../shapes.js';
import { flowTypes, instanceId, tagCondition, tagFilter } from '../wire-shapes.js';

interface Leaf {
  readonly StringCondition?: StringCondition;
  readonly TypeCondition?: string;
  readonly StateCondition?: string;
  readonly StatusCondition?: string;
}

const criteria: Shape<Criteria<Leaf>> = structure({
  OrConditions: list(recursive(() => criteria)),
  AndConditions: list(recursive(() => criteria)),
  StringCondition: stringCondition,
  TypeCondition: choice(...flowTypes),
  StateCondition: choice('ACTIVE', 'ARCHIVED'),
  StatusCondition: choice('PUBLISHED', 'SAVED'),
});

const attributeConditions = structure({
  TagConditions: list(tagCondition),
  ContactFlowTypeCondition: structure({ ContactFlowType: choice(...flowTypes) }),
});

/** The flows of an instance that match; the filter on flow attributes knows tags and types. */
export const searchContactFlows = operation({
  name: 'SearchContactFlows',
  input: structure({
    InstanceId: instanceId,
    NextToken: text({ min: 1, max: 2_500 }),
    MaxResults: whole({ min: 1, max: 100 }),
    SearchFilter: structure({
      TagFilter: tagFilter,
      FlowAttributeFilter: structure({
        OrConditions: list(attributeConditions),
        AndCondition: attributeConditions,
        TagCondition: tagCondition,
        ContactFlowTypeCondition: structure({ ContactFlowType: choice(...flowTypes) }),
      }),
    }),
    SearchCriteria: criteria,
  }),
  handle({ InstanceId, NextToken, MaxResults, SearchFilter, SearchCriteria }, world) {
    const byAttributes = SearchFilter?.FlowAttributeFilter;
    const matchesAttributes = (
      flow: Flow,
      one: { TagConditions?: readonly object[]; ContactFlowTypeCondition?: { ContactFlowType?: string } },
    ): boolean =>
      matchesTags(flow.tags, { AndConditions: one.TagConditions ?? [] }) &&
      (one.ContactFlowTypeCondition?.ContactFlowType ?? flow.type) === flow.type;
    const flows = world.directory
      .instance(InstanceId)
      .flows.filter(
        (flow) =>
          matchesTags(flow.tags, SearchFilter?.TagFilter) &&
          matchesTags(flow.tags, { TagCondition: byAttributes?.TagCondition }) &&
          (byAttributes?.ContactFlowTypeCondition?.ContactFlowType ?? flow.type) === flow.type &&
          matchesAttributes(flow, byAttributes?.AndCondition ?? {}) &&
          (byAttributes?.OrConditions ?? [{}]).some((one) => matchesAttributes(flow, one)) &&
          matchesCriteria(SearchCriteria, (leaf) => matchesLeaf(flow, leaf)),
      );
    const page = world.pager.page(flows, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['SearchContactFlows', InstanceId, SearchFilter, SearchCriteria],
    });
    return {
      ContactFlows: page.items.map((flow) => flowOnWire(world.directory, InstanceId, flow)),
      NextToken: page.nextToken,
      ApproximateTotalCount: flows.length,
    };
  },
});

function matchesLeaf(flow: Flow, leaf: Leaf): boolean {
  const fields = { name: flow.name, description: flow.description, resourceid: flow.id };
  return (
    matchesString(fields, leaf.StringCondition) &&
    (leaf.TypeCondition ?? flow.type) === flow.type &&
    (leaf.StateCondition ?? flow.state) === flow.state &&
    (leaf.StatusCondition ?? flow.status) === flow.status
  );
}
