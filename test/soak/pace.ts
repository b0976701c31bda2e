import { setTimeout as sleep } from 'node:timers/promises';

/** Does `each` so often, begun at even distances within `forMs`, whether or not the ones before are done; resolves when all are. */
export async function atEvenDistances(
  count: number,
  forMs: number,
  each: (index: number) => Promise<void>,
): Promise<void> {
  const fromMs = performance.now();
  const begun: Promise<void>[] = [];
  while (begun.length < count) {
    const due = Math.min(count, 1 + Math.floor(((performance.now() - fromMs) / forMs) * count));
    while (begun.length < due) begun.push(each(begun.length));
    // Few at a time, rather than one timer for each.
    await sleep(5);
  }
  await Promise.all(begun);
}

/** Resolves with true once `isSo`, with false where that does not come within `withinMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) return false;
    await sleep(200);
  }
  return true;
}
