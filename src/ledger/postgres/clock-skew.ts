import type { Ask } from '../../postgres/postgres-connection.js';

/** How far the clock of the database may be from this machine's. It ends leases and records. */
export const mostSkewMs = 300_000;

/** Says of a database, where its clock is too far from this machine's, what to do. */
export async function clockRefusal(ask: Ask, nowMs: () => number): Promise<string | undefined> {
  const [row] = await ask<{ now_ms: number }>({ text: 'SELECT outdial.ledger_now_ms(NULL) AS now_ms' });
  const skewMs = (row?.now_ms ?? NaN) - nowMs();
  if (Math.abs(skewMs) <= mostSkewMs) return undefined;
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  return `a database whose clock is ${minutes} minutes ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: set both by one time service`;
}
