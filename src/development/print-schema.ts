import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { readConfig } from '../config.js';
import { schemaOf } from '../gateway.js';

/** `npm run schema`: writes the SDL as `_service { sdl }` answers it. It does not depend on where the gateway runs. */
const anywhere = {
  AUTH_ISSUER: 'https://issuer.invalid',
  AUTH_AUDIENCE: 'outdial',
  AUTH_JWKS_URL: 'https://issuer.invalid/jwks.json',
  AWS_REGION: 'us-west-2',
  CONNECT_INSTANCE_ID: 'instance',
};
writeFileSync(process.argv[2] ?? 'schema.graphql', schemaOf(readConfig(anywhere)).sdl);
