import { expect, test } from '@jest/globals';
import { keyedHash } from '../src/keyed-hash.js';

test('a keyed hash is the same for the same parts on every replica, and another for other parts or another secret', () => {
  const hash = keyedHash('secret', ['tenant', '+4930901820']);
  // As `openssl dgst -sha256 -hmac secret -binary | head -c 16` has it for ["tenant","+4930901820"], in base64url.
  expect(hash).toBe('tMhSMulnthYEmZwo_N2bvA');
  const others = [
    keyedHash('another secret', ['tenant', '+4930901820']),
    keyedHash('secret', ['tenant', '+4930901821']),
    keyedHash('secret', ['another tenant', '+4930901820']),
    keyedHash('secret', ['tenan', 't+4930901820']),
  ];
  expect(new Set([hash, ...others]).size).toBe(5);
});
