import { afterEach, expect, jest, test } from '@jest/globals';
import { Agent, get } from 'node:https';
import { inspect } from 'node:util';
import { HttpsAgent, NoTunnel } from '../src/https-agent.js';

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
  expect(failed).toBeInstanceOf(NoTunnel);
  expect(failed).toMatchObject({
    cause: { code: 'ERR_PROXY_TUNNEL', message: message.replace('user:can%40ary@', '') },
  });
  expect(inspect(failed, { depth: 10, showHidden: true })).not.toContain('can%40ary');
});
