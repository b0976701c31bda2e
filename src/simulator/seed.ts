import type { ClaimedNumber, Flow, Instance, Queue, Seed, User } from './directory.js';

// Ids are UUIDs that say what they name: e... instance, f... flow, c... queue, a... user, b... phone number; the last digits count.
const uuid = (kind: string, count: number): string =>
  `${kind.padEnd(8, '0')}-0000-4000-8000-${String(count).padStart(12, '0')}`;

const users = { ada: uuid('a', 1), grace: uuid('a', 2), alan: uuid('a', 3), edsger: uuid('a', 4) };

/** The ids and numbers of the default seed. */
export const seed = {
  accountId: '123456789012',
  region: 'us-west-2',
  /** The main instance: outbound calls enabled, in the United States. */
  instanceId: uuid('e', 1),
  /** A second, smaller instance, as another tenant would have it; none of its ids mean anything in the first. */
  otherInstanceId: uuid('e', 2),
  flows: {
    /** Puts the call into the Sales queue. */
    salesOutbound: uuid('f', 1),
    /** Puts the call into the Support queue. */
    supportCallback: uuid('f', 2),
    /** Plays a message and hangs up. */
    deliveryNotice: uuid('f', 3),
    /** A CUSTOMER_QUEUE flow: cannot be started. */
    holdMusic: uuid('f', 4),
    /** Saved, never published: cannot be started. */
    draft: uuid('f', 5),
  },
  queues: { sales: uuid('c', 1), support: uuid('c', 2), billing: uuid('c', 3) },
  /** The queues of single agents. Such a queue has the id of its agent. */
  agentQueues: { ada: users.ada, grace: users.grace },
  users,
  numbers: {
    us: { id: uuid('b', 1), number: '+14255550100' },
    uk: { id: uuid('b', 2), number: '+442079460018' },
    tollFree: { id: uuid('b', 3), number: '+18005550199' },
  },
  /** The second instance's own. */
  other: {
    flows: { reminder: uuid('f', 21) },
    queues: { frontDesk: uuid('c', 21) },
    users: { katherine: uuid('a', 21) },
    numbers: { us: { id: uuid('b', 21), number: '+13035550100' } },
  },
} as const;

const published = { type: 'CONTACT_FLOW', state: 'ACTIVE', status: 'PUBLISHED' } as const;

const flows: readonly Flow[] = [
  {
    ...published,
    id: seed.flows.salesOutbound,
    name: 'Sales outbound',
    description: 'Greets the customer and queues the call for Sales',
    effect: { queueId: seed.queues.sales },
    tags: { team: 'sales' },
  },
  {
    ...published,
    id: seed.flows.supportCallback,
    name: 'Support callback',
    description: 'Calls a customer back and queues the call for Support',
    effect: { queueId: seed.queues.support },
    tags: { team: 'support' },
  },
  {
    ...published,
    id: seed.flows.deliveryNotice,
    name: 'Delivery notice',
    description: 'Plays a message about a delivery and hangs up',
    effect: 'message',
    tags: {},
  },
  {
    ...published,
    id: seed.flows.holdMusic,
    type: 'CUSTOMER_QUEUE',
    name: 'Hold music',
    description: 'Heard while waiting in a queue',
    effect: 'message',
    tags: {},
  },
  {
    ...published,
    id: seed.flows.draft,
    status: 'SAVED',
    name: 'Draft survey',
    description: 'Not published yet',
    effect: 'message',
    tags: {},
  },
];

const queues: readonly Queue[] = [
  {
    id: seed.queues.sales,
    name: 'Sales',
    type: 'STANDARD',
    description: 'New customers',
    callerIdName: 'Example Sales',
    callerIdNumberId: seed.numbers.us.id,
    agentIds: [seed.users.ada, seed.users.grace],
    tags: { team: 'sales' },
  },
  {
    id: seed.queues.support,
    name: 'Support',
    type: 'STANDARD',
    description: 'Help for existing customers',
    callerIdName: 'Example Support',
    callerIdNumberId: seed.numbers.tollFree.id,
    agentIds: [seed.users.alan, seed.users.edsger],
    tags: { team: 'support' },
  },
  {
    id: seed.queues.billing,
    name: 'Billing',
    type: 'STANDARD',
    description: 'Invoices and payments',
    callerIdName: 'Example Billing',
    callerIdNumberId: seed.numbers.uk.id,
    agentIds: [seed.users.grace],
    tags: {},
  },
  agentQueue(seed.agentQueues.ada),
  agentQueue(seed.agentQueues.grace),
];

function agentQueue(userId: string): Queue {
  return { id: userId, name: `agent-${userId}`, type: 'AGENT', agentIds: [userId], tags: {} };
}

function user(id: string, firstName: string, lastName: string, team: string): User {
  const username = `${firstName}.${lastName}`.toLowerCase();
  return {
    id,
    username,
    firstName,
    lastName,
    email: `${username}@example.com`,
    routingProfileId: uuid('9', 1),
    securityProfileId: uuid('8', 1),
    tags: { team },
  };
}

function claimed(of: { id: string; number: string }, country: string, type: ClaimedNumber['type']): ClaimedNumber {
  return { ...of, country, type, description: `${country} ${type === 'DID' ? 'direct' : 'toll-free'} number` };
}

const main: Instance = {
  id: seed.instanceId,
  alias: 'outdial-dev',
  createdAtMs: Date.UTC(2025, 0, 15, 9),
  outboundCallsEnabled: true,
  searchableAttributes: ['customerId', 'orderId', 'language'],
  hoursOfOperationId: uuid('d', 1),
  flows,
  queues,
  users: [
    user(seed.users.ada, 'Ada', 'Lovelace', 'sales'),
    user(seed.users.grace, 'Grace', 'Hopper', 'sales'),
    user(seed.users.alan, 'Alan', 'Turing', 'support'),
    user(seed.users.edsger, 'Edsger', 'Dijkstra', 'support'),
  ],
  numbers: [
    claimed(seed.numbers.us, 'US', 'DID'),
    claimed(seed.numbers.uk, 'GB', 'DID'),
    claimed(seed.numbers.tollFree, 'US', 'TOLL_FREE'),
  ],
};

const other: Instance = {
  id: seed.otherInstanceId,
  alias: 'outdial-other',
  createdAtMs: Date.UTC(2025, 5, 1, 9),
  outboundCallsEnabled: true,
  searchableAttributes: [],
  hoursOfOperationId: uuid('d', 21),
  flows: [
    {
      ...published,
      id: seed.other.flows.reminder,
      name: 'Appointment reminder',
      description: 'Queues the call for the front desk',
      effect: { queueId: seed.other.queues.frontDesk },
      tags: {},
    },
  ],
  queues: [
    {
      id: seed.other.queues.frontDesk,
      name: 'Front desk',
      type: 'STANDARD',
      description: 'Appointments',
      callerIdName: 'Other Company',
      callerIdNumberId: seed.other.numbers.us.id,
      agentIds: [seed.other.users.katherine],
      tags: {},
    },
  ],
  users: [user(seed.other.users.katherine, 'Katherine', 'Johnson', 'front desk')],
  numbers: [claimed(seed.other.numbers.us, 'US', 'DID')],
};

/** What the simulator holds unless it is started with a seed of its own. */
export const defaultSeed: Seed = { accountId: seed.accountId, region: seed.region, instances: [main, other] };
