import { describe, expect, test } from '@jest/globals';
import { maxFieldProblems, type FieldProblem } from '../../src/errors.js';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { TokenClaims } from '../support/issuer.js';
import type { RunningGateway } from '../support/start-gateway.js';
import { whole } from '../calls/input-fixture.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const placing = 'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }';
const otherFlow = `arn:aws:connect:us-west-2:123456789012:instance/${seed.otherInstanceId}/contact-flow/f`;
const unfit = { c4n4ry: 1 };

/** `path rule` of every problem of the one error with which an operation is refused; nothing is sent to Connect. */
async function placesOf(query: string, variables: Record<string, unknown>, as: Partial<TokenClaims> = {}) {
  const { errors, body } = await gateway.ask(query, variables, as);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
  expect(body.replaceAll('input.c4n4ry', '')).not.toContain('c4n4ry');
  expect(gateway.logged()).not.toContain('c4n4ry');
  expect(gateway.simulator.requests()).toEqual({});
  const fields = (errors?.[0]?.extensions.fields ?? []) as FieldProblem[];
  return fields.map(({ path, rule }) => `${path} ${rule}`);
}

describe('an input that does not fit its type and breaks rules', () => {
  test('is told both at once: what does not fit, and then what rules the rest breaks', async () => {
    const input = {
      destinationPhoneNumber: 12065550100,
      sourcePhoneNumber: 'c4n4ry',
      attributes: [
        { key: 'c4n4ry !', value: 5 },
        { key: 'c4n4ry !', value: '' },
        { key: 5, value: '\ud800' },
        'c4n4ry',
      ],
      trafficType: 'c4n4ry',
      references: [{ name: '', type: 'c4n4ry', value: 'c4n4ry' }],
      relatedContactId: otherFlow,
      ringTimeoutInSeconds: 61,
      outboundStrategy: {
        type: 'AGENT_FIRST',
        config: {
          agentFirst: { preview: { postAcceptTimeoutConfig: { durationInSeconds: -1 }, allowedUserActions: [5, 5] } },
        },
      },
      c4n4ry: 1,
    };
    expect(await placesOf(placing, { input })).toEqual([
      'input.destinationPhoneNumber type',
      'input.contactFlowId required',
      'input.attributes.0.value type',
      'input.attributes.2.key type',
      'input.attributes.3 type',
      'input.trafficType enum',
      'input.references.0.type enum',
      'input.outboundStrategy.config.agentFirst.preview.allowedUserActions.0 enum',
      'input.outboundStrategy.config.agentFirst.preview.allowedUserActions.1 enum',
      'input.c4n4ry unknown',
      'input.sourcePhoneNumber phoneNumberLetters',
      'input.attributes.0.key attributeKey',
      'input.attributes.1.key attributeKey',
      'input.attributes.1.key repeatedKey',
      'input.attributes.2.value wellFormed',
      'input.references.0.name textLength',
      'input.relatedContactId arnResource',
      'input.ringTimeoutInSeconds max',
      'input.outboundStrategy.config.agentFirst.preview.postAcceptTimeoutConfig.durationInSeconds min',
    ]);
  });

  test('is told it with the same paths where one value stands for a list of one', async () => {
    const attribute = { key: 'c4n4ry !' };
    const one = await placesOf(placing, { input: callInput({ attributes: attribute as never }) });
    expect(one).toEqual(['input.attributes.0.value required', 'input.attributes.0.key attributeKey']);
    expect(await placesOf(placing, { input: callInput({ attributes: [attribute as never] }) })).toEqual(one);
  });

  test('is told it with the same paths where one literal with variables stands for a list of one', async () => {
    const attributesOf = (attributes: string) =>
      placesOf(
        `mutation($key: String!, $value: String!) {
          startOutboundVoiceContact(input: {
            destinationPhoneNumber: "+12065550100", contactFlowId: "f", queueId: "q", attributes: ${attributes}
          }) { id }
        }`,
        { key: 'c4n4ry !', value: 5 },
      );
    const one = await attributesOf('{ key: $key, value: $value }');
    expect(one).toEqual(['input.attributes.0.value type', 'input.attributes.0.key attributeKey']);
    expect(await attributesOf('[{ key: $key, value: $value }]')).toEqual(one);
  });

  test('is told the values that an enum has', async () => {
    const { errors } = await gateway.ask(placing, { input: callInput({ trafficType: 'c4n4ry' as never }) });
    expect(errors?.[0]?.extensions.fields).toMatchObject([{ message: 'must be one of GENERAL, CAMPAIGN' }]);
  });

  test('is told it with the same paths where variables are its members', async () => {
    const query = `mutation($n: PhoneNumber!, $key: String!, $value: String!, $more: ContactAttributeInput!) {
      startOutboundVoiceContact(input: {
        destinationPhoneNumber: $n, contactFlowId: "c4n4ry/", sourcePhoneNumber: "+12065550123",
        attributes: [{ key: $key, value: $value }, $more]
      }) { id }
    }`;
    expect(await placesOf(query, { n: unfit, key: 'c4n4ry!', value: 1, more: { key: '', value: 2 } })).toEqual([
      'input.destinationPhoneNumber type',
      'input.attributes.0.value type',
      'input.attributes.1.value type',
      'input.contactFlowId idCharacters',
      'input.attributes.0.key attributeKey',
      'input.attributes.1.key attributeKey',
    ]);
  });

  test('and whose ARNs are of another instance than the call is placed in, is told that among the rest', async () => {
    const input = callInput({ contactFlowId: otherFlow, ringTimeoutInSeconds: 5 });
    const expected = ['input.contactFlowId arnInstance', 'input.ringTimeoutInSeconds min'];
    expect(await placesOf(placing, { input })).toEqual(expected);
    expect(await placesOf(placing, { input: { ...input, name: 5 } })).toEqual(['input.name type', ...expected]);
    const instanceId = seed.otherInstanceId;
    expect(await placesOf(placing, { input: { ...input, instanceId, name: 5 } }, { tenant: 'globex' })).toEqual([
      'input.name type',
      'input.ringTimeoutInSeconds min',
    ]);
  });

  test('is told it over the input and the other arguments of a field', async () => {
    const query =
      'query($input: SearchContactsInput!, $i: ID) { searchContacts(input: $input, first: 0, after: "", instanceId: $i) { nodes { id } } }';
    const timeRange = { startTime: '2026-11-21T00:00:00Z', endTime: '2026-11-21T00:00:00Z' };
    const input = { timeRange, name: { searchText: [] }, queueIds: ['', 'a'] };
    const broken = [
      'input.timeRange.endTime timeRange',
      'input.queueIds isLength',
      'input.name.searchText arrayMinSize',
    ];
    expect(await placesOf(query, { input })).toEqual([...broken, 'after isLength', 'first min']);
    expect(await placesOf(query, { input: { ...input, channels: ['c4n4ry'] }, i: unfit })).toEqual([
      'input.channels.0 enum',
      'instanceId type',
      ...broken,
      'after isLength',
      'first min',
    ]);
  });

  test('is told no more than that it does not fit, where a rule would need what does not', async () => {
    const { sourcePhoneNumber, ...input } = callInput();
    expect(await placesOf(placing, { input: { ...input, queueId: unfit } })).toEqual(['input.queueId type']);
    expect(await placesOf(placing, { input: { ...input, sourcePhoneNumber: unfit } })).toEqual([
      'input.sourcePhoneNumber type',
    ]);
    const answerMachineDetectionConfig = { enableAnswerMachineDetection: true };
    const detecting = { ...input, sourcePhoneNumber, answerMachineDetectionConfig, trafficType: 'c4n4ry' };
    expect(await placesOf(placing, { input: detecting })).toEqual(['input.trafficType enum']);
    const following = { ...input, sourcePhoneNumber, contactFlowId: otherFlow, instanceId: unfit };
    expect(await placesOf(placing, { input: following })).toEqual(['input.instanceId type']);
  });
});

const contact = { contactId: seed.instanceId };
const inputs: readonly (readonly [field: string, input: Record<string, unknown>])[] = [
  ['startOutboundVoiceContact', whole],
  ['stopContact', contact],
  ['updateContactAttributes', { ...contact, attributes: [{ key: 'a', value: 'b' }] }],
  ['updateContact', { ...contact, name: 'n' }],
  ['updateContact', { ...contact, description: 'd' }],
  ['updateContact', { ...contact, references: [{ name: 'n', type: 'DATE', value: '2030-01-31' }] }],
  ['tagContact', { ...contact, tags: [{ key: 'a', value: 'b' }] }],
  ['untagContact', { ...contact, tagKeys: ['a'] }],
  ['startContactRecording', { ...contact, voiceRecordingConfiguration: { ivrRecordingTrack: 'ALL' } }],
  ['stopContactRecording', { ...contact, contactRecordingType: 'AGENT' }],
  ['pauseOutboundCalling', { reason: 'r', trafficType: 'CAMPAIGN', tenant: 'acme', allTenants: true }],
  ['addToDoNotCallList', { list: 'l', phoneNumbers: ['+12065550100'], reason: 'r', expiresAt: '2030-01-31T00:00:00Z' }],
  ['removeFromDoNotCallList', { list: 'l', phoneNumbers: ['+12065550100'] }],
  [
    'searchContacts',
    {
      timeRange: { type: 'INITIATION_TIMESTAMP', startTime: '2026-11-21T00:00:00Z', endTime: '2026-11-22T00:00:00Z' },
      channels: ['VOICE'],
      queueIds: [seed.queues.sales],
      agentIds: ['a'],
      name: { searchText: ['a'], match: 'MATCH_ANY' },
      attributes: [{ key: 'a', values: ['b'] }],
      sort: { field: 'CHANNEL', order: 'ASCENDING' },
    },
  ],
];

/** Every copy of a value in which one part of it, named by its path, does not fit its type. */
function* unfitCopies(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const [at, copy] of unfitCopies(item, `${path}.${index}`)) yield [at, value.with(index, copy)];
    return;
  }
  if (typeof value !== 'object' || value === null) {
    yield [path, unfit];
    return;
  }
  yield [path, 5];
  for (const [name, member] of Object.entries(value) as [string, unknown][])
    for (const [at, copy] of unfitCopies(member, `${path}.${name}`)) yield [at, { ...value, [name]: copy }];
}

test.each(inputs)(
  'each part of an input of %s that does not fit is one problem, and no other',
  async (field, input) => {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const query = `${field === 'searchContacts' ? 'query' : 'mutation'}($input: ${type}!) { ${field}(input: $input) { __typename } }`;
    const copies = [...unfitCopies(input, 'input')];
    expect(copies.length).toBeGreaterThan(Object.keys(input).length);
    for (const [path, copy] of copies)
      expect(await placesOf(query, { input: copy })).toEqual([expect.stringMatching(`^${path} (type|enum)$`)]);
  },
);

describe('an operation with several fields', () => {
  const two =
    'mutation($a: StartOutboundVoiceContactInput!, $b: StartOutboundVoiceContactInput!) { a: startOutboundVoiceContact(input: $a) { id } b: startOutboundVoiceContact(input: $b) { id } }';

  test('is refused whole where one value does not fit; each path begins with the name of its field', async () => {
    const a = callInput({ ringTimeoutInSeconds: 61 });
    expect(await placesOf(two, { a, b: { ...callInput(), name: 5 } })).toEqual([
      'a.input.ringTimeoutInSeconds max',
      'b.input.name type',
    ]);
    const once = two.replace(', $b: StartOutboundVoiceContactInput!', '').replace('$b', '$a');
    expect(await placesOf(once, { a: { ...a, name: 5 } })).toEqual([
      'a.input.name type',
      'a.input.ringTimeoutInSeconds max',
      'b.input.name type',
      'b.input.ringTimeoutInSeconds max',
    ]);
  });

  test('loses the field alone whose input fits and breaks a rule', async () => {
    const { data, errors } = await gateway.ask(two, { a: callInput({ ringTimeoutInSeconds: 61 }), b: callInput() });
    expect(data).toEqual({ a: null, b: { id: gateway.simulator.calls()[0]?.contactId } });
    expect(errors).toMatchObject([
      { path: ['a'], extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.ringTimeoutInSeconds' }] } },
    ]);
  });
});

describe('what a caller may not say', () => {
  const start = { scopes: ['calls:start'] };

  test.each<[string, Record<string, unknown>]>([
    ['a guarded member', { campaignId: 'c4n4ry/' }],
    ['a guarded member that does not fit itself', { outboundStrategy: 5 }],
    ['a guarded value of an enum', { trafficType: 'CAMPAIGN' }],
  ])('is FORBIDDEN before its input is judged, also where that does not fit: %s', async (_what, change) => {
    const input = { ...callInput(), destinationPhoneNumber: 5, ...change };
    const { errors, body } = await gateway.ask(placing, { input }, start);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['calls:campaign'] } }]);
    expect(errors?.[0]?.extensions).not.toHaveProperty('fields');
    expect(body).not.toContain('c4n4ry');
  });

  test('is not what fits nothing', async () => {
    const input = { ...callInput(), destinationPhoneNumber: 5, trafficType: 'CAMPAIN' };
    expect(await placesOf(placing, { input }, start)).toEqual([
      'input.destinationPhoneNumber type',
      'input.trafficType enum',
    ]);
  });
});

test('one limit cuts every report, and the message says so', async () => {
  const message = `The input breaks more than ${maxFieldProblems} rules; the first ${maxFieldProblems} are in extensions.fields.`;
  for (const key of [5, '!']) {
    const attributes = Array.from({ length: 120 }, () => ({ key, value: '' })) as never;
    const { errors } = await gateway.ask(placing, { input: callInput({ attributes }) });
    expect(errors).toMatchObject([{ message }]);
    expect(errors?.[0]?.extensions.fields).toHaveLength(maxFieldProblems);
  }
});

test('a null that a default made possible within an input is a problem of the input', async () => {
  const query = `mutation($n: PhoneNumber = "+12065550100") { startOutboundVoiceContact(input: { destinationPhoneNumber: $n, contactFlowId: "/" }) { id } }`;
  expect(await placesOf(query, { n: null })).toEqual([
    'input.destinationPhoneNumber required',
    'input.contactFlowId idCharacters',
    'input.sourcePhoneNumber isDefined',
  ]);
});
