import { expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

const base = `destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", queueId: "${seed.queues.sales}"`;
const input = {
  destinationPhoneNumber: '+12065550100',
  contactFlowId: seed.flows.salesOutbound,
  queueId: seed.queues.sales,
};
const dialer = { scopes: ['calls:start', 'contacts:read'] };

const said: readonly [string, string, Record<string, unknown>?][] = [
  ['as a literal', `mutation { startOutboundVoiceContact(input: { ${base}, trafficType: CAMPAIGN }) { id } }`],
  [
    'in a variable',
    'mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }',
    { input: { ...input, trafficType: 'CAMPAIGN' } },
  ],
  [
    'in a variable inside a literal',
    `mutation ($type: TrafficType!) { startOutboundVoiceContact(input: { ${base}, trafficType: $type }) { id } }`,
    { type: 'CAMPAIGN' },
  ],
  [
    "as a variable's default",
    `mutation ($type: TrafficType! = CAMPAIGN) { startOutboundVoiceContact(input: { ${base}, trafficType: $type }) { id } }`,
  ],
  [
    "in a variable's default object",
    `mutation ($input: StartOutboundVoiceContactInput! = { ${base}, trafficType: CAMPAIGN }) {
       startOutboundVoiceContact(input: $input) { id }
     }`,
  ],
  [
    'through a fragment, under an alias',
    `mutation { ...f } fragment f on Mutation { a: startOutboundVoiceContact(input: { ${base}, trafficType: CAMPAIGN }) { id } }`,
  ],
  [
    'behind an @include that is true',
    `mutation ($yes: Boolean = true) {
       ... @include(if: $yes) { startOutboundVoiceContact(input: { ${base}, trafficType: CAMPAIGN }) { id } }
     }`,
  ],
  [
    'beside a call that is allowed',
    `mutation {
       a: startOutboundVoiceContact(input: { ${base} }) { id }
       b: startOutboundVoiceContact(input: { ${base}, trafficType: CAMPAIGN }) { id }
     }`,
  ],
  ['as a campaignId', `mutation { startOutboundVoiceContact(input: { ${base}, campaignId: "spring" }) { id } }`],
  ['as a campaignId of null', `mutation { startOutboundVoiceContact(input: { ${base}, campaignId: null }) { id } }`],
  [
    'as an outboundStrategy',
    `mutation { startOutboundVoiceContact(input: { ${base}, outboundStrategy: { type: AGENT_FIRST } }) { id } }`,
  ],
];

const campaigns = said.map(([how, document, variables]) => ({ how, document, variables }));

test.each(campaigns)(
  'without calls:campaign, a campaign call said $how is FORBIDDEN as a whole, before anything is sent',
  async ({ document, variables }) => {
    const { status, data, errors } = await gateway.ask(document, variables, dialer);
    expect(status).toBe(200);
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'FORBIDDEN', retryable: false, missingScopes: ['calls:campaign'] }),
    ]);
    expect(gateway.simulator.requests()).toEqual({});
  },
);

test.each(campaigns)('with calls:campaign, the same said $how gets past the guard', async ({ document, variables }) => {
  gateway.clock.advance(61_000);
  const { errors } = await gateway.ask(document, variables);
  expect(errors?.filter(({ extensions }) => extensions.code === 'FORBIDDEN') ?? []).toEqual([]);
  expect(gateway.simulator.requests().StartOutboundVoiceContact).toBeGreaterThan(0);
});

const literal = (allowRepeat: boolean) =>
  `mutation { startOutboundVoiceContact(input: { ${base}, allowRepeat: ${allowRepeat} }) { id } }`;
const byVariable =
  'mutation ($r: Boolean!) { startOutboundVoiceContact(input: { ' + base + ', allowRepeat: $r }) { id } }';

test.each<[string, string, Record<string, unknown>]>([
  ['as a literal', literal(true), {}],
  ['as a variable', byVariable, { r: true }],
])(
  'without calls:repeat, allowRepeat said %s is FORBIDDEN, before anything is sent',
  async (_how, document, variables) => {
    const { errors } = await gateway.ask(document, variables, dialer);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['calls:repeat'] });
    expect(gateway.simulator.requests()).toEqual({});
  },
);

test.each<[string, string, Record<string, unknown>]>([
  ['as a literal', literal(false), {}],
  ['as a variable', byVariable, { r: false }],
])('allowRepeat: false said %s needs nothing', async (_how, document, variables) => {
  gateway.clock.advance(61_000);
  const { errors } = await gateway.ask(document, variables, dialer);
  expect(errors).toBeUndefined();
  expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(1);
});

test('what an @include leaves out needs nothing', async () => {
  gateway.clock.advance(61_000);
  const { errors } = await gateway.ask(
    `mutation ($no: Boolean!) {
       startOutboundVoiceContact(input: { ${base} }) { id attributes @include(if: $no) { key } }
       ... @include(if: $no) { b: startOutboundVoiceContact(input: { ${base}, trafficType: CAMPAIGN }) { id } }
     }`,
    { no: false },
    dialer,
  );
  expect(errors).toBeUndefined();
});

test('a missing scope is told before the rules of the input', async () => {
  const { errors } = await gateway.ask(
    'mutation { startOutboundVoiceContact(input: { destinationPhoneNumber: "x", contactFlowId: "" }) { id } }',
    undefined,
    { scopes: ['contacts:read'] },
  );
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('one field of the answer that needs a further scope refuses the call', async () => {
  const { errors } = await gateway.ask(
    `mutation { startOutboundVoiceContact(input: { ${base} }) { id status customerEndpoint { address } } }`,
    undefined,
    dialer,
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['contacts:pii'] });
  expect(gateway.simulator.requests()).toEqual({});
});

test('nobody is UNAUTHENTICATED with HTTP 200, a token that is not accepted with HTTP 401, and neither is told why', async () => {
  const document = `mutation { startOutboundVoiceContact(input: { ${base} }) { id } }`;
  const nobody = await gateway.ask(document, undefined, null);
  expect([nobody.status, nobody.errors?.[0]?.extensions.code]).toEqual([200, 'UNAUTHENTICATED']);

  const token = await gateway.token({ scopes: ['calls:start'] });
  gateway.clock.advance(600_000);
  const expired = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: document }),
  });
  const body = await expired.text();
  expect([expired.status, expired.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(body).toContain('UNAUTHENTICATED');
  expect(body).not.toMatch(/expired|exp\b|claim|signature/i);
  expect(gateway.simulator.requests()).toEqual({});
});

test('nobody is told what is wrong with a document that needs somebody, or anything of the schema in it', async () => {
  const nobody = await gateway.ask('{ contact(id: 7) { nothing } }', undefined, null);
  expect(nobody.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  const somebody = await gateway.ask('{ contact(id: 7) { nothing } }');
  expect(somebody.errors?.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test("another tenant's instance is FORBIDDEN for a call, by id and by ARN, without a word of the id", async () => {
  for (const instanceId of [
    seed.otherInstanceId,
    `arn:aws:connect:us-west-2:123456789012:instance/${seed.otherInstanceId}`,
  ]) {
    const { errors, body } = await gateway.ask(
      'mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }',
      { input: { ...input, instanceId } },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', retryable: false });
    expect(body).not.toContain(seed.otherInstanceId);
  }
  expect(gateway.simulator.requests()).toEqual({});
});
