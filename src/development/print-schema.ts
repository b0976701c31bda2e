import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { readConfig } from '../config.js';
import { schemaOf } from '../gateway.js';
import { policySchemaText } from '../policy/policy-schema.js';
import { clientSdl } from '../schema/client-sdl.js';

/**
 * `npm run schema`: writes the SDL as `_service { sdl }` answers it, and beside it the same for clients and their tools. Neither depends on
 * where the gateway runs. Editors of policies read the JSON Schema of these.
 */
const anywhere = {
  AUTH_ISSUER: 'https://issuer.invalid',
  AUTH_AUDIENCE: 'outdial',
  AUTH_JWKS_URL: 'https://issuer.invalid/jwks.json',
  AWS_REGION: 'us-west-2',
  CONNECT_INSTANCE_ID: 'instance',
};
const { sdl } = schemaOf(readConfig(anywhere));
writeFileSync('schema.graphql', sdl);
writeFileSync('schema.client.graphql', clientSdl(sdl));
writeFileSync('deploy/policy.schema.json', policySchemaText);
