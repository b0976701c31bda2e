import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import moment from 'moment-timezone';

interface Meta {
  readonly countries: Readonly<Record<string, { readonly zones: readonly string[] }>>;
  /** Of a zone that several countries share, the first one is that for which the tz database has it. */
  readonly zones: Readonly<Record<string, { readonly countries: readonly string[] }>>;
}

/** Within these a difference of two clocks counts. What they showed before is history, and later no law is certain. */
const from = Date.UTC(2026, 10, 1);
const until = Date.UTC(2030, 0, 1);

/** Which zones countries have, and which of them have the same clock: the tz database as moment-timezone carries it. */
export class Clocks {
  private readonly meta: Meta;

  constructor() {
    const path = createRequire(import.meta.url).resolve('moment-timezone/data/meta/latest.json');
    this.meta = JSON.parse(readFileSync(path, 'utf8')) as Meta;
  }

  has(name: string): boolean {
    return moment.tz.zone(name)?.name === name;
  }

  /** A region's own zones: its part of a zone that it shares with others has a name of its own. */
  zonesOf(region: string): readonly string[] {
    const zones = this.meta.countries[region]?.zones ?? [];
    const own = zones.filter((zone) => this.meta.zones[zone]?.countries[0] === region);
    if (own.length === 0)
      throw new Error(`The tz database has no zone of ${region}: add it to deploy/zones.overlay.yaml.`);
    return own;
  }

  areOne(zones: readonly string[]): boolean {
    return new Set(zones.map((zone) => this.clockOf(zone))).size === 1;
  }

  /** Its offset at the beginning, and each change of it. */
  private clockOf(name: string): string {
    const zone = moment.tz.zone(name);
    if (!zone) throw new Error(`The tz database has no zone ${name}.`);
    const { untils, offsets } = zone;
    const changes = untils.flatMap((at, index) => (at > from && at < until ? [`${at}:${offsets[index + 1]}`] : []));
    return [zone.utcOffset(from), ...changes].join(' ');
  }
}
