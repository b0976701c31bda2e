/** What is wrong in a file: where, what, and what to write instead. */
export interface OverlayProblem {
  /** From the top of the file, such as `numbers[3].zones[0]`. */
  readonly path: string;
  readonly message: string;
}

/** A file that was read, or everything that is wrong with it. */
export type OverlayResult<Overlay> = { readonly overlay: Overlay } | { readonly problems: readonly OverlayProblem[] };

/** Reads the members of parsed YAML and collects what is wrong with them, so that one look at a file tells everything. */
export class OverlayFields {
  readonly problems: OverlayProblem[] = [];

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /** The members of an object; a member of another name is a problem, because a rule that is spelled wrongly would not count. */
  members(path: string, value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.problem(path || 'the file', `is no object; write one with ${listed(names)}`);
      return {};
    }
    const unknown = Object.keys(value).filter((name) => !names.includes(name));
    for (const name of unknown) this.problem(at(path, name), `is not known here; what is known is ${listed(names)}`);
    return value as Readonly<Record<string, unknown>>;
  }

  list(path: string, value: unknown, of: string): readonly unknown[] {
    if (Array.isArray(value) && value.length > 0) return value;
    this.problem(path, `is no list, or an empty one; write ${of}`);
    return [];
  }

  text(path: string, value: unknown, pattern: RegExp, wanted: string): string | undefined {
    if (typeof value === 'string' && pattern.test(value)) return value;
    const quoted = typeof value === 'number' ? ' in quotes, or YAML takes it for a number' : '';
    this.problem(path, `${value === undefined ? 'is missing' : 'is not what it should be'}; write ${wanted}${quoted}`);
    return undefined;
  }

  texts(path: string, value: unknown, pattern: RegExp, wanted: string): readonly string[] {
    return this.list(path, value, `a list of ${wanted}`).flatMap(
      (one, index) => this.text(`${path}[${index}]`, one, pattern, wanted) ?? [],
    );
  }

  /** With its plus. The plan of +1 is that of many countries: what is shorter than an area code speaks of none. */
  prefix(path: string, value: unknown): string | undefined {
    const wanted = "a plus, the calling code and further digits, such as '+1679'";
    const prefix = this.text(path, value, /^\+[1-9]\d{1,13}$/, wanted);
    if (prefix?.startsWith('+1') && prefix.length < 5)
      this.problem(path, "is shorter than an area code; write all three digits after +1, such as '+1679'");
    return prefix;
  }

  /** Names of time zones; none for the word `unknown`. `isZone` says which there are. */
  zones(path: string, value: unknown, isZone: (name: string) => boolean): readonly string[] {
    if (value === 'unknown') return [];
    const wanted = 'time zones of the tz database, such as America/Detroit, or the one word unknown';
    return this.list(path, value, `a list of ${wanted}`).filter((zone, index): zone is string => {
      const isKnown = typeof zone === 'string' && isZone(zone);
      if (!isKnown) this.problem(`${path}[${index}]`, `is no time zone that is known here; write ${wanted}`);
      return isKnown;
    });
  }

  /** What the head of each overlay says; gives its version. */
  head(members: Readonly<Record<string, unknown>>, apiVersion: string): string {
    if (members.apiVersion !== apiVersion) this.problem('apiVersion', `is not known; write ${apiVersion}`);
    const wanted = "a name for this state of the file, of letters, digits, dots and dashes, such as '2026-11-30.1'";
    return this.text('version', members.version, /^[\w.-]{1,40}$/, wanted) ?? '';
  }

  /** Who says so and when that was looked up: an entry without that cannot be checked by anybody else. */
  provenance(path: string, { source, checked }: Readonly<Record<string, unknown>>): void {
    this.text(at(path, 'source'), source, /\S/, 'who says so');
    this.date(at(path, 'checked'), checked);
  }

  date(path: string, value: unknown): void {
    const date = this.text(path, value, /^\d{4}-\d\d-\d\d$/, 'a date such as 2026-11-30');
    if (date !== undefined && Number.isNaN(Date.parse(date))) this.problem(path, 'is no day of the calendar');
  }

  /** A member that a list of entries may name once. */
  once(path: string, key: string, seen: Set<string>): void {
    if (seen.has(key)) this.problem(path, `is there twice: ${key}; leave one`);
    seen.add(key);
  }

  result<Overlay>(overlay: Overlay): OverlayResult<Overlay> {
    return this.problems.length > 0 ? { problems: this.problems } : { overlay };
  }
}

export function at(path: string, member: string): string {
  return path ? `${path}.${member}` : member;
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}
