/** What every room may import, except those that import nothing of ours. */
export const everywhere = [
  'errors',
  'log',
  'clock',
  'request',
  'keyed-hash',
  'listeners',
  'store-health',
  'secure-url',
  'meters',
  'https-agent',
];
/** What a numbering plan tells depends on nothing of ours; the simulator must not share the gateway's misunderstandings. */
export const byThemselves = ['numbers', 'simulator'];
const nouns = ['queues', 'flows', 'agents', 'phone-numbers', 'instances'];
const nounMay = ['graphql', 'access', 'connect', 'coordination'];

/** Which room may import which, besides itself and what every room may. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ['gateway', 'config'],
  migrate: ['ledger', 'postgres', 'store-settings', 'environment'],
  development: ['gateway', 'schema', 'config', 'graphql', 'simulator'],
  gateway: [
    'http',
    'schema',
    'calls',
    'events',
    'contacts',
    ...nouns,
    'connect',
    'access',
    'redis',
    'operations',
    'stores',
    'metrics',
    'config',
  ],
  stores: ['ledger', 'coordination', 'postgres', 'redis', 'connect', 'config'],
  metrics: [],
  http: ['subscriptions', 'operations', 'access'],
  subscriptions: ['operations', 'access'],
  operations: ['graphql'],
  schema: ['access', 'graphql'],
  calls: ['contacts', 'numbers', 'ledger', ...nounMay],
  events: ['contacts', 'connect', 'coordination', 'config', 'aws-request-handler'],
  contacts: ['queues', 'flows', 'agents', 'ledger', ...nounMay],
  ...Object.fromEntries(nouns.map((noun) => [noun, nounMay])),
  connect: ['coordination', 'aws-request-handler'],
  'aws-request-handler': [],
  access: [],
  ledger: ['postgres', 'redis'],
  coordination: ['redis'],
  postgres: [],
  redis: [],
  numbers: [],
  graphql: [],
  config: ['connect', 'operations', 'access', 'store-settings', 'environment'],
  'store-settings': ['postgres', 'redis', 'environment'],
  environment: [],
  ...Object.fromEntries(everywhere.map((room) => [room, []])),
  simulator: [],
};
