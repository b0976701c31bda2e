/** What the clocks of a zone are known to have shown. All of it is past, so that no later law makes it wrong. */
interface Canary {
  readonly zone: string;
  readonly at: string;
  readonly offsetMinutes: number;
  readonly source: string;
}

/** The data shows another offset, or none. */
export interface FailedCanary extends Canary {
  readonly foundOffsetMinutes: number | undefined;
}

/** `NEWS` is the file of that name of the tz database, by release. */
const canaries: readonly Canary[] = [
  {
    zone: 'America/Winnipeg',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: -300,
    source: 'NEWS 2026e: Manitoba moves to permanent -05 on 2026-10-31',
  },
  {
    zone: 'America/Inuvik',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: -360,
    source: "NEWS 2026d: Canada's Northwest Territories moved to permanent -06 on 2026-08-21",
  },
  {
    zone: 'America/Havana',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: -240,
    source: 'NEWS 2026f: Cuba will not fall back 2026-11-01; stays on -04 through 2027-11-07',
  },
  {
    zone: 'America/Edmonton',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: -360,
    source: 'NEWS 2026c: Alberta moved to permanent -06 on 2026-06-18',
  },
  {
    zone: 'Africa/Casablanca',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: 0,
    source: 'NEWS 2026c: Morocco moves to permanent +00 on 2026-09-20',
  },
  {
    zone: 'America/Vancouver',
    at: '2026-11-29T02:30:00Z',
    offsetMinutes: -420,
    source: 'NEWS 2026b: British Columbia moved to permanent -07 on 2026-03-09',
  },
  {
    zone: 'Europe/Chisinau',
    at: '2026-10-25T00:30:00Z',
    offsetMinutes: 180,
    source: 'NEWS 2026a: Moldova has used EU transition times since 2022, which is 01:00 UTC',
  },
  {
    zone: 'America/New_York',
    at: '2007-03-12T12:00:00Z',
    offsetMinutes: -240,
    source:
      'Energy Policy Act of 2005, section 110: daylight saving time from the second Sunday of March, from 2007 on',
  },
  {
    zone: 'Europe/London',
    at: '1970-01-01T00:00:00Z',
    offsetMinutes: 60,
    source: 'British Standard Time Act 1968: an hour ahead of Greenwich in winter, too, until 1971-10-31',
  },
];

/**
 * Which known instants a source shows wrongly, whatever version it claims. Empty for data that is sound.
 * @param offsetAt minutes east of UTC in a zone at an instant, in milliseconds since 1970
 */
export function failedCanaries(offsetAt: (zone: string, atMs: number) => number | undefined): readonly FailedCanary[] {
  return canaries.flatMap((canary) => {
    const foundOffsetMinutes = offsetAt(canary.zone, Date.parse(canary.at));
    return foundOffsetMinutes === canary.offsetMinutes ? [] : [{ ...canary, foundOffsetMinutes }];
  });
}
