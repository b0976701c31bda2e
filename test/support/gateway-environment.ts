import { seed } from '../../src/simulator/seed.js';
import type { Issuer } from './issuer.js';

/** The settings that a gateway process of a test cannot do without: any free port, callers of that issuer, and the Connect at that address. */
export function gatewayEnvironment(issuer: Issuer, connectUrl: string): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: issuer.audience,
    AUTH_JWKS_URL: issuer.jwksUrl.href,
    AWS_REGION: seed.region,
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_CONNECT: connectUrl,
    CONNECT_INSTANCE_ID: seed.instanceId,
    // A machine that stands still is no overload.
    MAX_LOOP_DELAY_MS: '60000',
  };
}
