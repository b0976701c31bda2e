import { createHash } from 'node:crypto';

/** Eight numbers from 0 up to but not 1 that look random and are always the same for a seed and a key. */
export function seededChances(seed: number, key: string): readonly number[] {
  const digest = createHash('sha256').update(`${seed} ${key}`).digest();
  return Array.from({ length: 8 }, (_, index) => digest.readUInt32BE(index * 4) / 2 ** 32);
}
