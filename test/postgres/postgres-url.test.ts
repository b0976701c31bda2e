import { expect, test } from '@jest/globals';
import { readPostgresUrl } from '../../src/postgres/postgres-url.js';

test('a URL names user, hosts in their order, database and TLS', () => {
  expect(readPostgresUrl('postgres://us%40er:p%2Fw@first,second:6432,[::1]:7432/calls?sslmode=verify-full')).toEqual({
    user: 'us@er',
    password: 'p/w',
    database: 'calls',
    hosts: [
      { host: 'first', port: 5432 },
      { host: 'second', port: 6432 },
      { host: '::1', port: 7432 },
    ],
    tls: true,
  });
  expect(readPostgresUrl('postgresql://user@host/calls')).toMatchObject({ password: '', tls: false });
});

test.each([
  '',
  'redis://user:password@host/calls',
  'postgres://host/calls',
  'postgres://user:password@host',
  'postgres://user:password@host/',
  'postgres://user:password@/calls',
  'postgres://user:password@host,/calls',
  'postgres://user:password@host:0/calls',
  'postgres://user:password@host:65536/calls',
  'postgres://user:pass@word@host/calls',
  'postgres://user:pass/word@host/calls',
  'postgres://user:%zz@host/calls',
  'postgres://user:password@host/calls?sslmode=require',
  'postgres://user:password@host/calls?sslmode=verify-full&statement_timeout=0',
  'postgres://user:password@host/calls?application_name=x',
  'postgres://user:password@host/calls#part',
])('anything else is refused: %s', (text) => {
  expect(readPostgresUrl(text)).toBeUndefined();
});
