import type { Quota } from './rig.js';

/**
 * Which part of the starts that the quota allowed in the window were accepted. The bucket's content at the start of the window
 * follows from the starts accepted before it; `startsAtMs` in order.
 */
export function quotaShare(startsAtMs: readonly number[], { perSecond, burst }: Quota, fromMs: number, toMs: number) {
  let tokens = burst;
  let atMs = startsAtMs[0] ?? fromMs;
  const refill = (nowMs: number) => {
    tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1_000) * perSecond);
    atMs = nowMs;
  };
  for (const startAtMs of startsAtMs.filter((one) => one < fromMs)) {
    refill(startAtMs);
    tokens -= 1;
  }
  refill(fromMs);
  const accepted = startsAtMs.filter((one) => one >= fromMs && one < toMs).length;
  return { accepted, share: accepted / ((perSecond * (toMs - fromMs)) / 1_000 + Math.max(0, tokens)) };
}
