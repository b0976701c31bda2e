import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/simulator/faults.js';
import type { RunningSimulator } from '../../src/simulator/server.js';
import type { Chance } from './random.js';

/** In every error that a fault made, to tell it from the simulator's own. */
export const injectedMessage = 'Injected by the harness.';

const start = { operation: 'StartOutboundVoiceContact', message: injectedMessage } as const;

/** What goes wrong between a gateway and Connect, by name; a gateway's time-out must be under `delayMs`. */
const faults: Readonly<Record<string, Omit<Fault, 'operation'>>> = {
  'answer lost after the call was placed': { destroySocket: 'after' },
  'reset before': { destroySocket: 'before' },
  '500, not placed': { status: 500 },
  '500, placed': { status: 500, carriedOut: true },
  '503, not placed': { status: 503, type: 'ServiceUnavailableException' },
  '503, placed': { status: 503, type: 'ServiceUnavailableException', carriedOut: true },
  '429': { status: 429, type: 'TooManyRequestsException' },
  'hangs, not placed': { hang: 'before' },
  'hangs, placed': { hang: 'after' },
  'answer later than the time-out': { delayMs: 2_500 },
};

/** Injects one fault after another, on average every `everyMs`, until the signal aborts; how many of each. */
export async function injectFaults(
  simulator: RunningSimulator,
  { chance, everyMs, signal }: { readonly chance: Chance; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>(Object.keys(faults).map((name) => [name, 0]));
  while (!signal.aborted) {
    const name = chance.one([...counts.keys()]);
    simulator.inject({ ...start, ...faults[name] });
    counts.set(name, (counts.get(name) ?? 0) + 1);
    await sleep(chance.between(0.5, 1.5) * everyMs, undefined, { signal }).catch(() => undefined);
  }
  return counts;
}
