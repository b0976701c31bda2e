import { randomUUID } from 'node:crypto';

/** The id that the client gave its request, where it is one that a log can bear; else one of our own. */
export function requestIdFrom(header: string | string[] | undefined): string {
  if (typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header)) return header;
  // Node puts it together of twenty pieces, which V8 would hold one by one: 640 bytes for as long as the request, a subscription perhaps, lasts.
  return Buffer.from(randomUUID(), 'latin1').toString('latin1');
}
