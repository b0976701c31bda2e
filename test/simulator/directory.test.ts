import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeContactFlowCommand,
  DescribeInstanceCommand,
  DescribePhoneNumberCommand,
  DescribeQueueCommand,
  DescribeUserCommand,
  ListContactFlowsCommand,
  ListInstancesCommand,
  ListPhoneNumbersV2Command,
  ListQueuesCommand,
  ListUsersCommand,
  SearchContactFlowsCommand,
  SearchContactsCommand,
  SearchQueuesCommand,
  SearchUsersCommand,
  paginateListContactFlows,
  paginateListInstances,
  paginateListPhoneNumbersV2,
  paginateListQueues,
  paginateListUsers,
  paginateSearchContactFlows,
  paginateSearchQueues,
  paginateSearchUsers,
} from '@aws-sdk/client-connect';
import type {
  ListPhoneNumbersV2CommandInput,
  SearchContactFlowsCommandInput,
  SearchContactsCommandInput,
  SearchQueuesCommandInput,
  SearchUsersCommandInput,
} from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;
const { flows, queues, agentQueues, users, numbers } = seed;
const arn = (path: string): string => `arn:aws:connect:us-west-2:123456789012:instance/${InstanceId}/${path}`;

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest();
});
afterAll(() => simulator.stop());

describe('describing', () => {
  test('a flow gives its content as a string of JSON.', async () => {
    const ContactFlowId = flows.salesOutbound;
    const { ContactFlow } = await simulator.client.send(new DescribeContactFlowCommand({ InstanceId, ContactFlowId }));
    expect(ContactFlow).toMatchObject({
      Id: ContactFlowId,
      Arn: arn(`contact-flow/${ContactFlowId}`),
      Name: 'Sales outbound',
      Type: 'CONTACT_FLOW',
      State: 'ACTIVE',
      Status: 'PUBLISHED',
      Tags: { team: 'sales' },
    });
    expect(JSON.parse(ContactFlow!.Content!)).toMatchObject({ Version: '2019-10-30' });
  });

  const describeFlow = (ContactFlowId: string) =>
    simulator.client.send(new DescribeContactFlowCommand({ InstanceId, ContactFlowId }));

  test('a published flow has one version, which its number selects.', async () => {
    const published = await describeFlow(flows.salesOutbound);
    const numbered = await describeFlow(`${flows.salesOutbound}:1`);
    expect(numbered.ContactFlow).toEqual({ ...published.ContactFlow, Version: 1 });
    for (const id of [`${flows.salesOutbound}:2`, `${flows.draft}:1`, 'none:1']) {
      await expect(refusalOf(describeFlow(id))).resolves.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('a flow that was never published works for its saved version only.', async () => {
    await expect(refusalOf(describeFlow(flows.draft))).resolves.toMatchObject({
      name: 'ContactFlowNotPublishedException',
      status: 404,
    });
    await expect(describeFlow(`${flows.draft}:$SAVED`)).resolves.toMatchObject({ ContactFlow: { Status: 'SAVED' } });
  });

  test('a queue gives the id of its caller id, not the number.', async () => {
    const { Queue } = await simulator.client.send(new DescribeQueueCommand({ InstanceId, QueueId: queues.sales }));
    expect(Queue).toMatchObject({
      QueueId: queues.sales,
      QueueArn: arn(`queue/${queues.sales}`),
      Name: 'Sales',
      OutboundCallerConfig: { OutboundCallerIdName: 'Example Sales', OutboundCallerIdNumberId: numbers.us.id },
      Status: 'ENABLED',
    });
  });

  test("an agent's queue has the id of its agent and an ARN that says so; it shows no description, no caller id and no hours.", async () => {
    const { Queue } = await simulator.client.send(new DescribeQueueCommand({ InstanceId, QueueId: agentQueues.ada }));
    expect(Queue).toMatchObject({ QueueId: users.ada, QueueArn: arn(`queue/agent/${users.ada}`) });
    for (const member of ['Description', 'OutboundCallerConfig', 'HoursOfOperationId']) {
      expect(Queue).not.toHaveProperty(member);
    }
  });

  test('a user gives their e-mail address and an ARN that calls them an agent.', async () => {
    const { User } = await simulator.client.send(new DescribeUserCommand({ InstanceId, UserId: users.ada }));
    expect(User).toMatchObject({
      Id: users.ada,
      Arn: arn(`agent/${users.ada}`),
      Username: 'ada.lovelace',
      IdentityInfo: { FirstName: 'Ada', LastName: 'Lovelace', Email: 'ada.lovelace@example.com' },
    });
  });

  test('a phone number gives an ARN outside of the instance.', async () => {
    const command = new DescribePhoneNumberCommand({ PhoneNumberId: numbers.uk.id });
    const { ClaimedPhoneNumberSummary } = await simulator.client.send(command);
    expect(ClaimedPhoneNumberSummary).toMatchObject({
      PhoneNumberId: numbers.uk.id,
      PhoneNumberArn: `arn:aws:connect:us-west-2:123456789012:phone-number/${numbers.uk.id}`,
      PhoneNumber: numbers.uk.number,
      PhoneNumberCountryCode: 'GB',
      PhoneNumberType: 'DID',
      InstanceId,
      PhoneNumberStatus: { Status: 'CLAIMED' },
    });
  });

  test('an instance says whether it may call.', async () => {
    const { Instance } = await simulator.client.send(new DescribeInstanceCommand({ InstanceId }));
    expect(Instance).toMatchObject({
      Id: InstanceId,
      InstanceAlias: 'outdial-dev',
      InstanceStatus: 'ACTIVE',
      OutboundCallsEnabled: true,
      CreatedTime: expect.any(Date),
    });
  });

  test.each([
    ['flow', () => new DescribeContactFlowCommand({ InstanceId, ContactFlowId: seed.other.flows.reminder })],
    ['queue', () => new DescribeQueueCommand({ InstanceId, QueueId: seed.other.queues.frontDesk })],
    ['user', () => new DescribeUserCommand({ InstanceId, UserId: seed.other.users.katherine })],
    ['phone number', () => new DescribePhoneNumberCommand({ PhoneNumberId: 'none' })],
    ['instance', () => new DescribeInstanceCommand({ InstanceId: 'none' })],
  ])('a %s that is not there, or of another instance, is not found.', async (_what, command) => {
    const refusal = refusalOf(simulator.client.send(command() as DescribeInstanceCommand));
    await expect(refusal).resolves.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });
});

// Every list, page by page, as the ids that each page holds.
const byId = (one: { Id?: string }): string | undefined => one.Id;
const lists: readonly (readonly [string, (pageSize: number) => Promise<unknown[][]>, readonly string[]])[] = [
  [
    'ListContactFlows',
    (size) =>
      pages(paginateListContactFlows(config(size), { InstanceId }), (page) => page.ContactFlowSummaryList, byId),
    Object.values(flows),
  ],
  [
    'ListQueues',
    (size) => pages(paginateListQueues(config(size), { InstanceId }), (page) => page.QueueSummaryList, byId),
    [...Object.values(queues), ...Object.values(agentQueues)],
  ],
  [
    'ListUsers',
    (size) => pages(paginateListUsers(config(size), { InstanceId }), (page) => page.UserSummaryList, byId),
    Object.values(users),
  ],
  [
    'ListInstances',
    (size) => pages(paginateListInstances(config(size), {}), (page) => page.InstanceSummaryList, byId),
    [InstanceId, seed.otherInstanceId],
  ],
  [
    'ListPhoneNumbersV2',
    (size) =>
      pages(
        paginateListPhoneNumbersV2(config(size), {}),
        (page) => page.ListPhoneNumbersSummaryList,
        (one) => one.PhoneNumberId,
      ),
    [...Object.values(numbers), seed.other.numbers.us].map(({ id }) => id),
  ],
  [
    'SearchContactFlows',
    (size) => pages(paginateSearchContactFlows(config(size), { InstanceId }), (page) => page.ContactFlows, byId),
    Object.values(flows),
  ],
  [
    'SearchQueues',
    (size) =>
      pages(
        paginateSearchQueues(config(size), { InstanceId }),
        (page) => page.Queues,
        (one) => one.QueueId,
      ),
    Object.values(queues),
  ],
  [
    'SearchUsers',
    (size) => pages(paginateSearchUsers(config(size), { InstanceId }), (page) => page.Users, byId),
    Object.values(users),
  ],
];

function config(pageSize: number) {
  return { client: simulator.client, pageSize };
}

async function pages<P, I>(
  paginator: AsyncIterable<P>,
  items: (page: P) => I[] | undefined,
  id: (item: I) => unknown,
): Promise<unknown[][]> {
  const read: unknown[][] = [];
  for await (const page of paginator) read.push(items(page)!.map(id));
  return read;
}

describe.each(lists)('%s', (_operation, read, expected) => {
  test.each([1, 2, 10])('gives everything once, in pages of %i.', async (size) => {
    const read_ = await read(size);
    expect(read_.flat()).toEqual(expected);
    expect(read_.map((page) => page.length).slice(0, -1)).toEqual(
      Array.from({ length: Math.ceil(expected.length / size) - 1 }, () => size),
    );
  });
});

test.each([
  ['ListQueues', (NextToken: string) => new ListQueuesCommand({ InstanceId, NextToken }), 'InvalidParameterException'],
  [
    'SearchUsers',
    (NextToken: string) => new SearchUsersCommand({ InstanceId, NextToken }),
    'InvalidParameterException',
  ],
  ['ListInstances', (NextToken: string) => new ListInstancesCommand({ NextToken }), 'InvalidRequestException'],
])('%s refuses a page token that is made up or belongs to another list.', async (_operation, command, name) => {
  const { NextToken } = await simulator.client.send(new ListUsersCommand({ InstanceId, MaxResults: 1 }));
  for (const token of [NextToken!, 'AAAA', '?']) {
    const refusal = await refusalOf(simulator.client.send(command(token) as ListInstancesCommand));
    expect(refusal).toMatchObject({ name, status: 400 });
  }
});

test.each([
  ['ListContactFlows', 1_000, (MaxResults: number) => new ListContactFlowsCommand({ InstanceId, MaxResults })],
  ['ListQueues', 1_000, (MaxResults: number) => new ListQueuesCommand({ InstanceId, MaxResults })],
  ['ListUsers', 1_000, (MaxResults: number) => new ListUsersCommand({ InstanceId, MaxResults })],
  ['ListInstances', 10, (MaxResults: number) => new ListInstancesCommand({ MaxResults })],
  ['ListPhoneNumbersV2', 1_000, (MaxResults: number) => new ListPhoneNumbersV2Command({ MaxResults })],
  ['SearchContactFlows', 100, (MaxResults: number) => new SearchContactFlowsCommand({ InstanceId, MaxResults })],
  ['SearchQueues', 500, (MaxResults: number) => new SearchQueuesCommand({ InstanceId, MaxResults })],
  ['SearchUsers', 500, (MaxResults: number) => new SearchUsersCommand({ InstanceId, MaxResults })],
])('%s takes 1 to %i results a page.', async (_operation, max, command) => {
  const send = (count: number): Promise<unknown> => simulator.client.send(command(count) as ListInstancesCommand);
  await expect(send(max)).resolves.toBeDefined();
  for (const count of [0, max + 1]) await expect(refusalOf(send(count))).resolves.toMatchObject({ status: 400 });
});

describe('filters of lists', () => {
  test('keep flows of the named types.', async () => {
    const command = new ListContactFlowsCommand({ InstanceId, ContactFlowTypes: ['CUSTOMER_QUEUE', 'CAMPAIGN'] });
    const { ContactFlowSummaryList } = await simulator.client.send(command);
    expect(ContactFlowSummaryList).toEqual([
      {
        Id: flows.holdMusic,
        Arn: arn(`contact-flow/${flows.holdMusic}`),
        Name: 'Hold music',
        ContactFlowType: 'CUSTOMER_QUEUE',
        ContactFlowState: 'ACTIVE',
        ContactFlowStatus: 'PUBLISHED',
      },
    ]);
  });

  test('keep queues of the named types.', async () => {
    const { QueueSummaryList } = await simulator.client.send(
      new ListQueuesCommand({ InstanceId, QueueTypes: ['STANDARD'] }),
    );
    expect(QueueSummaryList?.map(({ Name, QueueType }) => [Name, QueueType])).toEqual([
      ['Sales', 'STANDARD'],
      ['Support', 'STANDARD'],
      ['Billing', 'STANDARD'],
    ]);
  });

  test.each<readonly [string, ListPhoneNumbersV2CommandInput, readonly string[]]>([
    ['an instance', { InstanceId }, [numbers.us.number, numbers.uk.number, numbers.tollFree.number]],
    [
      "another instance's ARN",
      { TargetArn: `arn:aws:connect:us-west-2:123456789012:instance/${seed.otherInstanceId}` },
      [seed.other.numbers.us.number],
    ],
    ['a country', { InstanceId, PhoneNumberCountryCodes: ['GB'] }, [numbers.uk.number]],
    ['a type', { PhoneNumberTypes: ['TOLL_FREE'] }, [numbers.tollFree.number]],
    ['a prefix', { PhoneNumberPrefix: '+1425' }, [numbers.us.number]],
  ])('keep phone numbers of %s.', async (_what, input, expected) => {
    const { ListPhoneNumbersSummaryList } = await simulator.client.send(new ListPhoneNumbersV2Command(input));
    expect(ListPhoneNumbersSummaryList?.map(({ PhoneNumber }) => PhoneNumber)).toEqual(expected);
  });
});

test('phone numbers cannot be listed for an instance and an ARN at once.', async () => {
  const both = new ListPhoneNumbersV2Command({ InstanceId, TargetArn: arn('').slice(0, -1) });
  await expect(refusalOf(simulator.client.send(both))).resolves.toMatchObject({ name: 'InvalidParameterException' });
});

test.each([
  ['a list that is not one', { QueueIds: 'all' }],
  ['a map that is not one', { ContactTags: 'all' }],
])('%s is refused as not serialised well.', async (_what, SearchCriteria) => {
  const TimeRange = { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(0), EndTime: new Date(1) } as const;
  const input = { InstanceId, TimeRange, SearchCriteria } as unknown as SearchContactsCommandInput;
  await expect(refusalOf(simulator.client.send(new SearchContactsCommand(input)))).resolves.toMatchObject({
    name: 'SerializationException',
  });
});

const named = (FieldName: string, Value: string, ComparisonType: 'EXACT' | 'CONTAINS' | 'STARTS_WITH') => ({
  StringCondition: { FieldName, Value, ComparisonType },
});

describe('searches', () => {
  const flowsFound = async (input: Partial<SearchContactFlowsCommandInput>): Promise<unknown> => {
    const found = await simulator.client.send(new SearchContactFlowsCommand({ InstanceId, ...input }));
    expect(found.ApproximateTotalCount).toBe(found.ContactFlows?.length);
    return found.ContactFlows?.map(({ Name }) => Name);
  };
  const queuesFound = async (input: Partial<SearchQueuesCommandInput>): Promise<unknown> => {
    const found = await simulator.client.send(new SearchQueuesCommand({ InstanceId, ...input }));
    return found.Queues?.map(({ Name }) => Name);
  };
  const usersFound = async (input: Partial<SearchUsersCommandInput>): Promise<unknown> => {
    const found = await simulator.client.send(new SearchUsersCommand({ InstanceId, ...input }));
    return found.Users?.map(({ Username }) => Username);
  };

  test.each<readonly [string, Partial<SearchContactFlowsCommandInput>, readonly string[]]>([
    ['part of a name', { SearchCriteria: named('name', 'outbound', 'CONTAINS') }, ['Sales outbound']],
    ['a type', { SearchCriteria: { TypeCondition: 'CUSTOMER_QUEUE' } }, ['Hold music']],
    ['a status', { SearchCriteria: { StatusCondition: 'SAVED' } }, ['Draft survey']],
    ['a state', { SearchCriteria: { StateCondition: 'ARCHIVED' } }, []],
    [
      'a tag of the flow',
      { SearchFilter: { FlowAttributeFilter: { TagCondition: { TagKey: 'team', TagValue: 'sales' } } } },
      ['Sales outbound'],
    ],
    [
      'a type as an attribute',
      {
        SearchFilter: {
          FlowAttributeFilter: { ContactFlowTypeCondition: { ContactFlowType: 'CUSTOMER_QUEUE' } },
        },
      },
      ['Hold music'],
    ],
    [
      'one of two sets of attributes',
      {
        SearchFilter: {
          FlowAttributeFilter: {
            OrConditions: [
              { ContactFlowTypeCondition: { ContactFlowType: 'CUSTOMER_QUEUE' } },
              { TagConditions: [{ TagKey: 'team', TagValue: 'support' }] },
            ],
          },
        },
      },
      ['Support callback', 'Hold music'],
    ],
  ])('find flows by %s.', async (_what, input, expected) => {
    expect(await flowsFound(input)).toEqual(expected);
  });

  test.each<readonly [string, Partial<SearchQueuesCommandInput>, readonly string[]]>([
    ['name, whatever its case', { SearchCriteria: named('name', 'sALES', 'EXACT') }, ['Sales']],
    ['beginning of the name', { SearchCriteria: named('Name', 's', 'STARTS_WITH') }, ['Sales', 'Support']],
    [
      'part of the description',
      { SearchCriteria: named('description', 'customers', 'CONTAINS') },
      ['Sales', 'Support'],
    ],
    ['id', { SearchCriteria: named('resourceID', queues.billing, 'EXACT') }, ['Billing']],
    [
      'one of several ids',
      {
        SearchCriteria: {
          OrConditions: [
            named('resourceID', queues.billing, 'EXACT'),
            named('resourceID', queues.sales, 'EXACT'),
            named('resourceID', agentQueues.ada, 'EXACT'),
          ],
        },
      },
      ['Sales', 'Billing'],
    ],
    [
      'all of several conditions',
      {
        SearchCriteria: {
          AndConditions: [named('name', 's', 'STARTS_WITH'), named('description', 'help', 'STARTS_WITH')],
        },
      },
      ['Support'],
    ],
    ['tag', { SearchFilter: { TagFilter: { TagCondition: { TagKey: 'team', TagValue: 'sales' } } } }, ['Sales']],
  ])('find queues by %s.', async (_what, input, expected) => {
    expect(await queuesFound(input)).toEqual(expected);
  });

  test.each<readonly [string, Partial<SearchUsersCommandInput>, readonly string[]]>([
    ['user name', { SearchCriteria: named('Username', 'ada.lovelace', 'EXACT') }, ['ada.lovelace']],
    ['first name', { SearchCriteria: named('FirstName', 'Grace', 'EXACT') }, ['grace.hopper']],
    ['last name', { SearchCriteria: named('LastName', 'tur', 'STARTS_WITH') }, ['alan.turing']],
    [
      'one of several ids',
      {
        SearchCriteria: {
          OrConditions: [named('resourceId', users.ada, 'EXACT'), named('resourceId', users.alan, 'EXACT')],
        },
      },
      ['ada.lovelace', 'alan.turing'],
    ],
    [
      'tag',
      { SearchFilter: { TagFilter: { TagCondition: { TagKey: 'team', TagValue: 'support' } } } },
      ['alan.turing', 'edsger.dijkstra'],
    ],
  ])('find users by %s.', async (_what, input, expected) => {
    expect(await usersFound(input)).toEqual(expected);
  });

  test('show a user without their e-mail address.', async () => {
    const { Users } = await simulator.client.send(new SearchUsersCommand({ InstanceId }));
    expect(Users?.[0]?.IdentityInfo).toEqual({ FirstName: 'Ada', LastName: 'Lovelace' });
  });

  test.each([
    ['a field that does not exist', named('colour', 'red', 'EXACT')],
    ['one character', named('name', 's', 'CONTAINS')],
    ['26 characters', named('name', 's'.repeat(26), 'CONTAINS')],
  ])('by %s are refused.', async (_what, SearchCriteria) => {
    await expect(refusalOf(queuesFound({ SearchCriteria }))).resolves.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test.each<readonly [string, Partial<SearchUsersCommandInput>]>([
    ['proficiencies', { SearchCriteria: { ListCondition: { TargetListType: 'PROFICIENCIES' } } }],
    ['hierarchy', { SearchCriteria: { HierarchyGroupCondition: { Value: 'x' } } }],
    ['attributes of users', { SearchFilter: { UserAttributeFilter: { TagCondition: { TagKey: 'team' } } } }],
  ])('of users by %s say that they are not simulated.', async (_what, input) => {
    await expect(refusalOf(usersFound(input))).resolves.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('not simulated'),
    });
  });
});
