import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readSmallFile, reasonOf } from '../small-file.js';
import { isTzVersion } from './tz-version.js';
import { parseTzif } from './tzif.js';
import { ListedClock, type ZoneClock } from './zone-clock.js';

/** Where Debian's package tzdata and most other systems keep the compiled tz database. */
export const systemZoneinfo = '/usr/share/zoneinfo';

export interface Zoneinfo {
  readonly version: string;
  readonly clocks: ReadonlyMap<string, ZoneClock>;
}

/** Which file has the release's name, and where in it: on macOS and BSD, of tz itself and Debian, and of some others. */
const versionFiles = [
  ['+VERSION', /^(\S+)\s*$/],
  ['tzdata.zi', /^# version (\S+)/],
  ['version', /^(\S+)\s*$/],
] as const;

/**
 * Every zone of a directory of compiled zones, read at once: later look-ups touch no file. Throws, with a message for the log, where the directory cannot be
 * read, does not say of which release it is, or has one file that is broken: it may be half replaced, and then no file of it can be trusted.
 */
export function readZoneinfo(directory: string): Zoneinfo {
  const version = versionOf(directory);
  const clocks = new Map<string, ZoneClock>();
  for (const name of zoneNamesOf(directory)) {
    try {
      const bytes = readSmallFile(join(directory, name));
      if (name.includes('/') || bytes.toString('latin1', 0, 4) === 'TZif') {
        clocks.set(name, new ListedClock(parseTzif(bytes)));
      }
    } catch (error) {
      throw new Error(`its file ${name} is broken: ${reasonOf(error)}`, { cause: error });
    }
  }
  if (clocks.size === 0) throw new Error('it has no zone');
  return { version, clocks };
}

/** Another text once another release is in the directory, or the directory leads elsewhere. No zone is read for it, and nothing throws. */
export function releaseMark(directory: string): string {
  const marks = versionFiles.map(([file]) => {
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = statSync(join(directory, file));
      return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
    } catch (error) {
      return reasonOf(error);
    }
  });
  return [directory, ...marks].join();
}

function versionOf(directory: string): string {
  // Names the directory where it is not there at all.
  const files = readdirSync(directory);
  const told = versionFiles.flatMap(([file, form]) =>
    files.includes(file) ? [form.exec(readSmallFile(join(directory, file)).toString())?.[1] ?? 'nothing'] : [],
  );
  const [version = 'nothing', ...others] = new Set(told);
  if (others.length === 0 && isTzVersion(version)) return version;
  throw new Error(
    `its files ${versionFiles.map(([file]) => file).join(', ')} name no release (${told.join(', ') || 'none is there'})`,
  );
}

/** The files that may be zones. Zones begin with a capital letter, and so does the file SECURITY beside them; only what lies in folders is always one. */
function zoneNamesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)))
    .filter((name) => /^[A-Z][\w+-]*(?:\/[\w+-]+)*$/.test(name));
}
