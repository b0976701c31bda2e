import { reasonOf } from '../small-file.js';
import { failedCanaries, type FailedCanary } from './canaries.js';
import { IntlClock } from './intl-clock.js';
import { localTimeAt, type LocalTime } from './local-time.js';
import { packagedClockOf, packagedVersion, packagedZoneNames } from './packaged-zones.js';
import { isAtLeast } from './tz-version.js';
import type { ZoneClock } from './zone-clock.js';
import { readZoneinfo, type Zoneinfo } from './zoneinfo-directory.js';

const packageName = 'moment-timezone';

/**
 * The local time of every zone, from the newest tz database at hand. Governments change their clocks at short notice, and no release of Node knows today's:
 * Node 24.21 and 26.10 have 2026c, where 2026f says that Winnipeg, Inuvik and Havana are an hour further. So Intl is asked as a second opinion, and both local
 * times are given where it disagrees: whoever must not call at night must find it allowed on both.
 *
 * Nothing is read after `openTimeZones`, and nothing throws for a zone, known or not.
 */
export class TimeZones {
  readonly #clocks = new Map<string, readonly ZoneClock[]>();
  /** Known instants that the source shows wrongly: the caller logs them. Intl is not judged, as its time counts beside the source's. */
  readonly failedCanaries: readonly FailedCanary[];

  constructor(
    /** The release of the tz database, such as 2026f. */
    readonly version: string,
    /** Where it comes from: the path of a directory, or the name of a package. */
    readonly source: string,
    /** What is wrong with the directory that was asked for, or with what it lacks, in sentences for the log. */
    readonly problems: readonly string[],
    private readonly clockOf: (zone: string) => ZoneClock | undefined,
  ) {
    this.failedCanaries = failedCanaries((zone, atMs) => {
      const offsetMs = clockOf(zone)?.offsetMsAt(atMs);
      return offsetMs === undefined ? undefined : offsetMs / 60_000;
    });
  }

  /** Whether the clocks are of release `minimum` of the tz database or a newer one, and show what is known of them. */
  isAtLeast(minimum: string): boolean {
    return isAtLeast(this.version, minimum) && this.failedCanaries.length === 0;
  }

  /**
   * What the clocks of a zone show: the source's, and after it Intl's where that disagrees. Undefined where the source does not know the zone or what its
   * clocks show then. Intl alone is no source: it is not known how old what it says is.
   */
  clocksAt(zone: string, atMs: number): readonly LocalTime[] | undefined {
    return this.#offsetsMsAt(zone, atMs)?.map((offsetMs) => localTimeAt(atMs, offsetMs));
  }

  /** The offsets alone, in minutes east of UTC, as `clocksAt` has them. */
  offsetsAt(zone: string, atMs: number): readonly number[] | undefined {
    return this.#offsetsMsAt(zone, atMs)?.map((offsetMs) => offsetMs / 60_000);
  }

  /** The instants from `fromMs` to before `toMs` at which a clock of the zone is set, the source's or Intl's, ascending. Empty for an unknown zone. */
  transitionsBetween(zone: string, fromMs: number, toMs: number): readonly number[] {
    const instants = this.#clocksOf(zone)?.flatMap((clock) => clock.transitionsBetween(fromMs, toMs));
    return [...new Set(instants)].sort((a, b) => a - b);
  }

  #offsetsMsAt(zone: string, atMs: number): readonly number[] | undefined {
    const [source, intl] = this.#clocksOf(zone) ?? [];
    const offsetMs = source?.offsetMsAt(atMs);
    if (offsetMs === undefined) return undefined;
    const otherMs = intl?.offsetMsAt(atMs) ?? offsetMs;
    return otherMs === offsetMs ? [offsetMs] : [offsetMs, otherMs];
  }

  #clocksOf(zone: string): readonly ZoneClock[] | undefined {
    const known = this.#clocks.get(zone);
    if (known) return known;
    const source = this.clockOf(zone);
    if (!source) return undefined;
    const intl = IntlClock.of(zone);
    const clocks = intl ? [source, intl] : [source];
    this.#clocks.set(zone, clocks);
    return clocks;
  }
}

/**
 * Reads the compiled tz database in `directory`, which is `systemZoneinfo` where nobody says otherwise, and takes it if it is as new as the package's.
 * Otherwise, and where it is missing or broken, the package's counts, and `problems` says why. Never throws for that. Reads some thousand small files.
 */
export function openTimeZones(directory: string): TimeZones {
  const inUse = `the clocks are of the package ${packageName}, ${packagedVersion}`;
  let zoneinfo: Zoneinfo;
  try {
    zoneinfo = readZoneinfo(directory);
  } catch (error) {
    return packagedTimeZones([`The time zones in ${directory} cannot be used, ${reasonOf(error)}: ${inUse}.`]);
  }
  const { version, clocks } = zoneinfo;
  if (!isAtLeast(version, packagedVersion)) {
    return packagedTimeZones([`The time zones in ${directory} are of ${version}, which is older: ${inUse}.`]);
  }
  const missing = packagedZoneNames().filter((zone) => !clocks.has(zone));
  const problems =
    missing.length === 0 ? [] : [`The time zones in ${directory} lack ${sampleOf(missing)}, which count as unknown.`];
  return new TimeZones(version, directory, problems, (zone) => clocks.get(zone));
}

function packagedTimeZones(problems: readonly string[]): TimeZones {
  return new TimeZones(packagedVersion, packageName, problems, packagedClockOf);
}

function sampleOf(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
