import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  connectIdFrom,
  isInstanceId,
  isResourceId,
  keyOfName,
  nameOfKey,
  parseConnectArn,
} from '../../src/connect/ids.js';

const home = 'arn:aws:connect:us-west-2:123456789012';

describe('an ARN of Amazon Connect', () => {
  test.each([
    [`${home}:instance/I`, { kind: 'instance', instanceId: 'I', id: 'I' }],
    [`${home}:instance/I/contact-flow/F`, { kind: 'contact-flow', instanceId: 'I', id: 'F' }],
    [`${home}:instance/I/queue/Q`, { kind: 'queue', instanceId: 'I', id: 'Q' }],
    [`${home}:instance/I/contact/C`, { kind: 'contact', instanceId: 'I', id: 'C' }],
    [`${home}:instance/I/agent/U`, { kind: 'agent', instanceId: 'I', id: 'U' }],
    [`${home}:phone-number/N`, { kind: 'phone-number', id: 'N' }],
    [`${home}:instance/I/phone-number/N`, { kind: 'phone-number', instanceId: 'I', id: 'N' }],
    [
      'arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/I/queue/Q',
      { kind: 'queue', instanceId: 'I', id: 'Q' },
    ],
    ['arn:aws-cn:connect:cn-north-1:123456789012:instance/I', { kind: 'instance', instanceId: 'I', id: 'I' }],
    ['arn:aws:connect-campaigns:us-west-2:123456789012:campaign/P', { kind: 'campaign', id: 'P' }],
  ])('%s is taken apart', (text, arn) => {
    expect(parseConnectArn(text)).toEqual(arn);
    expect(connectIdFrom(text)).toBe(arn.id);
  });

  test.each([
    'CANARY',
    '',
    'arn:',
    home,
    `${home}:`,
    `${home}:instance`,
    `${home}:instance/`,
    `${home}:instance/I/`,
    `${home}:instance/I/queue`,
    `${home}:instance/I/queue/`,
    `${home}:instance/I/queue/Q/`,
    `${home}:instance/I/queue/agent/U`,
    `${home}:instance/I/queue/..`,
    `${home}:instance/../queue/Q`,
    `${home}:instance//queue/Q`,
    `${home}:instance/I/queue/Q%2F`,
    `${home}:instance/I/queue/Q?x`,
    `${home}:instance/I/queue/Q\n`,
    ` ${home}:instance/I`,
    `${home}:instance/I/contact-flow/F:$SAVED`,
    `${home}:campaign/P`,
    `${home}:other/I/queue/Q`,
    'arn:aws:connect-campaigns:us-west-2:123456789012:instance/I/queue/Q',
    'arn:aws:lambda:us-west-2:123456789012:function/F',
    'arn:evil:connect:us-west-2:123456789012:instance/I',
    'arn:aws:connect:us-west-2:12345:instance/I',
    'arn:aws:connect::123456789012:instance/I',
    'ARN:aws:connect:us-west-2:123456789012:instance/I',
  ])('is not what %j is, which is left as it is', (text) => {
    expect(parseConnectArn(text)).toBeUndefined();
    expect(connectIdFrom(text)).toBe(text);
  });
});

test.each(['a/b', '../x', '.', 'a?b', 'a#b', 'a%2fb', 'a b', 'a\n', '-a', '_a', '', 'a:b', 'ａ', 'a'.repeat(257)])(
  'no id is made as %j is',
  (text) => {
    expect([isInstanceId(text), isResourceId(text)]).toEqual([false, false]);
  },
);

test('ids of Connect, and no longer ones than it takes, are ids', () => {
  const uuid = 'c0000000-0000-4000-8000-000000000001';
  expect([isInstanceId(uuid), isResourceId(uuid)]).toEqual([true, true]);
  expect([isInstanceId('a'.repeat(100)), isInstanceId('a'.repeat(101))]).toEqual([true, false]);
  expect(isResourceId('a'.repeat(256))).toBe(true);
});

test('a key is named as the timelines in Redis are: replicas of every version read the same', () => {
  expect(nameOfKey({ instanceId: 'instance', id: 'contact' })).toBe('instance/contact');
});

test('a name leads back to its key, whatever somebody calls a contact', () => {
  const instanceId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$/).filter(isInstanceId);
  fc.assert(
    fc.property(instanceId, fc.string(), (instance, id) => {
      const key = { instanceId: instance, id };
      expect(keyOfName(nameOfKey(key))).toEqual(key);
    }),
  );
});
