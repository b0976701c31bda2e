import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isResourceId, keyOfName, nameOfKey } from '../../src/connect/resource-key.js';

test('a key is named as the timelines in Redis are: replicas of every version read the same', () => {
  expect(nameOfKey({ instanceId: 'instance', id: 'contact' })).toBe('instance/contact');
});

test('a name leads back to its key, whatever somebody calls a contact', () => {
  const instanceId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$/).filter(isResourceId);
  fc.assert(
    fc.property(instanceId, fc.string(), (instance, id) => {
      const key = { instanceId: instance, id };
      expect(keyOfName(nameOfKey(key))).toEqual(key);
    }),
  );
});
