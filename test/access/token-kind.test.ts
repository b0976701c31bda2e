import { expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { refuseOtherTokens } from '../../src/access/token-kind.js';

const judge = (header: object, claims: object) => () => {
  refuseOtherTokens({ alg: 'ES256', ...header }, claims as JWTPayload);
};

test.each([
  [{}],
  [{ typ: 'JWT' }],
  [{ typ: 'jwt' }],
  [{ typ: 'application/jwt' }],
  [{ typ: 'at+jwt' }],
  [{ typ: 'AT+JWT' }],
  [{ typ: 'application/at+jwt' }],
])('the header %j may be that of an access token', (header) => {
  expect(judge(header, { scope: 'a' })).not.toThrow();
});

test.each([
  [{ typ: 'logout+jwt' }],
  [{ typ: 'secevent+jwt' }],
  [{ typ: 'dpop+jwt' }],
  [{ typ: 'token-introspection+jwt' }],
  [{ typ: 'oauth-authz-req+jwt' }],
  [{ typ: 'client-authentication+jwt' }],
  [{ typ: 'rt+jwt' }],
  [{ typ: 'application/okta-internal-at+jwt' }],
  [{ typ: 'text/at+jwt' }],
  [{ typ: '' }],
  [{ typ: null }],
  [{ typ: ['at+jwt'] }],
  [{ typ: { toString: 'JWT' } }],
])('the header %j is not that of an access token', (header) => {
  expect(judge(header, { scope: 'a' })).toThrow('The header typ is not that of an access token.');
});

test.each([
  [{ token_use: 'access' }],
  [{ token_use: 'access_token' }],
  [{ typ: 'Bearer', nonce: 'x' }],
  [{ typ: 'DPoP', nonce: 'x' }],
  [{ token_use: 'access', nonce: 'x' }],
  [{ typ: 'user' }],
  [{ typ: 1 }],
  [{ token_type: 'Bearer' }],
  [{ token_type: 'access' }],
  [{ nonce: 'x', scope: 'a' }],
  [{ nonce: 'x', scp: ['a'] }],
  [{ nonce: 'x', scope: '' }],
  [{ events: ['created'] }],
  [{ events: 'created' }],
  [{ events: null }],
  [{ auth_time: 1, amr: ['pwd'], acr: '1', sid: 'x', azp: 'web', email: 'alice@example.com' }],
])('the claims %j may be those of an access token', (claims) => {
  expect(judge({}, claims)).not.toThrow();
});

test.each([
  ['token_use', { token_use: 'id' }],
  ['token_use', { token_use: 'refresh' }],
  ['token_use', { token_use: '' }],
  ['token_use', { token_use: null }],
  ['token_use', { token_use: ['access'] }],
  ['typ', { typ: 'ID' }],
  ['typ', { typ: 'Refresh' }],
  ['typ', { typ: 'Offline' }],
  ['typ', { typ: 'Logout' }],
  ['typ', { typ: 'Serialized-ID' }],
  ['token_type', { token_type: 'refresh_token' }],
  ['token_type', { typ: 'Bearer', token_type: 'id_token' }],
  ['events', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ['events', { typ: 'Bearer', events: {} }],
  ['at_hash', { at_hash: 'x', scope: 'a' }],
  ['c_hash', { c_hash: 'x' }],
  ['s_hash', { s_hash: null }],
  ['nonce', { nonce: 'x', roles: ['a'] }],
  ['nonce', { nonce: 'x', permissions: ['a'], typ: 'user' }],
])('the claim %s of %j is not that of an access token', (claim, claims) => {
  expect(judge({ typ: 'JWT' }, claims)).toThrow(`The claim ${claim} is not that of an access token.`);
});

test('a token that says by its type to be for access may have what ID tokens have, but not say the contrary', () => {
  expect(judge({ typ: 'at+jwt' }, { nonce: 'x', at_hash: 'y' })).not.toThrow();
  expect(judge({ typ: 'at+jwt' }, { token_use: 'id' })).toThrow();
  expect(judge({ typ: 'at+jwt' }, { typ: 'ID' })).toThrow();
});
