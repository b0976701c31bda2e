import { describe, expect, test } from '@jest/globals';
import type { FieldProblem } from '../../src/errors.js';
import { seed } from '../../src/simulator/seed.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';
import { act, arnOf, codeOf, eachChange, unknownId } from './acting-fixture.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

/** `path rule` of each broken rule of an input that is refused, with nothing asked of Connect and none of its words repeated. */
async function broken(mutation: string, input: Record<string, unknown>): Promise<string[]> {
  const { errors, body } = await act(gateway, { mutation, rest: {} }, { contactId: unknownId, ...input });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false } }]);
  expect(body).not.toContain('c4n4ry');
  expect(gateway.logged()).not.toContain('c4n4ry');
  expect(gateway.simulator.requests()).toEqual({});
  const fields = (errors?.[0]?.extensions.fields ?? []) as FieldProblem[];
  for (const { message } of fields) expect(message).toMatch(/^\S+ .{10,}/);
  return fields.map(({ path, rule }) => `${path} ${rule}`);
}

describe.each(eachChange)('the contact of %s', (mutation, { rest }) => {
  test.each([
    [{ contactId: '../c4n4ry' }, ['input.contactId idCharacters']],
    [{ contactId: '' }, ['input.contactId idCharacters']],
    [{ contactId: 'c'.repeat(257) }, ['input.contactId idLength']],
    [{ contactId: arnOf(unknownId).replace('/contact/', '/queue/') }, ['input.contactId arnResource']],
    [{ contactId: 'arn:aws:s3:::c4n4ry' }, ['input.contactId arnShape']],
    [{ instanceId: 'c4n4ry/' }, ['input.instanceId idCharacters']],
    [{ contactId: arnOf(unknownId), instanceId: seed.otherInstanceId }, ['input.contactId arnInstance']],
    [{ contactId: 'c4n4ry!', instanceId: '' }, ['input.contactId idCharacters', 'input.instanceId idCharacters']],
  ])('is named by its id or ARN: %j', async (input, expected) => {
    expect(await broken(mutation, { ...rest, ...input })).toEqual(expected);
  });
});

const tag = (key: string, value = '') => ({ key, value });
const tags = (count: number) => Array.from({ length: count }, (_, index) => tag(`k${index}`));

test.each<[string, Record<string, unknown>, string[]]>([
  ['updateContactAttributes', { attributes: [] }, ['input.attributes arrayMinSize']],
  [
    'updateContactAttributes',
    { contactId: 'c4n4ry!', attributes: [tag('not ok'), tag('a', '\ud800'), tag('a'), tag('__proto__')] },
    [
      'input.contactId idCharacters',
      'input.attributes.0.key attributeKey',
      'input.attributes.1.value wellFormed',
      'input.attributes.2.key repeatedKey',
      'input.attributes.3.key reservedKey',
    ],
  ],
  ['updateContactAttributes', { attributes: [tag('a', 'é'.repeat(16_384))] }, ['input.attributes maxBytes']],
  ['updateContact', {}, ['input.name isDefined']],
  ['updateContact', { name: null, description: null, references: [] }, ['input.name isDefined']],
  [
    'updateContact',
    {
      name: 'c4n4ry'.repeat(200),
      description: 'c4n4ry'.repeat(700),
      references: [{ name: 'r', type: 'URL', value: 'javascript:c4n4ry' }],
    },
    ['input.name textLength', 'input.description textLength', 'input.references.0.value referenceUrl'],
  ],
  ['tagContact', { tags: [] }, ['input.tags arrayMinSize']],
  ['tagContact', { tags: tags(7) }, ['input.tags arrayMaxSize']],
  [
    'tagContact',
    { tags: [tag('aws:c4n4ry'), tag(''), tag('c4n4ry!'), tag('k'.repeat(129)), tag('a', 'v'.repeat(257)), tag('a')] },
    [
      'input.tags.0.key tagKeyReserved',
      'input.tags.1.key tagKey',
      'input.tags.2.key tagKey',
      'input.tags.3.key tagKey',
      'input.tags.4.value textLength',
      'input.tags.5.key repeatedKey',
    ],
  ],
  ['untagContact', { tagKeys: [] }, ['input.tagKeys arrayMinSize']],
  [
    'untagContact',
    { tagKeys: ['a', 'aws:c4n4ry', 'c4n4ry é', 'b', 'c', 'd', 'e'] },
    ['input.tagKeys.1 tagKeyReserved', 'input.tagKeys.2 tagKey', 'input.tagKeys arrayMaxSize'],
  ],
  ['startContactRecording', { voiceRecordingConfiguration: {} }, ['input.voiceRecordingConfiguration oneTrack']],
  [
    'startContactRecording',
    { voiceRecordingConfiguration: { voiceRecordingTrack: 'ALL', ivrRecordingTrack: 'ALL' } },
    ['input.voiceRecordingConfiguration oneTrack'],
  ],
  [
    'startContactRecording',
    { voiceRecordingConfiguration: { voiceRecordingTrack: null, ivrRecordingTrack: null } },
    ['input.voiceRecordingConfiguration oneTrack'],
  ],
])('%s tells all broken rules of %j at once', async (mutation, input, expected) => {
  expect((await broken(mutation, input)).toSorted()).toEqual(expected.toSorted());
});

test.each<[string, Record<string, unknown>]>([
  ['updateContact', { description: '' }],
  ['updateContact', { references: [{ name: 'Mail', type: 'EMAIL', value: 'ann@example.com' }] }],
  ['updateContactAttributes', { attributes: [tag('a')] }],
  ['tagContact', { tags: [tag('Cost:center/1.2+3-4=5_6', 'é'.repeat(256)), ...tags(5)] }],
  ['untagContact', { tagKeys: ['k'.repeat(128)] }],
  ['startContactRecording', { voiceRecordingConfiguration: { voiceRecordingTrack: 'FROM_AGENT' } }],
])('%s takes the least and the most that Connect takes: %j', async (mutation, rest) => {
  const { errors } = await act(gateway, { mutation, rest }, { contactId: unknownId, instanceId: null });
  // The input passed: only the contact is not there.
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});

describe.each(eachChange)('%s', (_mutation, change) => {
  test('takes no id that would mean something in a path, in neither place', async () => {
    const before = gateway.simulator.requests();
    const bad = ['.', '../x', 'a/b', 'a%2fb', 'a?b', 'a#b', 'a b', 'a\n', '\u0000', '-a', 'ａ', '', 'a'.repeat(257)];
    for (const id of bad) {
      expect(codeOf(await act(gateway, change, { contactId: id }))).toBe('BAD_USER_INPUT');
      const { errors } = await act(gateway, change, { contactId: unknownId, instanceId: id });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(gateway.simulator.requests()).toEqual(before);
  });
});
