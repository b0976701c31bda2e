/** Time, injected so that no test waits for it. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds that only go forward; for deadlines and leases. */
  monotonic(): number;
  /** Calls back once after `delayMs`, soon where it is not above 0; the returned function calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    // Node warns of a delay below 0.
    const timer = setTimeout(callback, Math.max(0, delayMs));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves after `delayMs` on `clock`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/**
 * Calls back after `delayMs` of an event loop that turns; the returned function calls it off. While the loop stands still, what has come from the network is not told, and a timer would be
 * called before it: each turn counts as a quarter of `delayMs` at most.
 */
export function afterTurning(clock: Clock, delayMs: number, callback: () => void): () => void {
  let parts = 4;
  const wait = () =>
    clock.after(delayMs / 4, () => {
      parts -= 1;
      if (parts === 0) callback();
      else cancel = wait();
    });
  let cancel = wait();
  return () => {
    cancel();
  };
}
