import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BurstAnswer } from '../../bench/burst-load.js';
import { burstRow } from '../../bench/burst-rows.js';
import { judgeBurst, measureBurst, type Burst } from '../../bench/burst.js';
import { measureShedCost, shedCostRows } from '../../bench/shed-cost.js';
import { buildBench } from '../support/compiled-bench.js';

let built: ReturnType<typeof buildBench>;
beforeAll(() => {
  built = buildBench();
});
afterAll(() => {
  built.remove();
});

const settings = {
  MAX_OPERATIONS_IN_FLIGHT: '10',
  // A machine that stands still is no overload.
  MAX_LOOP_DELAY_MS: '60000',
  CONNECT_QUOTAS: 'StartOutboundVoiceContact=1000/1000',
};

test('a burst at a gateway that takes few operations at once is refused in part, and what is refused is not sent', async () => {
  const burst = await measureBurst(built, {
    requests: 110,
    readEvery: 11,
    subjects: 20,
    upstreamMs: 300,
    asksAgainForMs: 0,
    warmUpCalls: 10,
    settings,
  });
  const { calls, reads, placed, callsTookMs, failedProbes, takenAgainMs } = judgeBurst(burst);
  expect(burst.upstreamRequests).toBe(placed);
  expect(calls.get('placed')).toBeGreaterThan(0);
  expect(calls.get('shed')).toBeGreaterThan(0);
  expect([callsTookMs.length, [...reads.values()].reduce((sum, count) => sum + count)]).toEqual([100, 10]);
  expect(calls.has('OUTCOME_UNKNOWN') || calls.has('UPSTREAM_UNAVAILABLE')).toBe(false);
  expect([failedProbes, burst.closedConnections]).toEqual([0, 0]);
  expect(takenAgainMs).toBeLessThan(60_000);
  expect(burst.signs.probes.length).toBeGreaterThan(10);
  expect(burst.turns.longestMs).toBeGreaterThan(0);
  expect(burst.peakRssBytes).toBeGreaterThanOrEqual(burst.rssBytesBefore);
});

test('who is refused asks again as it is told', async () => {
  const burst = await measureBurst(built, {
    requests: 22,
    readEvery: 11,
    subjects: 20,
    upstreamMs: 300,
    asksAgainForMs: 60_000,
    warmUpCalls: 10,
    settings,
  });
  const { calls, reads, placed } = judgeBurst(burst);
  expect([Object.fromEntries(calls), Object.fromEntries(reads)]).toEqual([{ placed: 20 }, { answered: 2 }]);
  expect(Math.max(...burst.answers.map(({ asks }) => asks))).toBeGreaterThan(1);
  expect(burst.upstreamRequests).toBe(placed);
});

test('the cost of what is refused is told of rounds in which it was refused, and nothing of it sent', async () => {
  const costs = await measureShedCost(built, { rounds: 2, part: 0.01, tell: () => undefined });
  expect(costs.map(({ name, upstreamRequests }) => [name, upstreamRequests])).toEqual([
    ['placed call', 1],
    ['read of what is left of the quota', 0],
    ['call without a token', 0],
    ['refused query, where calls are taken', 0],
    ['refused query, where all is refused', 0],
    ['refused call', 0],
  ]);
  for (const { cpuUs } of costs) expect([cpuUs.length, cpuUs.every((cost) => cost > 0)]).toEqual([2, true]);
});

test('a refusal that costs too much, by the median of its rounds, or that asks Connect, is a broken bound', () => {
  const placed = { name: 'placed call', cpuUs: [1_000, 2_000, 3_000], most: 1, upstreamRequests: 1 };
  const noToken = { name: 'call without a token', cpuUs: [100, 200, 300], most: 1, upstreamRequests: 0 };
  const refused = { name: 'refused call', cpuUs: [100, 200, 3_000], most: 0.1, upstreamRequests: 0 };
  const areKept = (changes: object) =>
    shedCostRows([placed, noToken, { ...refused, ...changes }]).map(({ isKept }) => isKept);
  expect(areKept({})).toEqual([true, true, true]);
  expect(areKept({ cpuUs: [101, 202, 3_000] })).toEqual([true, true, false]);
  expect(areKept({ upstreamRequests: 0.01 })).toEqual([true, true, false]);
});

describe('the verdict of a burst', () => {
  const answer = (changes: Partial<BurstAnswer>): BurstAnswer => ({
    kind: 'call',
    outcome: 'done',
    isShed: false,
    retryAfterMs: undefined,
    askedAtMs: 0,
    answeredAtMs: 100,
    asks: 1,
    ...changes,
  });
  const shed = { outcome: 'THROTTLED', isShed: true, retryAfterMs: 1_000 };
  const sign = (askedAtMs: number, isShed = false) => ({
    askedAtMs,
    answeredAtMs: askedAtMs + 50,
    status: 200,
    isShed,
    isPlaced: !isShed,
  });
  const good: Burst = {
    answers: [
      answer({}),
      answer({ ...shed, kind: 'read', answeredAtMs: 200 }),
      answer({ ...shed, answeredAtMs: 300 }),
      answer({ outcome: 'THROTTLED', answeredAtMs: 8_000 }),
    ],
    sentWithinMs: 10,
    closedConnections: 0,
    signs: { probes: [sign(0), sign(100)], calls: [sign(150, true), sign(400), sign(500)] },
    turns: { p99Ms: 1, longestMs: 2 },
    upstreamRequests: 3,
    rssBytesBefore: 1,
    peakRssBytes: 2,
  };

  test('counts calls and reads by how they ended, and says when calls are taken again', () => {
    expect(judgeBurst(good)).toEqual({
      calls: new Map([
        ['placed', 1],
        ['shed', 1],
        ['THROTTLED', 1],
      ]),
      reads: new Map([['shed', 1]]),
      placed: 3,
      firstShedMs: { call: 300, read: 200 },
      callsTookMs: [100, 300, 8_000],
      placedTookMs: [100],
      longestProbeMs: 50,
      failedProbes: 0,
      takenAgainMs: 100,
    });
    expect(burstRow('a burst', good).isKept).toBe(true);
  });

  const { answers, signs } = good;
  test.each<[string, Partial<Burst>]>([
    ['a call of which nobody knows what became', { answers: [...answers, answer({ outcome: 'OUTCOME_UNKNOWN' })] }],
    ['a call that was sent though it was refused', { upstreamRequests: 4 }],
    ['a placed call that nobody sent', { upstreamRequests: 2 }],
    ['a call that is refused before any read', { answers: [...answers, answer({ ...shed, answeredAtMs: 150 })] }],
    ['calls that are refused, and no read', { answers: answers.filter(({ kind }) => kind === 'call') }],
    ['a call without an answer', { answers: [...answers, answer({ outcome: 'closed' })] }],
    ['a connection that is closed', { closedConnections: 1 }],
    ['a probe that fails', { signs: { ...signs, probes: [{ ...sign(0), status: 503 }] } }],
    ['a probe without an answer', { signs: { ...signs, probes: [{ ...sign(0), status: undefined }] } }],
    ['a probe that waits too long', { signs: { ...signs, probes: [{ ...sign(0), answeredAtMs: 2_001 }] } }],
    [
      'no call that is taken again soon',
      { upstreamRequests: 4, signs: { ...signs, calls: [sign(0), sign(1_301), sign(1_400)] } },
    ],
    [
      'no call that is taken again',
      { upstreamRequests: 4, signs: { ...signs, calls: [sign(0), sign(100), sign(200)] } },
    ],
  ])('is broken by %s', (_what, changes) => {
    expect(burstRow('a burst', { ...good, ...changes }).isKept).toBe(false);
  });
});
