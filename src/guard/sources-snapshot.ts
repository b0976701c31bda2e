import type { PolicySources } from '../policy-file.js';
import { readSmallFile, reasonOf } from '../small-file.js';
import { openTimeZones, type TimeZones } from '../time-zones/time-zones.js';
import { releaseMark } from '../time-zones/zoneinfo-directory.js';

type Content = { readonly bytes: Buffer } | { readonly reason: string };

interface OpenedZones {
  readonly mark: string;
  readonly clocks: TimeZones;
}

/**
 * What a policy is read of, as it was at one time: each file is looked at once, so that what is compared is what is read. Contents are compared, and not the times of
 * files, which may stay the same while a file is written.
 */
export class SourcesSnapshot implements PolicySources {
  readonly #contents = new Map<string, Content>();
  /** What a policy was read of; the rest was of the policy before it. */
  readonly #used = new Set<string>();
  #zones: OpenedZones | undefined;
  /** By directory. */
  readonly #releases = new Map<string, string>();

  /** The same files as they are now, with the time zones as they are open, for as long as their release is the same. */
  again(): SourcesSnapshot {
    const next = new SourcesSnapshot();
    for (const path of this.#used) next.#contentOf(path);
    for (const directory of this.#releases.keys()) next.#releaseIn(directory);
    next.#zones = this.#zones;
    return next;
  }

  /** Whether `other` has all that is here, and as it is here. */
  isAs(other: SourcesSnapshot): boolean {
    return (
      [...this.#contents].every(([path, content]) => isSame(content, other.#contents.get(path))) &&
      [...this.#releases].every(([directory, release]) => release === other.#releases.get(directory))
    );
  }

  read(path: string): Buffer {
    this.#used.add(path);
    const content = this.#contentOf(path);
    if ('reason' in content) throw new Error(content.reason);
    return content.bytes;
  }

  timeZones(directory: string): TimeZones {
    // Before the zones are read: what is replaced meanwhile is another release the next time.
    const mark = this.#releaseIn(directory);
    if (this.#zones?.mark !== mark) this.#zones = { mark, clocks: openTimeZones(directory) };
    return this.#zones.clocks;
  }

  #contentOf(path: string): Content {
    const known = this.#contents.get(path);
    if (known) return known;
    const content = contentNow(path);
    this.#contents.set(path, content);
    return content;
  }

  #releaseIn(directory: string): string {
    const known = this.#releases.get(directory);
    if (known !== undefined) return known;
    const release = releaseMark(directory);
    this.#releases.set(directory, release);
    return release;
  }
}

function contentNow(path: string): Content {
  try {
    return { bytes: readSmallFile(path) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function isSame(one: Content, other: Content | undefined): boolean {
  if (!other) return false;
  if ('bytes' in one) return 'bytes' in other && one.bytes.equals(other.bytes);
  return 'reason' in other && one.reason === other.reason;
}
