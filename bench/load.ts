import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { listening } from './listening.js';
import { sendPost } from './send-post.js';
import { shedWorkloads, workloads, type Tokens, type Workload } from './workloads.js';

/** Asks the process for a load. */
export interface LoadRequest {
  readonly url: string;
  readonly workload: string;
  readonly tokens: Tokens;
  /** The number of the first request. */
  readonly from: number;
  readonly count: number;
  readonly connections: number;
}

/** What came of it. */
export interface LoadReport {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the answers that were not right, the first; undefined where there is none. */
  readonly wrong: string | undefined;
}

/** Keeps as many requests under way as there are connections, until each was answered. */
async function load(request: LoadRequest): Promise<LoadReport> {
  const { url, tokens, from, count, connections } = request;
  const workload = [...workloads, ...shedWorkloads].find(({ name }) => name === request.workload)!;
  const { origin, pathname } = new URL(url);
  // New connections each time: a server may have closed those of its last round.
  const pool = new Pool(origin, { connections, allowH2: false, headersTimeout: 60_000 });
  const latencies = new Float64Array(count);
  let next = 0;
  let wrong: string | undefined;
  const startedAtMs = performance.now();
  const askOneByOne = async () => {
    while (next < count && wrong === undefined) {
      const index = next++;
      const askedAtMs = performance.now();
      const text = await ask(pool, pathname, workload, tokens, from + index);
      latencies[index] = performance.now() - askedAtMs;
      if (!workload.answer.test(text)) wrong ??= text;
    }
  };
  await Promise.all(Array.from({ length: connections }, askOneByOne));
  const elapsedMs = performance.now() - startedAtMs;
  await pool.close();
  latencies.sort();
  const quantile = (part: number) => latencies[Math.min(count - 1, Math.floor(count * part))]!;
  return { requestsPerSecond: (count * 1_000) / elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99), wrong };
}

/** Sends one request; its status and body. */
async function ask(pool: Pool, path: string, workload: Workload, tokens: Tokens, number: number): Promise<string> {
  const headers = ['content-type', 'application/json'];
  if (workload.token !== null) headers.push('authorization', `Bearer ${tokens[workload.token]}`);
  const { status, text } = await sendPost(pool, { path, headers, body: workload.bodyOf(number) });
  return `${status} ${text}`;
}

process.on('message', (request: LoadRequest) => {
  load(request).then(
    (report) => process.send!(report),
    (error: unknown) =>
      process.send!({ requestsPerSecond: 0, p50Ms: 0, p99Ms: 0, wrong: String(error) } satisfies LoadReport),
  );
});
process.on('disconnect', () => process.exit(0));
listening('channel:');
