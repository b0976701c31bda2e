import { Buffer } from 'node:buffer';
import type { RuleProblem } from './checked.js';

/** A map of Amazon Connect that arrives as a list of entries, because GraphQL has no maps. */
export interface MapEntries<T> {
  /** The member that becomes the key of the map. */
  readonly key: keyof T & string;
  /** What is wrong with one entry by itself; `path` is the member. */
  readonly entryProblems: (entry: T) => readonly RuleProblem[];
  /** What an entry adds to the map as it is sent. */
  readonly sent: (entry: T) => readonly [key: string, value: string];
  readonly maxBytes: number;
}

/**
 * Names every rule that the list or an entry of it breaks: too many bytes over keys and values, a key that repeats an earlier one or that
 * every JavaScript object has (a flow or a frontend may put it into one). One plain pass over the list: class-validator's nested validation takes
 * some ten microseconds an entry, and a request may hold ten thousand.
 */
export function mapEntriesProblems<T>(
  entries: readonly T[],
  { key, entryProblems, sent, maxBytes }: MapEntries<T>,
): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const seen = new Set<unknown>();
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const name = String(entry[key]);
    for (const { path = key, ...problem } of entryProblems(entry))
      problems.push({ path: `${index}.${path}`, ...problem });
    if (name in {} || name === 'prototype') problems.push({ path: `${index}.${key}`, ...reservedKey });
    if (seen.has(name)) problems.push({ path: `${index}.${key}`, ...repeatedKey });
    seen.add(name);
    for (const text of sent(entry)) bytes += Buffer.byteLength(text);
  }
  if (bytes <= maxBytes) return problems;
  const message = `must have at most ${maxBytes} UTF-8 bytes over all of its entries`;
  return [{ rule: 'maxBytes', message }, ...problems];
}

const reservedKey = {
  rule: 'reservedKey',
  message: 'is reserved by programming languages; choose another name',
} as const;
const repeatedKey = { rule: 'repeatedKey', message: 'repeats an earlier entry; each may be given once' } as const;
