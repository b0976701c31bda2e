import { userOnWire } from '../directory.wire.js';
import type { User } from '../directory.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { matchesCriteria, matchesString, matchesTags, stringCondition } from '../search-conditions.js';
import type { Criteria, StringCondition } from '../search-conditions.js';
import type { Shape } from '../shapes.js';
import { choice, list, recursive, structure, text, unread, whole } from '../shapes.js';
import { instanceId, tagFilter } from '../wire-shapes.js';

interface Leaf {
  readonly StringCondition?: StringCondition;
  readonly ListCondition?: unknown;
  readonly HierarchyGroupCondition?: unknown;
}

const hierarchyGroup = structure({ Value: text(), HierarchyGroupMatchType: choice('EXACT', 'WITH_CHILD_GROUPS') });

const criteria: Shape<Criteria<Leaf>> = structure({
  OrConditions: list(recursive(() => criteria)),
  AndConditions: list(recursive(() => criteria)),
  StringCondition: stringCondition,
  ListCondition: unread(),
  HierarchyGroupCondition: hierarchyGroup,
});

/** The users of an instance that match by name, id, profile or tag; filters on proficiencies and hierarchy are refused. */
export const searchUsers = operation({
  name: 'SearchUsers',
  input: structure({
    InstanceId: instanceId,
    NextToken: text({ min: 1, max: 2_500 }),
    MaxResults: whole({ min: 1, max: 500 }),
    SearchFilter: structure({ TagFilter: tagFilter, UserAttributeFilter: unread() }),
    SearchCriteria: criteria,
  }),
  handle({ InstanceId, NextToken, MaxResults, SearchFilter, SearchCriteria }, world) {
    if (SearchFilter?.UserAttributeFilter) throw notSimulated('UserAttributeFilter');
    const users = world.directory
      .instance(InstanceId)
      .users.filter(
        (user) =>
          matchesTags(user.tags, SearchFilter?.TagFilter) &&
          matchesCriteria(SearchCriteria, (leaf) => matchesLeaf(user, leaf)),
      );
    const page = world.pager.page(users, {
      nextToken: NextToken,
      size: MaxResults ?? 100,
      scope: ['SearchUsers', InstanceId, SearchFilter, SearchCriteria],
    });
    return {
      Users: page.items.map((user) => userOnWire(world.directory, InstanceId, user)),
      NextToken: page.nextToken,
      ApproximateTotalCount: users.length,
    };
  },
});

function matchesLeaf(user: User, leaf: Leaf): boolean {
  if (leaf.ListCondition) throw notSimulated('ListCondition');
  if (leaf.HierarchyGroupCondition) throw notSimulated('HierarchyGroupCondition');
  const fields = {
    username: user.username,
    firstname: user.firstName,
    lastname: user.lastName,
    routingprofileid: user.routingProfileId,
    securityprofileid: user.securityProfileId,
    resourceid: user.id,
  };
  return matchesString(fields, leaf.StringCondition);
}

function notSimulated(member: string): Error {
  return refusal('InvalidRequestException', `${member} is not simulated.`);
}
