import { randomUUID } from 'node:crypto';

/** The id that the client gave its request, where it is one that a log can bear; else one of our own. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : randomUUID();
}
