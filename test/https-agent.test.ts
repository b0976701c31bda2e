import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Agent, get } from 'node:https';
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { HttpsAgent, NoConnection, whenOpen } from '../src/https-agent.js';
import { TestClock } from './support/test-clock.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('of an error that names the proxy with its password, the password is not passed on', async () => {
  const message =
    'Failed to establish tunnel to keys.example:443 via http://user:can%40ary@proxy.example:3128/: HTTP/1.1 403';
  jest.spyOn(Agent.prototype, 'createConnection').mockImplementation((_options, callback) => {
    callback?.(Object.assign(new Error(message), { code: 'ERR_PROXY_TUNNEL' }), undefined as never);
    return undefined;
  });
  const agent = new HttpsAgent({ url: 'http://user:can%40ary@proxy.example:3128/', exempt: '' }, 1_000);
  const failed = await new Promise((resolve) => get('https://keys.example', { agent }).on('error', resolve));
  expect(failed).toBeInstanceOf(NoConnection);
  expect(failed).toMatchObject({
    cause: { code: 'ERR_PROXY_TUNNEL', message: message.replace('user:can%40ary@', '') },
  });
  expect(inspect(failed, { depth: 10, showHidden: true })).not.toContain('can%40ary');
});

test.each<[exempt: string, host: string, port: number, isDirect: boolean]>([
  ['*', 'keys.example', 443, true],
  ['', 'keys.example', 443, false],
  ['keys.example', 'keys.example', 443, true],
  ['Keys.Example', 'keys.EXAMPLE', 443, true],
  ['keys.example', 'more.keys.example', 443, false],
  ['other.example, keys.example', 'keys.example', 443, true],
  ['.keys.example', 'more.keys.example', 443, true],
  ['.keys.example', 'keys.example', 443, false],
  ['.keys.example', 'monkeys.example', 443, false],
  ['*.keys.example', 'more.keys.example', 443, true],
  ['keys.example:8443', 'keys.example', 8443, true],
  ['keys.example:8443', 'keys.example', 443, false],
  ['a-b.example', 'a-b.example', 443, true],
  ['127.0.0.0-127.0.0.9', '127.0.0.9', 443, true],
  ['127.0.0.0-127.0.0.9', '127.0.0.10', 443, false],
  ['127.0.0.1', '127.0.0.1', 443, true],
  ['127.0.0.1:8443', '127.0.0.1', 443, false],
  ['::1', '::1', 443, true],
  ['::1', '::2', 443, false],
])('%j asks %s:%i directly: %s', (exempt, hostname, port, isDirect) => {
  const opened: string[] = [];
  jest.spyOn(Agent.prototype, 'createConnection').mockImplementation(function (this: Agent, _options, callback) {
    opened.push(this instanceof HttpsAgent ? 'a tunnel' : 'directly');
    callback?.(new Error('no'), undefined as never);
    return new Socket();
  });
  const agent = new HttpsAgent({ url: 'http://proxy.example:3128/', exempt }, 1_000);
  agent.open({ hostname, port }, () => undefined);
  agent.createConnection({ host: hostname, port });
  const way = isDirect ? 'directly' : 'a tunnel';
  expect(opened).toEqual([way, way]);
});

describe('a connection that is to be open within 2 s', () => {
  /** A socket that is opened by the test, on a clock of which the event loop may stand still. */
  function opening() {
    const clock = new TestClock();
    const socket = new Socket();
    const told: (string | undefined)[] = [];
    whenOpen(socket, 'connect', 2_000, (error) => told.push(error?.name), clock);
    return { clock, socket, told };
  }

  test('is given up after that time', () => {
    const { clock, told } = opening();
    clock.advance(1_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['NoConnection']);
  });

  test.each([1, 2, 3])('is taken where it opened while the event loop stood still, %i times', (turns) => {
    const { clock, socket, told } = opening();
    for (let turn = 0; turn < turns; turn += 1) clock.stall(10_000);
    expect(told).toEqual([]);
    socket.emit('connect');
    expect(told).toEqual([undefined]);
    clock.advance(10_000);
    expect(told).toEqual([undefined]);
  });

  test('has time for the rest of its handshake after a stall, and no more than that', () => {
    const { clock, told } = opening();
    clock.stall(10_000);
    clock.advance(1_499);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['NoConnection']);
  });
});
