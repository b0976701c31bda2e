import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { scopes } from '../graphql/authorize.js';
import { tenants } from './callers.js';
import { readDevelopmentConfig } from './development-config.js';
import { loadSigningKey } from './signing-key.js';
import { defaultTtlSeconds, issueToken } from './tokens.js';

const usage = `npm run token -- --scopes "calls:start contacts:read" --tenant acme [--subject alice] [--ttl seconds]

  --scopes   any of ${Object.keys(scopes).join(' ')}, and those that your policy names; without it the token has none
  --tenant   ${[...tenants.keys()].join(' or ')} (default acme); any other may use no instance
  --ttl      default ${defaultTtlSeconds}
`;

try {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      scopes: { type: 'string', default: '' },
      tenant: { type: 'string', default: 'acme' },
      subject: { type: 'string', default: 'developer' },
      ttl: { type: 'string', default: String(defaultTtlSeconds) },
    },
  });
  const asked = values.scopes.split(/[\s,]+/).filter((scope) => scope !== '');
  const unknown = asked.filter((scope) => !Object.hasOwn(scopes, scope));
  if (unknown.length > 0) {
    process.stderr.write(`Nothing in the schema needs ${unknown.join(', ')}; a purpose or a grant of a policy may.\n`);
  }
  if (!/^[1-9]\d{0,9}$/.test(values.ttl)) throw new Error('--ttl takes a whole number of seconds.');
  const key = await loadSigningKey(readDevelopmentConfig(process.env).folder);
  const claims = { subject: values.subject, tenant: values.tenant, scopes: asked };
  if (asked.length === 0) {
    const all = Object.keys(scopes).join(' ');
    process.stderr.write(
      `This token has no scopes: nearly everything is FORBIDDEN with it. Give some with --scopes, of ${all}.\n`,
    );
  }
  process.stdout.write(`${await issueToken(key, claims, Date.now(), Number(values.ttl))}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 1;
}
