import { readConfig, type Config } from '../config.js';
import { seed } from '../simulator/seed.js';
import { tenants } from './callers.js';
import { audience, issuer, tenantClaim } from './tokens.js';
import type { UpstreamUrls } from './upstreams.js';

export interface DevelopmentConfig {
  /** Where the key and the tokens are kept between starts. */
  readonly folder: string;
  /** The gateway's configuration, once it is known where simulator, its queue of events and key set listen. */
  readonly gatewayConfig: (urls: UpstreamUrls) => Config;
}

/** The variables that development reads: those of production by these names, and the folder of the kept files. */
export const developmentVariables = [
  'PORT',
  'CORS_ORIGINS',
  'POLICY_FILE',
  'TRUSTED_DOCUMENTS',
  'TRUSTED_DOCUMENTS_MODE',
  'LOG_LEVEL',
  'OUTDIAL_FOLDER',
] as const;

/** The variables, by the names of production, by which a gateway takes the tokens of development and uses what listens at `urls`. */
export function upstreamEnvironment(urls: UpstreamUrls) {
  return {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_JWKS_URL: urls.jwks,
    AUTH_TENANT_CLAIM: tenantClaim,
    AWS_REGION: seed.region,
    AWS_ENDPOINT_URL_CONNECT: urls.simulator,
    CONTACT_EVENTS_QUEUE_URL: urls.eventsQueue,
    CONNECT_INSTANCE_ID: seed.instanceId,
    CONNECT_INSTANCE_IDS: `${seed.instanceId},${seed.otherInstanceId}`,
  };
}

/**
 * What `env` says in development. Everything else is decided here, whatever the machine's own settings are. `gatewayConfig` throws ConfigError where a
 * value is wrong.
 */
export function readDevelopmentConfig(
  env: Readonly<Partial<Record<(typeof developmentVariables)[number], string>>>,
): DevelopmentConfig {
  const { PORT, CORS_ORIGINS, POLICY_FILE, TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_MODE, LOG_LEVEL } = env;
  const { OUTDIAL_FOLDER = '.outdial' } = env;
  return {
    folder: OUTDIAL_FOLDER,
    gatewayConfig: (urls) => {
      const config = readConfig({
        PORT,
        CORS_ORIGINS,
        POLICY_FILE,
        TRUSTED_DOCUMENTS,
        TRUSTED_DOCUMENTS_MODE,
        LOG_LEVEL,
        HOST: '127.0.0.1',
        // Do-not-call lists are forgotten with the process.
        DO_NOT_CALL_KEYS: 'of-the-development-gateway',
        ...upstreamEnvironment(urls),
      });
      return {
        ...config,
        instances: { ...config.instances, byTenant: tenants },
        // The simulator takes any; without them the SDK would look for the developer's own.
        connect: { ...config.connect, credentials: { accessKeyId: 'development', secretAccessKey: 'development' } },
      };
    },
  };
}
