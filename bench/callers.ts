import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { ms, whole, type Row } from './crowd-row.js';
import { startRig } from './rig.js';
import { gateways } from './servers.js';
import { workloads } from './workloads.js';

const here = dirname(fileURLToPath(import.meta.url));
const callers = { at: 1_000, calls: 5_000, upstreamMs: 150, quota: 1_000 } as const;

/** So many callers of one replica, each of whom places one call after another. */
export async function crowdOfCallers(dist: string): Promise<readonly Row[]> {
  const rig = await startRig({ entry: resolve(here, 'upstream.js'), answersAfterMs: callers.upstreamMs });
  const [memory] = gateways(dist);
  const server = await memory!.start(
    {
      ...rig.environment,
      CONNECT_QUOTAS: `StartOutboundVoiceContact=${callers.quota}/${callers.quota}`,
      MAX_LOOP_DELAY_MS: '1000',
    },
    [],
  );
  const { origin, pathname } = new URL(`${server.process.url}/graphql`.replace('/graphql/graphql', '/graphql'));
  const pool = new Pool(origin, { connections: callers.at, allowH2: false, headersTimeout: 60_000 });
  const mutation = workloads.find(({ name }) => name === 'mutation')!;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${rig.tokens.good}` };
  const codes = new Map<string, number>();
  let next = 0;
  const tookMs: number[] = [];
  const startedAtMs = performance.now();
  const call = async () => {
    while (next < callers.calls) {
      const askedAtMs = performance.now();
      const { body } = await pool.request({ path: pathname, method: 'POST', headers, body: mutation.bodyOf(next++) });
      const { errors } = (await body.json()) as { errors?: readonly { extensions: { code: string } }[] };
      tookMs.push(performance.now() - askedAtMs);
      const code = errors?.[0]?.extensions.code ?? 'placed';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  };
  // Over a second: of more than 600 that connect at one moment and have shown no token yet, the oldest give way.
  const all: Promise<void>[] = [];
  for (let caller = 0; caller < callers.at; caller += 1) {
    all.push(call());
    if (caller % 20 === 19) await delay(20);
  }
  await Promise.all(all);
  const elapsedMs = performance.now() - startedAtMs;
  await pool.close();
  await server.stop();
  await rig.stop();
  tookMs.sort((one, other) => one - other);
  const told = [...codes].map(([code, count]) => `${whole(count)} ${code}`).join(', ');
  return [
    {
      what: `${whole(callers.calls)} calls of ${whole(callers.at)} callers, Connect answering after ${callers.upstreamMs} ms`,
      is: `${told}; p50 ${ms(tookMs[tookMs.length >> 1]!)}, longest ${ms(tookMs.at(-1)!)}, all of them ${ms(elapsedMs)}`,
      bound: 'none UPSTREAM_UNAVAILABLE',
      isKept: !codes.has('UPSTREAM_UNAVAILABLE') && !codes.has('OUTCOME_UNKNOWN'),
    },
  ];
}
