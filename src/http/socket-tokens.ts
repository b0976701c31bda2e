import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.js';

/** Where routers and clients put a token into the payload of connection_init, besides its own `authorization`. */
const placesOfPayload = [
  ['authorization'],
  ['connectionparams', 'authorization'],
  ['connectionparams', 'token'],
  ['headers', 'authorization'],
] as const;

/** Every token that the payload of a connection_init holds, as text: each place once, with names in any case, with or without `Bearer`. */
export function tokensInPayload(payload: unknown): string[] {
  return placesOfPayload.flatMap((path) =>
    path
      .reduce<unknown[]>((values, name) => values.flatMap((value) => membersOf(value, name)), [payload])
      .flatMap(textIn),
  );
}

/**
 * The token of the upgrade itself. Not of one with an Origin or a Cookie: those come from browsers, whose pages must not use what the browser
 * adds by itself.
 */
export function tokensOfUpgrade({ authorization, origin, cookie }: IncomingMessage['headers']): string[] {
  if (origin !== undefined || cookie !== undefined || !hasScheme(authorization)) return [];
  return textIn(authorization);
}

/** What stands for one of `tokens` in an Authorization header. Throws UNAUTHENTICATED unless all of them are the same. */
export function authorizationOf(tokens: readonly string[]): string {
  const [token, ...others] = new Set(tokens.map((text) => text.replace(scheme, '')));
  if (token === undefined) {
    throw new GatewayError('UNAUTHENTICATED', 'Send `authorization: "Bearer ..."` in the payload of connection_init.');
  }
  if (others.length > 0) {
    throw new GatewayError('UNAUTHENTICATED', 'Different tokens came with this connection; send one of them.');
  }
  return `Bearer ${token}`;
}

const scheme = /^Bearer +/i;

function hasScheme(authorization: string | undefined): authorization is string {
  return authorization !== undefined && scheme.test(authorization);
}

/** Of all members of that name, in any case. */
function membersOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key.toLowerCase() === name ? [member] : [],
  );
}

function textIn(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
