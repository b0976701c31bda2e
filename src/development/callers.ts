import { scopes, type Scope } from '../graphql/authorize.js';
import { seed } from '../simulator/seed.js';
import type { TokenClaims } from './tokens.js';

/** Which instances of the simulator each tenant of the development gateway may use. */
export const tenants: ReadonlyMap<string, readonly string[]> = new Map([
  ['acme', [seed.instanceId]],
  ['globex', [seed.otherInstanceId]],
]);

const everyScope = Object.keys(scopes) as Scope[];

/** Who a developer may be, by the name of the file that keeps the token. */
export const callers: Readonly<Record<string, TokenClaims & { readonly what: string }>> = {
  developer: { what: 'everything', subject: 'developer', tenant: 'acme', scopes: everyScope },
  dialer: {
    what: 'no campaign calls, no repeats',
    subject: 'dialer',
    tenant: 'acme',
    scopes: everyScope.filter((scope) => scope !== 'calls:campaign' && scope !== 'calls:repeat'),
  },
  reader: {
    what: 'reads contacts, without personal data',
    subject: 'reader',
    tenant: 'acme',
    scopes: ['contacts:read'],
  },
  stranger: { what: 'everything, in another tenant', subject: 'stranger', tenant: 'globex', scopes: everyScope },
};
