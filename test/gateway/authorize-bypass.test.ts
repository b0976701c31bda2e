import { expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const dialer = { scopes: ['calls:start', 'contacts:read'] };
const needed = `destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", sourcePhoneNumber: "${seed.numbers.us.number}"`;
const input = callInput();
const preview =
  '{ agentFirst: { preview: { postAcceptTimeoutConfig: { durationInSeconds: 1 }, allowedUserActions: [CALL] } } }';

interface Attempt {
  readonly how: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

const attempts: readonly Attempt[] = [
  {
    how: 'under an alias, behind a harmless call',
    query: `mutation { a: startOutboundVoiceContact(input: { ${needed} }) { id } b: startOutboundVoiceContact(input: { ${needed}, trafficType: CAMPAIGN }) { id } }`,
  },
  {
    how: 'in a fragment of a fragment',
    query: `mutation { ...A } fragment A on Mutation { ... { ...B } } fragment B on Mutation { startOutboundVoiceContact(input: { ${needed}, trafficType: CAMPAIGN }) { id } }`,
  },
  {
    how: 'as a variable of an enum',
    query: `mutation($t: TrafficType!) { startOutboundVoiceContact(input: { ${needed}, trafficType: $t }) { id } }`,
    variables: { t: 'CAMPAIGN' },
  },
  {
    how: 'as the default of a variable',
    query: `mutation($t: TrafficType! = CAMPAIGN) { startOutboundVoiceContact(input: { ${needed}, trafficType: $t }) { id } }`,
  },
  {
    how: 'as the default of a variable for the whole input',
    query: `mutation($i: StartOutboundVoiceContactInput! = { ${needed}, trafficType: CAMPAIGN }) { startOutboundVoiceContact(input: $i) { id } }`,
  },
  {
    how: 'as a default that is used because a prototype has the name of its variable',
    query: `mutation($constructor: TrafficType! = CAMPAIGN) { startOutboundVoiceContact(input: { ${needed}, trafficType: $constructor }) { id } }`,
  },
  {
    how: 'behind @include with a default, and @skip with a variable',
    query: `mutation($y: Boolean! = true, $n: Boolean!) { ... @include(if: $y) { startOutboundVoiceContact(input: { ${needed}, trafficType: CAMPAIGN }) @skip(if: $n) { id } } }`,
    variables: { n: false },
  },
  {
    how: 'behind @include of a variable named as a member of every object',
    query: `mutation($valueOf: Boolean! = true) { startOutboundVoiceContact(input: { ${needed}, trafficType: CAMPAIGN }) @include(if: $valueOf) { id } }`,
  },
  {
    how: 'in the second use of one variable',
    query: `mutation($t: TrafficType = GENERAL, $u: TrafficType = CAMPAIGN) { a: startOutboundVoiceContact(input: { ${needed}, trafficType: $t }) { id } b: startOutboundVoiceContact(input: { ${needed}, trafficType: $u }) { id } }`,
  },
  {
    how: 'as campaignId, even null',
    query: 'mutation($i: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $i) { id } }',
    variables: { i: { ...input, campaignId: null } },
  },
  {
    how: 'as outboundStrategy',
    query: `mutation { startOutboundVoiceContact(input: { ${needed}, outboundStrategy: { type: AGENT_FIRST, config: ${preview} } }) { id } }`,
  },
];

test.each(attempts)('a campaign call said $how is FORBIDDEN, and no phone rings', async ({ query, variables }) => {
  const { data, errors } = await gateway.ask<Record<string, unknown>, Record<string, unknown>>(
    query,
    variables,
    dialer,
  );
  expect(data?.startOutboundVoiceContact ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['calls:campaign'] } }]);
  expect(gateway.simulator.requests()).toEqual({});
});

test('what a caller may not read of the contact refuses the call before it is placed', async () => {
  const { errors } = await gateway.ask(
    `mutation { startOutboundVoiceContact(input: { ${needed} }) { ...P } } fragment P on Contact { relatedContact { associatedContacts { nodes { agent { username } } } } }`,
    {},
    dialer,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['contacts:pii'] } }]);
  expect(gateway.simulator.requests()).toEqual({});
});

test.each([
  ['written with a tab', 'calls:start\tcalls:campaign'],
  ['in capitals', 'CALLS:START CALLS:CAMPAIGN'],
  ['with a wildcard', 'calls:* *'],
  ['as a longer word', 'calls:starter xcalls:start calls:start,calls:campaign'],
])('scopes %s give nothing', async (_how, scope) => {
  const { errors } = await gateway.ask(
    `mutation { startOutboundVoiceContact(input: { ${needed} }) { id } }`,
    {},
    {
      scopes: [scope],
    },
  );
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(gateway.simulator.requests()).toEqual({});
});

test('operations beside the one that runs, and names of none, do not mislead the guard', async () => {
  const post = async (operationName: unknown) => {
    const query = `query Harmless { __typename } mutation Evil { startOutboundVoiceContact(input: { ${needed}, trafficType: CAMPAIGN }) { id } }`;
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token(dialer)}` },
      body: JSON.stringify({ query, operationName }),
    });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code;
  };
  expect(await post('Evil')).toBe('FORBIDDEN');
  expect(await post('Harmless')).toBeUndefined();
  for (const name of ['', null, undefined, '__proto__', ['Evil'], { name: 'Evil' }, 0]) {
    expect(await post(name)).toBe('BAD_REQUEST');
  }
  expect(gateway.simulator.requests()).toEqual({});
});
