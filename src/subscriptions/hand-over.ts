import type { Clock } from '../clock.js';

/** `write` hands something to a connection and calls `done` once the machine has taken it; how that ends, within `timeoutMs`. */
export function handOver(
  write: (done: (error?: Error | null) => void) => void,
  clock: Clock,
  timeoutMs: number,
): Promise<'taken' | 'too slow' | 'disconnected'> {
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
