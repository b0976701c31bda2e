import { describe, expect, test } from '@jest/globals';
import { elsewhere, home, instanceId, place, placesOf, smallest, whole } from './input-fixture.js';

const uuid = '846ec553-a005-41c0-8341-000000000009';

describe('the input of a call', () => {
  test('with the least that a call needs passes, and gets its defaults', async () => {
    expect((await place(smallest)).accepted).toEqual({ ...smallest, trafficType: 'GENERAL', allowRepeat: false });
  });

  test('that says every member passes', async () => {
    expect((await place(whole)).accepted).toEqual(whole);
  });

  test('with null for everything optional passes like one without', async () => {
    const optional = Object.keys(whole).filter((member) => !['trafficType', 'allowRepeat'].includes(member));
    const nulls = Object.fromEntries(optional.map((member) => [member, null]));
    expect(await placesOf({ ...nulls, ...smallest })).toEqual([]);
    expect(await placesOf({ ...whole, attributes: [], references: [], answerMachineDetectionConfig: {} })).toEqual([]);
  });

  test('is told all of its broken rules at once, in the order of the schema', async () => {
    const { fields } = await place({
      destinationPhoneNumber: '0012065550100',
      contactFlowId: '../etc',
      instanceId: '',
      clientToken: 'é',
      attributes: [
        { key: 'ok', value: 'ok' },
        { key: 'not ok', value: '\ud800' },
        { key: '__proto__', value: '' },
        { key: 'ok', value: '' },
      ],
      answerMachineDetectionConfig: { enableAnswerMachineDetection: true },
      campaignId: 'a/b',
      name: 'n'.repeat(1025),
      description: 'd'.repeat(4097),
      references: [
        { name: '', type: 'URL', value: 'javascript:alert(1)' },
        { name: 'when', type: 'DATE', value: 'tomorrow' },
      ],
      relatedContactId: 'c%2f',
      ringTimeoutInSeconds: 14,
      outboundStrategy: {
        type: 'AGENT_FIRST',
        config: {
          agentFirst: {
            preview: { postAcceptTimeoutConfig: { durationInSeconds: -1 }, allowedUserActions: ['CALL', 'CALL'] },
          },
        },
      },
      maxWaitInSeconds: 0,
    });
    expect(fields.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      'input.destinationPhoneNumber phoneNumberInternationalPrefix',
      'input.contactFlowId idCharacters',
      'input.instanceId idCharacters',
      'input.clientToken matches',
      'input.sourcePhoneNumber isDefined',
      'input.attributes.1.key attributeKey',
      'input.attributes.1.value wellFormed',
      'input.attributes.2.key reservedKey',
      'input.attributes.3.key repeatedKey',
      'input.answerMachineDetectionConfig.enableAnswerMachineDetection needsCampaignTraffic',
      'input.campaignId idCharacters',
      'input.name textLength',
      'input.description textLength',
      'input.references.0.name textLength',
      'input.references.0.value referenceUrl',
      'input.references.1.value referenceDate',
      'input.relatedContactId idCharacters',
      'input.ringTimeoutInSeconds min',
      'input.outboundStrategy.config.agentFirst.preview.postAcceptTimeoutConfig.durationInSeconds min',
      'input.outboundStrategy.config.agentFirst.preview.allowedUserActions arrayUnique',
      'input.maxWaitInSeconds min',
    ]);
    for (const { message } of fields) expect(message).toMatch(/^\S+ .{10,}/);
  });

  test('is never repeated in the answer', async () => {
    const { fields, readable } = await place({
      destinationPhoneNumber: '+1CANARY',
      contactFlowId: 'CANARY/',
      instanceId: 'CANARY ',
      clientToken: 'CANARY\n',
      sourcePhoneNumber: 'CANARY',
      queueId: 'arn:CANARY',
      attributes: [
        { key: 'CANARY!', value: '\ud800CANARY' },
        { key: 'CANARY!', value: '' },
      ],
      campaignId: 'CANARY?',
      name: 'CANARY'.repeat(1_000),
      description: 'CANARY'.repeat(1_000),
      references: [
        { name: 'CANARY', type: 'URL', value: 'javascript:CANARY' },
        { name: 'CANARY', type: 'EMAIL', value: 'CANARY' },
      ],
      relatedContactId: '#CANARY',
      ringTimeoutInSeconds: 424242,
      maxWaitInSeconds: 424242,
    });
    expect(new Set(fields.map(({ path }) => path.split('.')[1])).size).toBe(14);
    expect(readable).not.toMatch(/CANARY|424242/);
  });

  test('that breaks one rule is told so in the message itself', async () => {
    const { readable } = await place({ ...smallest, ringTimeoutInSeconds: 61 });
    expect(JSON.parse(readable)).toEqual([
      'The input is not valid: input.ringTimeoutInSeconds: ringTimeoutInSeconds must not be greater than 60',
      [
        {
          path: 'input.ringTimeoutInSeconds',
          rule: 'max',
          message: 'ringTimeoutInSeconds must not be greater than 60',
        },
      ],
      null,
    ]);
  });
});

describe('the phone numbers of a call', () => {
  const { destinationPhoneNumber, contactFlowId } = smallest;

  test.each([
    ['neither a source nor a queue', {}, ['input.sourcePhoneNumber isDefined']],
    ['null for both', { sourcePhoneNumber: null, queueId: null }, ['input.sourcePhoneNumber isDefined']],
    ['a source', { sourcePhoneNumber: '+12065550123' }, []],
    ['a queue', { queueId: uuid }, []],
    ['a queue and null for the source', { queueId: uuid, sourcePhoneNumber: null }, []],
    ['both', { sourcePhoneNumber: '+12065550123', queueId: uuid }, []],
    [
      'a bad source and a queue',
      { sourcePhoneNumber: '911', queueId: uuid },
      ['input.sourcePhoneNumber phoneNumberShort'],
    ],
    ['a bad source alone', { sourcePhoneNumber: '' }, ['input.sourcePhoneNumber phoneNumberEmpty']],
    ['a bad queue alone', { queueId: '' }, ['input.queueId idCharacters']],
    [
      'a bad destination',
      { queueId: uuid, destinationPhoneNumber: 'tel:+12065550100' },
      ['input.destinationPhoneNumber phoneNumberScheme'],
    ],
  ])('%s', async (_title, input, places) => {
    expect(await placesOf({ destinationPhoneNumber, contactFlowId, ...input })).toEqual(places);
  });
});

describe('the ids of a call', () => {
  const members: [member: string, arnOf: string, most: number][] = [
    ['contactFlowId', `${home}/contact-flow/`, 500],
    ['queueId', `${home}/queue/`, 500],
    ['relatedContactId', `${home}/contact/`, 256],
    ['campaignId', 'arn:aws:connect-campaigns:us-west-2:123456789012:campaign/', 100],
    ['instanceId', 'arn:aws:connect:us-west-2:123456789012:instance/', 100],
  ];

  test.each(members)('%s may be an id or an ARN', async (member, arnOf, most) => {
    for (const id of [uuid, uuid.toUpperCase(), 'a', 'A_b-9', 'a'.repeat(most)]) {
      expect([id, await placesOf({ ...smallest, [member]: id })]).toEqual([id, []]);
      expect([id, await placesOf({ ...smallest, [member]: arnOf + id })]).toEqual([id, []]);
    }
  });

  test.each(members)('%s may not be too long', async (member, arnOf, most) => {
    const tooLong = 'a'.repeat(most + 1);
    expect(await placesOf({ ...smallest, [member]: tooLong })).toEqual([`input.${member} idLength`]);
    expect(await placesOf({ ...smallest, [member]: arnOf + tooLong })).toEqual([`input.${member} idLength`]);
    expect(await placesOf({ ...smallest, [member]: `${'a'.repeat(100_000)}!` })).toEqual([
      `input.${member} idCharacters`,
    ]);
  });

  test.each(members)('%s may hold nothing that means something in a path', async (member, arnOf) => {
    for (const id of [
      '',
      ' ',
      '.',
      '..',
      '../a',
      'a/b',
      'a\\b',
      'a b',
      'a\n',
      '\ta',
      'a%2F',
      'a?b',
      'a#b',
      'a:b',
      'a\u0000',
      'é',
      '-a',
      '$x',
      '\u202ea',
    ]) {
      expect([id, await placesOf({ ...smallest, [member]: id })]).toEqual([id, [`input.${member} idCharacters`]]);
      const arn = arnOf + id;
      expect([arn, await placesOf({ ...smallest, [member]: arn })]).toEqual([arn, [`input.${member} arnShape`]]);
    }
  });

  test.each(members)('%s may not be the ARN of something else', async (member) => {
    const others = [
      `${home}/agent/${uuid}`,
      `${home}/contact-flow/${uuid}`,
      `${home}/queue/${uuid}`,
      `${home}/contact/${uuid}`,
      home,
      'arn:aws:connect:us-west-2:123456789012:phone-number/N',
    ].filter(
      (arn) =>
        !arn.startsWith(members.find(([name]) => name === member)![1]) || (member === 'instanceId' && arn !== home),
    );
    expect(others.length).toBeGreaterThanOrEqual(5);
    for (const arn of others) {
      expect([arn, await placesOf({ ...smallest, [member]: arn })]).toEqual([arn, [`input.${member} arnResource`]]);
    }
  });

  test.each([
    ['the ARN', home],
    ['the id', instanceId],
    ['the default of the caller', undefined],
  ])('must be of the instance that %s names', async (_, instance) => {
    const arns = {
      contactFlowId: `${elsewhere}/contact-flow/${uuid}`,
      queueId: `${elsewhere}/queue/${uuid}`,
      relatedContactId: `${elsewhere}/contact/${uuid}`,
    };
    expect(await placesOf({ ...smallest, instanceId: instance, ...arns })).toEqual([
      'input.contactFlowId arnInstance',
      'input.queueId arnInstance',
      'input.relatedContactId arnInstance',
    ]);
    const here = Object.fromEntries(
      Object.entries(arns).map(([member, arn]) => [member, arn.replace(elsewhere, home)]),
    );
    expect(await placesOf({ ...smallest, instanceId: instance, ...here })).toEqual([]);
  });

  test('are compared with no instance that is none', async () => {
    const contactFlowId = `${elsewhere}/contact-flow/${uuid}`;
    for (const none of ['../', 'arn:aws:connect:nowhere'])
      expect(await placesOf({ ...smallest, instanceId: none, contactFlowId })).toHaveLength(1);
  });
});

describe('the small members of a call', () => {
  test.each([
    ['clientToken', 'a', []],
    ['clientToken', ' ~', []],
    ['clientToken', 't'.repeat(500), []],
    ['clientToken', '', ['matches']],
    ['clientToken', 't'.repeat(501), ['matches']],
    ['clientToken', 'a\n', ['matches']],
    ['clientToken', 'a\tb', ['matches']],
    ['clientToken', 'a\u007f', ['matches']],
    ['clientToken', 'a\u200b', ['matches']],
    ['clientToken', 'ä', ['matches']],
    ['name', '', []],
    ['name', 'n'.repeat(1024), []],
    ['name', '😀'.repeat(1024), []],
    ['name', '😀'.repeat(1025), ['textLength']],
    ['name', 'n'.repeat(1025), ['textLength']],
    ['name', 'n\ufe0f'.repeat(1024), ['textLength']],
    ['name', '\udc00', ['wellFormed']],
    ['description', 'd'.repeat(4096), []],
    ['description', 'd'.repeat(4097), ['textLength']],
    ['description', '\ud83d', ['wellFormed']],
    ['ringTimeoutInSeconds', 15, []],
    ['ringTimeoutInSeconds', 60, []],
    ['ringTimeoutInSeconds', 14, ['min']],
    ['ringTimeoutInSeconds', 61, ['max']],
    ['ringTimeoutInSeconds', -2147483648, ['min']],
    ['maxWaitInSeconds', 3, []],
    ['maxWaitInSeconds', 55, []],
    ['maxWaitInSeconds', 2, ['min']],
    ['maxWaitInSeconds', 56, ['max']],
  ] as const)('%s %j', async (member, value, rules) => {
    expect(await placesOf({ ...smallest, [member]: value })).toEqual(rules.map((rule) => `input.${member} ${rule}`));
  });

  const detection = 'input.answerMachineDetectionConfig.enableAnswerMachineDetection needsCampaignTraffic';
  test.each([
    [{ enableAnswerMachineDetection: true }, undefined, [detection]],
    [{ enableAnswerMachineDetection: true }, 'GENERAL', [detection]],
    [{ enableAnswerMachineDetection: true, awaitAnswerMachinePrompt: true }, 'CAMPAIGN', []],
    [{ enableAnswerMachineDetection: false }, 'GENERAL', []],
    [{ enableAnswerMachineDetection: null, awaitAnswerMachinePrompt: true }, 'GENERAL', []],
    [{}, 'GENERAL', []],
    [null, 'GENERAL', []],
  ])('answering machine detection %j with %s', async (answerMachineDetectionConfig, trafficType, places) => {
    const traffic = trafficType === undefined ? {} : { trafficType };
    expect(await placesOf({ ...smallest, answerMachineDetectionConfig, ...traffic })).toEqual(places);
  });

  test.each([
    [{ type: 'AGENT_FIRST' }, []],
    [{ type: 'AGENT_FIRST', config: null }, []],
    [{ type: 'AGENT_FIRST', config: {} }, []],
    [{ type: 'AGENT_FIRST', config: { agentFirst: { preview: null } } }, []],
    [preview(0, []), []],
    [preview(30, ['CALL', 'DISCARD']), []],
    [preview(-1, ['CALL']), ['postAcceptTimeoutConfig.durationInSeconds min']],
    [preview(1, ['CALL', 'CALL']), ['allowedUserActions arrayUnique']],
    [preview(1, ['CALL', 'DISCARD', 'CALL']), ['allowedUserActions arrayMaxSize']],
  ])('outbound strategy %j', async (outboundStrategy, places) => {
    expect(await placesOf({ ...smallest, outboundStrategy })).toEqual(
      places.map((path) => `input.outboundStrategy.config.agentFirst.preview.${path}`),
    );
  });
});

function preview(durationInSeconds: number, allowedUserActions: string[]): unknown {
  const settings = { postAcceptTimeoutConfig: { durationInSeconds }, allowedUserActions };
  return { type: 'AGENT_FIRST', config: { agentFirst: { preview: settings } } };
}
