import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { recordPlaced } from '../../src/ledger/call-record.js';
import { keyedHash } from '../../src/keyed-hash.js';
import { recordFormat, type RecordKey } from '../../src/ledger/ledger.js';
import { recordPlacement } from '../../src/ledger/placement.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { shortId, storedFrom, textOf } from '../../src/ledger/redis/record-text.js';

const requestHash = keyedHash('a secret', 'a request');
const version = 'aB3_-x90';

const anyId = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '~', '~~', '{', '[1]', 'a b', 'null'),
);
const anyMs = fc.oneof(fc.integer({ min: 0, max: 2 ** 42 }), fc.double({ min: 0, max: 2e12, noNaN: true }));
const anyPlaced = fc.record({
  contactId: anyId,
  instanceId: anyId,
  contactFlowId: anyId,
  placedAtMs: anyMs,
  requestHash: fc.constant(requestHash),
});

function readBack(kind: RecordKey['kind'], value: unknown, changedAtMs: number): unknown {
  return storedFrom(kind, textOf(kind, { version, changedAtMs, value }));
}

test('a placed call and a placement are read as they were written, whatever their ids', () => {
  fc.assert(
    fc.property(anyPlaced, anyMs, (placed, changedAtMs) => {
      const call = recordPlaced(undefined, placed).record;
      const placement = recordPlacement(placed).record;
      expect(readBack('call', call, changedAtMs)).toEqual({ version, changedAtMs, value: call });
      expect(readBack('placement', placement, changedAtMs)).toEqual({ version, changedAtMs, value: placement });
    }),
  );
});

test('records of calls that are not placed, and of windows, are read as they were written', () => {
  const calls = [
    { state: 'claimed', requestHash, owner: randomUUID(), leaseUntilMs: 1_764_000_000_000, isOutcomeUnknown: false },
    { state: 'unknown', requestHash, leaseUntilMs: 0, firstSentAtMs: 5, isOutcomeUnknown: true },
    // Nothing writes it; were it written short, the owner would be lost.
    {
      state: 'placed',
      requestHash,
      owner: 'me',
      leaseUntilMs: 0,
      isOutcomeUnknown: false,
      facts: { contactId: 'c', placedAtMs: 1 },
    },
  ];
  for (const call of calls) expect(readBack('call', call, 1)).toEqual({ version, changedAtMs: 1, value: call });
  const window = [{ call: requestHash, is: 'placed', untilMs: 7, contactId: randomUUID(), countsUntilMs: 0 }];
  expect(readBack('window', window, 1)).toEqual({ version, changedAtMs: 1, value: window });
});

test('different ids have different names, and a UUID one of 22 characters', () => {
  fc.assert(
    fc.property(anyId, anyId, (one, other) => {
      expect(shortId(one) === shortId(other)).toBe(one === other);
    }),
  );
  expect(shortId('7f1f8f6e-6b7e-4b2a-9a3c-2d4e5f607182')).toHaveLength(22);
});

test('what is kept for 8 days has at most 76 bytes, so that Redis keeps it in 80', () => {
  const placedAtMs = Date.UTC(2050);
  const ids = { contactId: randomUUID(), instanceId: randomUUID(), contactFlowId: randomUUID() };
  const placed = { ...ids, placedAtMs, requestHash };
  const lengthOf = (kind: RecordKey['kind'], value: unknown) =>
    textOf(kind, { version, changedAtMs: placedAtMs, value }).length;
  expect(lengthOf('call', recordPlaced(undefined, placed).record)).toBeLessThanOrEqual(76);
  expect(lengthOf('placement', recordPlacement(placed).record)).toBeLessThanOrEqual(76);
});

describe('a record that cannot be read', () => {
  test.each([
    ['has another format', `${recordFormat + 1} v 1 a b c`, 'has the format'],
    ['has no format', 'what is this', 'of nobody'],
    ['has no time', `${recordFormat} v ne.ver {}`, 'a time that is none'],
    ['is broken JSON', `${recordFormat} v 1 {"state":`, 'is no JSON'],
    ['has too few fields', `${recordFormat} v 1 !a b!`, 'other fields'],
    ['has too many fields', `${recordFormat} v 1 !a b c d!`, 'other fields'],
    ['has an id that is neither short nor marked', `${recordFormat} v 1 !a b c!`, 'an id that is none'],
  ])('where it %s', (_, text, says) => {
    expect(String(causeOf('call', text))).toContain(says);
  });

  test('where it was cut, wherever', () => {
    const placed = { contactId: randomUUID(), instanceId: 'i', contactFlowId: 'f', placedAtMs: 1_764_000_000_000 };
    for (const [kind, value] of [
      ['call', recordPlaced(undefined, { ...placed, requestHash }).record],
      ['placement', recordPlacement(placed).record],
    ] as const) {
      const text = textOf(kind, { version, changedAtMs: placed.placedAtMs, value });
      for (let length = 1; length < text.length; length += 1) {
        expect(causeOf(kind, text.slice(0, length))).toBeInstanceOf(Error);
      }
    }
  });

  test('where a window has the fields of a placed call', () => {
    const { record } = recordPlaced(undefined, {
      ...{ contactId: randomUUID(), instanceId: 'i', contactFlowId: 'f', placedAtMs: 1 },
      requestHash,
    });
    const text = textOf('call', { version, changedAtMs: 1, value: record });
    expect(String(causeOf('window', text))).toContain('other fields');
  });

  /** Why the record cannot be read; undefined where it can. */
  function causeOf(kind: RecordKey['kind'], text: string): unknown {
    try {
      storedFrom(kind, text);
      return undefined;
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      return (error as StoreUnavailable).cause;
    }
  }
});
