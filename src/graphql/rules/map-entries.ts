import { Buffer } from 'node:buffer';
import { peek, readableEntries, unreadable, whileReadable } from '../unreadable.js';
import type { RuleProblem } from './checked.js';

/** A map of Amazon Connect that arrives as a list of entries, because GraphQL has no maps. */
export interface MapEntries<T> {
  /** The member that becomes the key of the map. */
  readonly key: keyof T & string;
  /** What is wrong with each member of one entry by itself. */
  readonly members: Readonly<Partial<Record<keyof T & string, (entry: T) => readonly RuleProblem[]>>>;
  /** What an entry adds to the map as it is sent. */
  readonly sent: (entry: T) => readonly [key: string, value: string];
  readonly maxBytes: number;
}

/**
 * Names every rule that the list or an entry of it breaks: too many bytes over keys and values, a key that repeats an earlier one or that
 * every JavaScript object has (a flow or a frontend may put it into one). Entries that begin behind the bytes that are allowed are not judged.
 * One plain pass over the list, as far as it is asked for. What is `unreadable` of an entry is not judged, and has no bytes.
 */
export function* mapEntriesProblems<T extends object>(
  entries: readonly T[],
  { key, members, sent, maxBytes }: MapEntries<T>,
): Generator<RuleProblem> {
  const judged = entriesWithin(entries, sent, maxBytes);
  if (judged.areTooLarge) {
    yield { rule: 'maxBytes', message: `must have at most ${maxBytes} UTF-8 bytes over all of its entries` };
  }
  const seen = new Set<string>();
  for (const [index, entry] of readableEntries(entries)) {
    if (index >= judged.count) return;
    for (const [member, problemsOf] of Object.entries(members) as [string, (entry: T) => readonly RuleProblem[]][])
      for (const problem of whileReadable(() => problemsOf(entry))) yield { path: `${index}.${member}`, ...problem };
    const said = peek(entry, key);
    if (said === unreadable) continue;
    const name = String(said);
    if (name in {} || name === 'prototype') yield { path: `${index}.${key}`, ...reservedKey };
    if (seen.has(name)) yield { path: `${index}.${key}`, ...repeatedKey };
    seen.add(name);
  }
}

/** How many entries begin within `maxBytes`, and whether what they add to the map is larger. */
function entriesWithin<T>(entries: readonly T[], sent: MapEntries<T>['sent'], maxBytes: number) {
  let bytes = 0;
  for (const [index, entry] of readableEntries(entries)) {
    for (const text of whileReadable(() => sent(entry))) bytes += Buffer.byteLength(text);
    if (bytes > maxBytes) return { count: index + 1, areTooLarge: true };
  }
  return { count: entries.length, areTooLarge: false };
}

/** The most entries whose keys, each its own and of `symbols` different bytes, fit into `maxBytes` beside values of no length. */
export function mostEntries(maxBytes: number, symbols: number): number {
  let [count, left] = [0, maxBytes];
  for (let length = 1; left >= length; length += 1) {
    const keys = Math.min(symbols ** length, Math.floor(left / length));
    count += keys;
    left -= keys * length;
  }
  return count;
}

const reservedKey = {
  rule: 'reservedKey',
  message: 'is reserved by programming languages; choose another name',
} as const;
const repeatedKey = { rule: 'repeatedKey', message: 'repeats an earlier entry; each may be given once' } as const;
