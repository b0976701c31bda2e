import { ConnectClient, type ConnectClientConfig } from '@aws-sdk/client-connect';
import { AwsRequestHandler, type RequestHandlerOptions } from '../aws-request-handler.js';
import { shortenWay } from './request-steps.js';
import { RequestSigner } from './signing.js';

export interface ConnectOptions extends RequestHandlerOptions {
  readonly region: string;
  /** Only for a simulator or a private endpoint. */
  readonly endpoint?: string;
  /** Never from the environment, where the SDK's own chain finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * The SDK repeats reads; what rings a phone or changes a contact is sent exactly once per attempt of ours, and over connections of its
 * own, so that reads which hang cannot hold it up.
 */
export interface ConnectClients {
  readonly reads: ConnectClient;
  readonly writes: ConnectClient;
}

export function createConnectClients(options: ConnectOptions): ConnectClients {
  return { reads: createClient(options), writes: createClient(options, { maxAttempts: 1 }) };
}

function createClient(options: ConnectOptions, more: ConnectClientConfig = {}): ConnectClient {
  const client: ConnectClient = new ConnectClient({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    requestHandler: new AwsRequestHandler(options),
    cacheMiddleware: true,
    signer: () => Promise.resolve(signer),
    ...more,
  });
  const signer = new RequestSigner(client.config);
  shortenWay(client);
  return client;
}
