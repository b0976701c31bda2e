import { describe, expect, test } from '@jest/globals';
import type { KeyedHash } from '../../src/keyed-hash.js';
import type { DecisionRow } from '../../src/ledger/decision-entry.js';
import type { PlacedCall } from '../../src/simulator/control.js';
import type { CallEnd, IntendedCall } from './callers.js';
import type { PolicyEndured } from './endure-policy.js';
import { brokenByPolicy, judgePolicy, policyBounds, type PolicyEvidence } from './policy-verdict.js';
import type { StartRequest } from './upstream-proxy.js';
import { bounds } from './verdict.js';

const dayMs = 86_400_000;

interface Told {
  readonly destination?: string;
  readonly tenant?: string;
  readonly end?: CallEnd;
}

/** What is known of one call that was asked for at `atMs`, allowed, sent and placed, unless the changes say otherwise. */
function one(clientToken: string, atMs: number, { destination = '+12065550100', tenant = 'acme', end }: Told = {}) {
  const contactId = `contact of ${clientToken}`;
  const call: IntendedCall = {
    destination,
    tenant,
    clientToken,
    askedAtMs: atMs,
    asks: 1,
    end: end ?? { is: 'acknowledged', contactId, atMs: atMs + 30 },
    denials: [],
  };
  const start: StartRequest = { destination, clientToken, atMs: atMs + 10 };
  const placed = { contactId, destination, clientToken, atMs: atMs + 20, replays: 0 } as PlacedCall;
  return { call, start, placed, rows: [allowed(clientToken, atMs), outcome(clientToken, contactId, atMs + 30)] };
}

const named = (clientToken: string) => ({ call: clientToken as KeyedHash, tenant: 'acme', detail: {} });

function allowed(clientToken: string, atMs: number, isAllowed = true): DecisionRow {
  const data = { policyVersion: '1', policyHash: 'hash', timeZoneVersion: '2026f', numbersVersion: '1' };
  const verdict = { phase: 'MAY_DIAL', isAllowed, reasons: [], ...data } as const;
  return { ...named(clientToken), ...verdict, id: `dial ${clientToken} ${atMs}`, atMs };
}

function outcome(clientToken: string, contactId: string, atMs: number): DecisionRow {
  const of = `dial ${clientToken} ${atMs - 30}`;
  return {
    ...named(clientToken),
    id: `outcome ${clientToken}`,
    phase: 'OUTCOME',
    of,
    outcome: 'PLACED',
    contactId,
    atMs,
  };
}

function evidence(all: readonly ReturnType<typeof one>[], changes: Partial<PolicyEvidence> = {}): PolicyEvidence {
  return {
    calls: all.map(({ call }) => call),
    starts: all.map(({ start }) => start),
    placed: all.map(({ placed }) => placed),
    decisions: new Map(all.map(({ call, rows }) => [call, rows])),
    pauses: [],
    listed: [],
    tokenOf: ({ clientToken }) => clientToken,
    owedByKilled: new Set(),
    cap: { withinMs: dayMs, max: 3 },
    ...changes,
  };
}

const zeros = Object.fromEntries([...bounds, ...policyBounds].map((bound) => [bound, 0]));
const broken = (seen: PolicyEvidence) =>
  Object.fromEntries(Object.entries(judgePolicy(seen)).filter(([, count]) => count > 0));

const three = [one('a', 1_000), one('b', 2_000), one('c', 3_000)];

test('as many calls to one number as the cap allows break no bound', () => {
  expect(judgePolicy(evidence(three))).toEqual(zeros);
});

describe('the cap', () => {
  test('one call more breaks it, of whatever tenant and by whatever order they are told', () => {
    const seen = evidence([one('d', 4_000, { tenant: 'globex' }), ...three]);
    expect(broken(seen)).toEqual({ 'calls over the cap of their destination': 1 });
  });

  test('counts calls within its window, and of one number', () => {
    const others = [one('d', 1_000 + dayMs), one('e', 4_000, { destination: '+12065550101' })];
    expect(broken(evidence([...three, ...others]))).toEqual({});
  });
});

describe('a do-not-call list', () => {
  test('allows no request once it was answered', () => {
    const listed = [{ destination: '+12065550100', answeredAtMs: 2_500 }];
    expect(broken(evidence(three, { listed }))).toEqual({ 'requests for a number on the do-not-call list': 1 });
  });

  test('leaves the outcome of a call unknown that it allows nobody to ask about', () => {
    const open = one('a', 1_000, { end: { is: 'refused', code: 'OUTCOME_UNKNOWN' } });
    const seen = evidence([{ ...open, rows: open.rows.slice(0, 1) }]);
    expect(broken(seen)).toEqual({
      'still unknown at the end': 1,
      'placed, and no outcome in the record of decisions': 1,
    });
    expect(broken({ ...seen, listed: [{ destination: '+12065550100', answeredAtMs: 2_500 }] })).toEqual({});
  });
});

describe('a pause', () => {
  test.each([
    ['of all tenants', undefined, 1],
    ['of the tenant', 'acme', 1],
    ['of another tenant', 'globex', 0],
  ])('%s is broken by requests that it holds, until it is ended', (_of, tenant, count) => {
    const pauses = [{ tenant, answeredAtMs: 1_500, endedAtMs: 2_500 }];
    expect(judgePolicy(evidence(three, { pauses }))).toEqual({
      ...zeros,
      'requests while their calls were paused': count,
    });
  });
});

describe('the record of decisions', () => {
  const call = one('a', 1_000);
  const withRows = (rows: readonly DecisionRow[], starts = [call.start]) =>
    broken({ ...evidence([call]), starts, decisions: new Map([[call.call, rows]]) });
  const [dial, placed] = call.rows as [DecisionRow, DecisionRow];

  test.each<[string, readonly DecisionRow[]]>([
    ['none', [placed]],
    ['one that refused', [{ ...dial, isAllowed: false } as DecisionRow, placed]],
    ['one of its admission', [{ ...dial, phase: 'ADMIT' } as DecisionRow, placed]],
  ])('a request needs a decision that allowed it: here it has %s', (_what, rows) => {
    expect(withRows(rows)).toMatchObject({ 'requests without a decision of their own before them': 1 });
  });

  test('the decision is committed before the request', () => {
    const late = { ...dial, atMs: call.start.atMs + 1 };
    expect(withRows([late, placed])).toEqual({ 'requests without a decision of their own before them': 1 });
  });

  test('each request has a decision of its own', () => {
    const again = { ...call.start, atMs: call.start.atMs + 500 };
    expect(withRows(call.rows, [call.start, again])).toEqual({
      'requests without a decision of their own before them': 1,
    });
    expect(withRows([dial, allowed('a', again.atMs), placed], [call.start, again])).toEqual({});
  });

  test.each<[string, readonly DecisionRow[]]>([
    ['none', []],
    ['one of another contact', [{ ...placed, contactId: 'another' } as DecisionRow]],
    ['one that is unknown', [{ ...placed, outcome: 'UNKNOWN' } as DecisionRow]],
    ['one of a decision that is not there', [{ ...placed, of: 'another' } as DecisionRow]],
  ])('a placed contact has its outcome: here it has %s', (_what, rows) => {
    expect(withRows([dial, ...rows])).toEqual({ 'placed, and no outcome in the record of decisions': 1 });
  });

  test('a gateway that was killed before it could record the outcome has told of it in its log', () => {
    const seen = evidence([{ ...call, rows: [dial] }]);
    expect(broken({ ...seen, owedByKilled: new Set([call.placed.contactId]) })).toEqual({});
  });
});

test('what was refused by the policy and rang breaks a bound', () => {
  const refused = one('a', 1_000, { end: { is: 'refused', code: 'POLICY_REFUSED' } });
  expect(broken(evidence([refused]))).toEqual({
    'refused by the policy, and rang': 1,
    'told a final refusal though placed': 1,
  });
});

test('a request with a token of no call, or of one to another number, breaks a bound', () => {
  const seen = evidence(three);
  const [first] = seen.starts;
  const starts = [...seen.starts.slice(1), { ...first!, destination: '+12065550101' }];
  expect(broken({ ...seen, starts })).toEqual({ 'requests of no call that anybody wanted': 1 });
  expect(broken({ ...seen, starts: [{ ...first!, clientToken: 'unheard of' }] })).toMatchObject({
    'requests of no call that anybody wanted': 1,
  });
});

test('two calls with one token are one call that was placed twice, and not two to one number', () => {
  const seen = evidence(three);
  const again = { ...seen.placed[0]!, contactId: 'another' };
  expect(broken({ ...seen, placed: [...seen.placed.slice(0, 2), again] })).toMatchObject({ 'placed twice': 1 });
});

test('a run that refused nobody for one of the rules has shown nothing of it', () => {
  const run = {
    verdict: judgePolicy(evidence(three)),
    answers: new Map([
      ['POLICY_REFUSED FREQUENCY_CAP', 3],
      ['POLICY_REFUSED DO_NOT_CALL PAUSED', 1],
    ]),
    alarms: 0,
    missed: [],
    sides: [],
  } as unknown as PolicyEndured;
  expect(brokenByPolicy(run)).toEqual([]);
  expect(brokenByPolicy({ ...run, answers: new Map([['POLICY_REFUSED PAUSED', 1]]) })).toEqual([
    'nobody was refused for FREQUENCY_CAP',
    'nobody was refused for DO_NOT_CALL',
  ]);
  expect(
    brokenByPolicy({ ...run, sides: [{ sentOnFormer: 2, sentOnPromoted: 1, waitingOnFormer: undefined }] }),
  ).toEqual(['sent by the former primary in a split: 2']);
});
