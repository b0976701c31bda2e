import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { shedAnswer, workloads } from './workloads.js';

/** How a server fared for those who looked at it from outside meanwhile, each over a new connection, as Kubernetes looks. Times are as those of BurstAnswer. */
export interface VitalSigns {
  readonly probes: readonly Sign[];
  readonly calls: readonly (Sign & { readonly isShed: boolean; readonly isPlaced: boolean })[];
}

export interface Sign {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** Of HTTP; undefined where no answer came. */
  readonly status: number | undefined;
}

const lookEveryMs = 100;
/** So many calls wait for their answers at most, or on a slow machine those who look would be the overload. */
const mostCallsOpen = 3;
const probePaths = ['/livez', '/readyz'] as const;
const call = workloads.find(({ name }) => name === 'mutation')!;
const now = () => performance.timeOrigin + performance.now();

interface Asked {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask({ url, method, headers = {}, body = '' }: Asked): Promise<Sign & { readonly text: string }> {
  const askedAtMs = now();
  return new Promise((resolve) => {
    const end = (status: number | undefined, text: string) => {
      resolve({ askedAtMs, answeredAtMs: now(), status, text });
    };
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        end(response.statusCode, text);
      });
    });
    asked.once('error', (error) => {
      end(undefined, String(error));
    });
    asked.end(body);
  });
}

/**
 * Asks a server for its health ten times a second, and to place a call as often while few are open, each for a subject of its own, until the returned function is called: it resolves with how
 * that went, once all were answered. `fromNumber` is the number of the first call.
 */
export function watchVitalSigns(
  graphqlUrl: string,
  { fromNumber, tokenOf }: { readonly fromNumber: number; readonly tokenOf: (subject: string) => Promise<string> },
): () => Promise<VitalSigns> {
  const probes: Promise<Sign>[] = [];
  const calls: Promise<VitalSigns['calls'][number]>[] = [];
  let open = 0;
  const place = async (number: number) => {
    open += 1;
    const authorization = `Bearer ${await tokenOf(randomUUID())}`;
    const headers = { 'content-type': 'application/json', authorization };
    const { text, ...sign } = await ask({ url: graphqlUrl, method: 'POST', headers, body: call.bodyOf(number) });
    open -= 1;
    return { ...sign, isShed: shedAnswer.test(text), isPlaced: call.answer.test(text) };
  };
  const look = () => {
    for (const path of probePaths) probes.push(ask({ url: new URL(path, graphqlUrl).href, method: 'GET' }));
    if (open < mostCallsOpen) calls.push(place(fromNumber + calls.length));
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return async () => {
    clearInterval(timer);
    return { probes: await Promise.all(probes), calls: await Promise.all(calls) };
  };
}
