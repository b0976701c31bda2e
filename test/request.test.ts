import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { createLog, type Log } from '../src/log.js';
import type { RequestContext } from '../src/request.js';
import { startFixture, type Fixture } from './http/fixture.js';

const lines: string[] = [];
/** What the logs that were made of it name. */
const named: unknown[] = [];
const log = createLog('debug', { write: (line: string) => void lines.push(line) });
const counted = new Proxy(log, {
  get: (target, name) => {
    if (name !== 'child') return Reflect.get(target, name, target) as unknown;
    return (bindings: Parameters<Log['child']>[0]): Log => {
      named.push(bindings);
      return target.child(bindings);
    };
  },
});

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture({}, { log: counted });
  const { hello } = (gateway.schema.getType('Query') as GraphQLObjectType<unknown, RequestContext>).getFields();
  hello!.resolve = (_source, _args, context) => {
    context.log.info('first');
    context.log.info('second');
    return 'world';
  };
});
afterAll(async () => {
  await gateway.stop();
});

test('no log is made of an operation that logs nothing', async () => {
  named.length = 0;
  expect(await gateway.query('{ square(of: 3) }')).toMatchObject({ data: { square: 9 } });
  expect(await gateway.query('mutation { ring }', {}, { authorization: 'Bearer alice' })).toMatchObject({
    data: { ring: 'rang' },
  });
  expect(named).toEqual([]);
});

test('the log of an operation names its request, and is made once', async () => {
  named.length = 0;
  await gateway.query('{ hello }', {}, { 'x-request-id': 'mine' });
  expect(named).toEqual([{ requestId: 'mine' }]);
  const told = lines.map((line) => JSON.parse(line) as { msg: string; requestId?: string });
  expect(told.filter(({ msg }) => msg === 'first' || msg === 'second')).toMatchObject([
    { requestId: 'mine' },
    { requestId: 'mine' },
  ]);
});
