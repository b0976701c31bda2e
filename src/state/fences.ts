import type { KeyedHash } from './keys.js';

/** What is known of a call by its entry: it waits for its turn or is being sent; may have been placed; was placed. */
export type FenceEntryPhase = 'entered' | 'in doubt' | 'placed';

export type FenceEntered =
  | { readonly entered: true }
  /** Another call's entry lives, the one told of longest. Its contact id, once known. */
  | {
      readonly entered: false;
      readonly because: FenceEntryPhase;
      readonly retryAfterMs: number;
      readonly contactId: string | undefined;
    }
  | { readonly entered: false; readonly because: 'too many repeats'; readonly retryAfterMs: number };

export interface FenceEntry {
  /** Names the call, whose entry is its own alone. */
  readonly call: KeyedHash;
  /** Names this one effort to place it: of several, the one that entered last may release the entry. */
  readonly owner: string;
  readonly holdMs: number;
  readonly allowRepeat: boolean;
  /** How many calls with `allowRepeat` are admitted within `repeatsPerMs`. */
  readonly maxRepeats: number;
}

export interface FenceClosing {
  readonly call: KeyedHash;
  readonly windowMs: number;
  /** Left out where the call may have been placed, and nobody knows. */
  readonly contactId?: string;
}

export type FenceRelease = Pick<FenceEntry, 'call' | 'owner'>;

/** Over how long repeats are counted. */
export const repeatsPerMs = 3_600_000;
/** One number has no more entries than this: a repeat is refused beyond it, and of calls that were placed all the same the entry that ends first is forgotten. */
export const maxFenceEntries = 256;

/**
 * The duplicate-call window: one entry for each call to a number. A key is a keyed hash of tenant and number. No operation changes or ends the entry of
 * another call; an entry lives until its time is over.
 */
export interface Fences {
  /**
   * The call's entry lives for `holdMs` at least, so that a crash blocks no number for ever. Refused, with nothing changed, while an entry of another
   * call lives; with `allowRepeat` only where too many repeats were admitted. The same call may enter again, which counts once.
   */
  enter(key: KeyedHash, entry: FenceEntry): Promise<FenceEntered>;
  /**
   * The call was, or may have been, placed, whether or not its entry is still there: it lives for `windowMs` from now on. Only that the call was placed
   * ends a longer time.
   */
  close(key: KeyedHash, closing: FenceClosing): Promise<void>;
  /**
   * The effort provably did not place the call, which does not count as a repeat. The entry of one that was closed stays, and of one for which another
   * effort entered since: that one may be placing it by now.
   */
  release(key: KeyedHash, released: FenceRelease): Promise<void>;
}
