import { STATUS_CODES } from 'node:http';

/** One line of Prometheus' text format that is no comment. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one look at the metrics of a gateway told. */
export class Scrape {
  private constructor(
    readonly text: string,
    readonly contentType: string | null,
    readonly samples: readonly Sample[],
    /** By the name of the metric, which for a histogram is that of its samples without the suffix. */
    readonly types: ReadonlyMap<string, string>,
  ) {}

  /** Throws where the server does not answer 200, and where a line is none of the format. */
  static async of({ metricsUrl = '' }: { readonly metricsUrl: string | undefined }): Promise<Scrape> {
    const response = await fetch(metricsUrl);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${STATUS_CODES[response.status] ?? ''}: ${text}`);
    return Scrape.parse(text, response.headers.get('content-type'));
  }

  static parse(text: string, contentType: string | null): Scrape {
    if (!text.endsWith('\n')) throw new Error('The last line does not end');
    const types = new Map<string, string>();
    const samples: Sample[] = [];
    for (const line of text.split('\n').slice(0, -1)) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
      if (kind === 'TYPE') {
        if (types.has(name)) throw new Error(`Two types: ${line}`);
        types.set(name, rest);
      } else if (kind === undefined && line !== '') samples.push(sampleOf(line));
    }
    return new Scrape(text, contentType, samples, types);
  }

  /** The sum of all samples with that name and at least these labels; 0 where there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples
      .filter((sample) => sample.name === name)
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Those of a metric's label that have a value above 0. */
  valuesOf(name: string, label: string): string[] {
    const values = this.samples.filter((sample) => sample.name === name && sample.value > 0);
    return [...new Set(values.map(({ labels }) => labels[label] ?? ''))].sort();
  }
}

function sampleOf(line: string): Sample {
  const [, name, inBraces = '', value] =
    /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?\d\S*|Nan|[+-]Inf)$/.exec(line) ??
    [];
  if (name === undefined || value === undefined) throw new Error(`No sample: ${line}`);
  const labels = [...inBraces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text]);
  const number = value === 'Nan' ? NaN : Number(value.replace('Inf', 'Infinity'));
  if (Number.isNaN(number) && value !== 'Nan') throw new Error(`No number: ${line}`);
  return { name, labels: Object.fromEntries(labels) as Record<string, string>, value: number };
}
