import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createLog, levelChanger, redactedKeys, type Log } from '../src/log.js';

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
    'the user and the password in the URL of a database',
    (log: Log) => {
      log.warn({ url: 'postgres://outdial:hun@ter2@db.example.com/calls' }, 'rediss://:hunter2@redis');
    },
    /outdial|ter2/,
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
    'a value in the words of AWS, with quotation marks of its own',
    (log: Log) => {
      const message = "Value 'O'Brien \"c4n4ry\"' at 'name' failed to satisfy constraint: it doesn't fit";
      log.error({ bug: Object.assign(new Error(message), { $fault: 'client' }) });
    },
    /c4n4ry|Brien/,
  ],
  [
    'a part of an answer that is not JSON',
    (log: Log) => {
      const error = new SyntaxError('Unexpected token \'c\', ..."Name":c4n4ry"... is not valid JSON');
      // As the SDK does.
      error.message += '\n  Deserialization error';
      log.error({ bug: error });
    },
    /c4n4ry/,
  ],
  [
    'what graphql cannot serialise',
    (log: Log) => {
      log.error({ bug: new GraphQLError('String cannot represent value: { a: "c4n4ry" }') });
    },
    /c4n4ry/,
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

test('what is censored is what pino would censor by the paths of these keys', () => {
  const key = fc.constantFrom(...redactedKeys, 'err', 'bug', 'status', 'input2', 'constructor');
  const { tree, object } = fc.letrec<{ tree: unknown; object: object }>((tie) => ({
    tree: fc.oneof<fc.Arbitrary<unknown>[]>(
      { depthSize: 'small' },
      fc.constantFrom('canary', 7, true, null),
      fc.array(tie('tree'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  }));
  const serializers = { err: () => 'an error', bug: () => 'a bug' };
  fc.assert(
    fc.property(
      fc.dictionary(key, tree, { maxKeys: 6, noNullPrototype: true }),
      fc.oneof(object, fc.array(tree)),
      (members, interpolated) => {
        const theirs: string[] = [];
        const paths = redactedKeys.flatMap((name) => [name, `*.${name}`]);
        pino(
          { base: null, timestamp: false, serializers, redact: { paths, censor: '[redacted]' } },
          { write: (line) => void theirs.push(line) },
        ).info(members, 'a message with %j', interpolated);
        const ours = logged((log) => {
          log.info(members, 'a message with %j', interpolated);
        });
        // The time is nobody's to compare, the level is told in other words, and errors are described in others.
        const told = (line: string) => ({ ...(JSON.parse(line) as object), time: 0, level: 0, err: 0, bug: 0 });
        expect(told(ours)).toEqual(told(theirs.join('')));
      },
    ),
    { numRuns: 500 },
  );
});

test('what writes itself without some members does so where others are censored, too', () => {
  class Flow {
    readonly name = 'canary';
    readonly greeting = { text: 'canary' };

    toJSON() {
      return { name: this.name, kind: 'flow' };
    }
  }
  const text = logged((log) => {
    log.info({ flow: new Flow() }, 'a message');
  });
  expect(text).toContain('"flow":{"name":"[redacted]","kind":"flow"}');
  expect(text).not.toContain('canary');
});

test('what a child is made with is censored, too', () => {
  const text = logged((log) => {
    log.child({ requestId: 'one', token: 'canary' }).info('a message');
  });
  expect(text).toContain('"requestId":"one","token":"[redacted]"');
});

test('the words of AWS around a value are kept', () => {
  const message = "Value 'c4n4ry' at 'name' failed to satisfy constraint: it doesn't fit, and the caller isn't told";
  const text = logged((log) => {
    log.warn({ err: Object.assign(new Error(message), { $fault: 'client' }) });
  });
  expect(text).toContain('"Value [value] failed to satisfy constraint: it doesn\'t fit, and the caller isn\'t told"');
});

test('of several failures in one that says nothing itself, each is told', () => {
  const failures = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:5432`));
  const err = Object.assign(new AggregateError(failures), { code: 'ECONNREFUSED' });
  const line = JSON.parse(
    logged((log) => {
      log.warn({ err });
    }),
  ) as { err: unknown };
  expect(line.err).toEqual({
    type: 'AggregateError',
    message: 'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    code: 'ECONNREFUSED',
  });
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

test.each([
  ['info', ['debug', 'info', 'debug']],
  ['warn', ['debug', 'warn', 'debug']],
  ['silent', ['debug', 'silent', 'debug']],
  ['debug', ['debug', 'debug', 'debug']],
  ['trace', ['trace', 'trace', 'trace']],
] as const)('from %s the level goes to debug and back, and each change is told', (configured, levels) => {
  const lines: string[] = [];
  const log = logInto(lines);
  log.level = configured;
  const change = levelChanger(log);
  for (const level of levels) {
    change();
    expect(log.level).toBe(level);
  }
  expect(lines.map((line) => (JSON.parse(line) as { logLevel: string }).logLevel)).toEqual(levels);
});
