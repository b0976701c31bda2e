import { DescribeInstanceCommand, type ConnectClient } from '@aws-sdk/client-connect';
import { afterEach, expect, test } from '@jest/globals';
import { createConnectClients } from '../../src/connect/client.js';
import { neverMs } from '../support/start-gateway.js';

const names = ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'] as const;
afterEach(() => {
  for (const name of names) Reflect.deleteProperty(process.env, name);
});

/** The host that a request of `client` would go to. */
async function hostOf(client: ConnectClient): Promise<unknown> {
  let host: unknown;
  client.middlewareStack.add(
    () => (args) => {
      ({ hostname: host } = args.request as { readonly hostname: string });
      throw new Error('not sent');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(client.send(new DescribeInstanceCommand({ InstanceId: 'instance' }))).rejects.toThrow('not sent');
  return host;
}

test.each([
  ['', '', 'connect.us-west-2.amazonaws.com'],
  ['true', '', 'connect-fips.us-west-2.amazonaws.com'],
  ['', 'true', 'connect.us-west-2.api.aws'],
  ['true', 'true', 'connect-fips.us-west-2.api.aws'],
])(
  'Connect is asked where AWS_USE_FIPS_ENDPOINT "%s" and AWS_USE_DUALSTACK_ENDPOINT "%s" say: %s',
  async (fips, dual, host) => {
    process.env.AWS_USE_FIPS_ENDPOINT = fips;
    process.env.AWS_USE_DUALSTACK_ENDPOINT = dual;
    const { reads, writes } = createConnectClients({
      region: 'us-west-2',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      connectionTimeoutMs: neverMs,
      requestTimeoutMs: neverMs,
    });
    expect([await hostOf(reads), await hostOf(writes)]).toEqual([host, host]);
  },
);
