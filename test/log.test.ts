import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLog, type Log } from '../src/log.js';

function logInto(lines: string[]): Log {
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return createLog('debug', sink);
}

function logged(write: (log: Log) => void): string {
  const lines: string[] = [];
  write(logInto(lines));
  return lines.join('');
}

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';

test.each([
  [
    'a phone number in a message',
    (log: Log) => {
      log.info('called +12065550100');
    },
    /2065550100/,
  ],
  [
    'a phone number in a member',
    (log: Log) => {
      log.info({ path: 'to +1 (206) 555-0100 now' });
    },
    /555/,
  ],
  [
    'a phone number in a URL',
    (log: Log) => {
      log.info({ url: '/x?n=%2B12065550100' });
    },
    /2065550100/,
  ],
  [
    'a token in a message',
    (log: Log) => {
      log.info(`got ${token}`);
    },
    /eyJ/,
  ],
  [
    'a bearer header',
    (log: Log) => {
      log.info({ headers: { authorization: `Bearer opaque-secret` } });
    },
    /opaque/,
  ],
  [
    'attributes',
    (log: Log) => {
      log.info({ attributes: [{ key: 'k', value: 'canary' }] });
    },
    /canary/,
  ],
  [
    'variables of an operation',
    (log: Log) => {
      log.info({ request: { variables: { a: 'canary' } } });
    },
    /canary/,
  ],
  [
    'a phone number in an error',
    (log: Log) => {
      log.warn({ err: new Error('no route to +442079460018') });
    },
    /2079460018/,
  ],
  [
    'a phone number in the cause of an error',
    (log: Log) => {
      log.warn({ err: new Error('failed', { cause: new Error('+442079460018') }) });
    },
    /2079460018/,
  ],
  [
    'a number in any spelling in the words of AWS',
    (log: Log) => {
      log.warn({ err: Object.assign(new Error('bad (206) 555-0155 or 2065550155'), { $fault: 'client' }) }, 'failed');
    },
    /555/,
  ],
  [
    'a phone number in a stack',
    (log: Log) => {
      log.error({ bug: new Error('bad +442079460018') });
    },
    /2079460018/,
  ],
])('%s never reaches the log in the clear', (_what, write, canary) => {
  const text = logged(write);
  expect(text).not.toBe('');
  expect(text).not.toMatch(canary);
});

test('what went wrong has its cause, and a stack only where nobody foresaw it', () => {
  const error = new Error('outer', { cause: Object.assign(new Error('inner'), { code: 'ECONNRESET' }) });
  const foreseen = JSON.parse(
    logged((log) => {
      log.warn({ err: error });
    }),
  ) as { err: unknown };
  expect(foreseen.err).toEqual({
    type: 'Error',
    message: 'outer',
    cause: { type: 'Error', message: 'inner', code: 'ECONNRESET' },
  });
  const bug = JSON.parse(
    logged((log) => {
      log.error({ bug: error });
    }),
  ) as { bug: { stack: string } };
  expect(bug.bug.stack).toContain('log.test');
});
