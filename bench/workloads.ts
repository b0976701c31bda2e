import { seed } from '../src/simulator/seed.js';

/** What callers of the bench have in hand. */
export interface Tokens {
  readonly good: string;
  /** Like the good one, by somebody else's key. */
  readonly forged: string;
}

/** One kind of request. */
export interface Workload {
  readonly name: string;
  /** The token it carries; null: none. */
  readonly token: keyof Tokens | null;
  /** The body of the request with this number; a server sees each number once. */
  bodyOf(number: number): string;
  /** What every right answer holds. */
  readonly answer: RegExp;
  /** How many requests to Connect the textbook sends for one. */
  readonly upstreamRequests: number;
  /** How many requests a round has, and how many each server answers before the first. */
  readonly requestsOfRound: number;
  readonly warmUpRequests: number;
  /** Servers without the checks that it is about. */
  readonly isNotFor?: readonly string[];
  /** It is about what dialing rules cost: the gateway answers it with a policy and without, on every store. */
  readonly isOfPolicy?: boolean;
}

/** The first digits of the ids of contacts that have ended. */
export const endedContactBegins = 'e0ded000';

const contactId = (begins: string, number: number) =>
  `${begins}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const liveId = (number: number) => contactId('11fe0000', number);
const endedId = (number: number) => contactId(endedContactBegins, number);

const placeCall =
  'mutation PlaceCall($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }';
const readContact =
  'query ReadContact($id: ID!) { contact(id: $id) { id channel initiationTimestamp connectedToSystemTimestamp disconnectTimestamp ' +
  'disconnectReason customerEndpoint { address } attributes { key value } } }';
const readContacts =
  'query ReadContacts($ids: [ID!]!) { contacts(ids: $ids) { id channel initiationTimestamp disconnectTimestamp customerEndpoint { address } ' +
  'queue { id name } } }';

const preflight =
  'query Preflight($input: StartOutboundVoiceContactInput!) { outboundVoiceContactPreflight(input: $input) { isAllowed nextAllowedAt ' +
  'refusals { rule reason message nextAllowedAt } destination { callingCode region lineType candidateZones { name localTime isOpen } } } }';

/** A number of the United States for each number from 0 to 7,999,999. */
const destination = (number: number) => `+1206${2_000_000 + number}`;

const inputOf = (number: number, changes: object) => ({
  destinationPhoneNumber: destination(number),
  contactFlowId: seed.flows.salesOutbound,
  sourcePhoneNumber: seed.numbers.us.number,
  clientToken: `bench-${number}`,
  attributes: [
    { key: 'order', value: `A-${number}` },
    { key: 'language', value: 'en' },
  ],
  ...changes,
});
const call = (number: number, changes: object = {}) =>
  JSON.stringify({ query: placeCall, operationName: 'PlaceCall', variables: { input: inputOf(number, changes) } });
/** What the example policy wants of a call, besides the scope. */
const said = { purpose: 'SERVICE' };

const contact = (id: string) => JSON.stringify({ query: readContact, operationName: 'ReadContact', variables: { id } });

const scalars =
  'initiationTimestamp connectedToSystemTimestamp disconnectTimestamp channel disconnectReason attributes { key value } queue { id name } id';

/** 950 tokens that no request had before. */
function newDocument(number: number): string {
  const fields = Array.from(
    { length: 42 },
    (_, index) => `f${index}_${number}: customerEndpoint { address } ${scalars}`,
  );
  const selection = [...fields, 'id '.repeat(14)].join(' ');
  return JSON.stringify({ query: `query New${number} { contact(id: "${liveId(number)}") { ${selection} } }` });
}

const placed = /"startOutboundVoiceContact":\{"id":"[\w-]+"/;
const refused = /"errors":\[/;
const withoutRules = ['Mercurius'];
const ofPolicy = { token: 'good', isOfPolicy: true } as const;
const routes = ['bare SDK', 'limit'];

/** One contact is read. */
const oneRead = {
  token: 'good',
  answer: /"contact":\{"id":"/,
  upstreamRequests: 1,
  requestsOfRound: 500,
  warmUpRequests: 2_000,
  isNotFor: routes,
} as const;
/** Nothing is asked of Connect. */
const refusal = {
  answer: refused,
  upstreamRequests: 0,
  requestsOfRound: 500,
  warmUpRequests: 2_000,
  isNotFor: routes,
} as const;

export const workloads: readonly Workload[] = [
  {
    name: 'mutation',
    token: 'good',
    bodyOf: call,
    answer: placed,
    upstreamRequests: 1,
    requestsOfRound: 1_000,
    warmUpRequests: 8_000,
  },
  {
    name: 'replay of a known key',
    token: 'good',
    // Far from the numbers of the mutation.
    bodyOf: (number) => call(7_000_000 + (number % 100)),
    answer: placed,
    upstreamRequests: 1,
    requestsOfRound: 500,
    warmUpRequests: 2_000,
    isNotFor: routes,
  },
  {
    name: 'contact, cold',
    ...oneRead,
    bodyOf: (number) => contact(liveId(number)),
  },
  {
    name: 'contact, live, warm',
    ...oneRead,
    bodyOf: (number) => contact(liveId(0xffff_0000 + (number % 4))),
  },
  {
    name: 'contact, ended',
    ...oneRead,
    bodyOf: (number) => contact(endedId(number % 100)),
  },
  {
    name: 'contacts(50)',
    token: 'good',
    bodyOf: (number) =>
      JSON.stringify({
        query: readContacts,
        operationName: 'ReadContacts',
        variables: { ids: Array.from({ length: 50 }, (_, index) => liveId(0x1_0000_0000 + number * 50 + index)) },
      }),
    answer: /"queue":\{"id":"[\w-]+","name":"/,
    upstreamRequests: 100,
    requestsOfRound: 64,
    warmUpRequests: 160,
    isNotFor: routes,
  },
  {
    name: 'bad input',
    token: 'good',
    bodyOf: (number) =>
      call(number, { destinationPhoneNumber: `${number}`, contactFlowId: 'sales', ringTimeoutInSeconds: 5 }),
    ...refusal,
    isNotFor: [...withoutRules, ...routes],
  },
  {
    name: 'bad type',
    token: 'good',
    bodyOf: (number) => call(number, { ringTimeoutInSeconds: 'thirty' }),
    ...refusal,
  },
  {
    name: 'forged token',
    token: 'forged',
    bodyOf: call,
    ...refusal,
  },
  {
    name: 'no token',
    token: null,
    bodyOf: call,
    ...refusal,
  },
  {
    name: 'new document, no token',
    token: null,
    bodyOf: newDocument,
    answer: /"code":"(?:UNAUTH|FORBIDDEN)/,
    upstreamRequests: 0,
    requestsOfRound: 300,
    warmUpRequests: 1_000,
    isNotFor: routes,
  },
  {
    name: 'call, example policy',
    ...ofPolicy,
    bodyOf: (number) => call(number, said),
    answer: placed,
    upstreamRequests: 1,
    requestsOfRound: 1_000,
    warmUpRequests: 8_000,
  },
  {
    name: 'preflight, example policy',
    ...ofPolicy,
    bodyOf: (number) =>
      JSON.stringify({
        query: preflight,
        operationName: 'Preflight',
        variables: { input: inputOf(number, said) },
      }),
    answer: /"isAllowed":true/,
    upstreamRequests: 0,
    requestsOfRound: 500,
    warmUpRequests: 2_000,
  },
];

/** A read that asks nothing of Connect. */
const readCapacity = JSON.stringify({
  query: 'query Capacity { outboundCapacity { available queueLength estimatedWaitMsGeneral } }',
  operationName: 'Capacity',
});
/** The refusal of a gateway that has too much to do: THROTTLED without a path. */
export const shedAnswer = /"errors":\[\{"message":"[^"]*","extensions":\{"code":"THROTTLED"/;
const shed = {
  ...refusal,
  token: 'good',
  answer: shedAnswer,
  requestsOfRound: 4_000,
  warmUpRequests: 8_000,
} as const;

/** What is asked of a gateway that refuses for overload, and what its refusals are compared with. */
export const shedWorkloads: readonly Workload[] = [
  {
    name: 'capacity',
    ...oneRead,
    upstreamRequests: 0,
    answer: /"outboundCapacity":\{"available":\d/,
    bodyOf: () => readCapacity,
  },
  { name: 'shed mutation', ...shed, bodyOf: call },
  { name: 'shed query', ...shed, bodyOf: () => readCapacity },
];
