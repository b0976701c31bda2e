import type { Clock } from '../clock.js';

/** How handing something to a client ended. */
export type HandedOver = 'taken' | 'too slow' | 'disconnected';

/** `write` hands something to a connection and calls `done` once the machine has taken it; how that ends, within `timeoutMs`. */
export function handOver(
  write: (done: (error?: Error | null) => void) => void,
  clock: Clock,
  timeoutMs: number,
): Promise<HandedOver> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => {
      resolve('too slow');
    });
    write((error) => {
      cancel();
      resolve(error ? 'disconnected' : 'taken');
    });
  });
}
