import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { Metrics } from '../../src/metrics/metrics.js';
import { definitions } from '../../src/metrics/definitions.js';
import { Scrape } from '../support/scrape.js';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const rules = (parse(read('deploy/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const { panels } = JSON.parse(read('deploy/dashboard.json')) as { readonly panels: readonly Panel[] };
const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const asked = [...rules.map(({ expr }) => expr), ...shown];

let scrape: Scrape;
beforeAll(async () => {
  const metrics = new Metrics({ tenantLabel: false });
  scrape = Scrape.parse(await metrics.text(), metrics.contentType);
});

/** The metrics and labels that an expression names; of a histogram what its samples belong to. */
function namesIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:outdial|nodejs|process)_\w+/g)].map(([name]) =>
    name.replace(/_(?:bucket|count|sum)$/, ''),
  );
}

describe('alerts and the dashboard', () => {
  test('ask for nothing that is not there', () => {
    const recorded = rules.flatMap(({ record }) => (record === undefined ? [] : [record]));
    expect(new Set(asked.flatMap(namesIn).filter((name) => !scrape.types.has(name)))).toEqual(new Set());
    const used = asked.flatMap((expr) => expr.match(/\boutdial:[\w:]+/g) ?? []);
    expect(new Set(used.filter((name) => !recorded.includes(name)))).toEqual(new Set());
  });

  test('ask for labels that the metrics have', () => {
    const own = asked.flatMap((expr) =>
      [...expr.matchAll(/\b(outdial_\w+?)(?:_bucket|_count|_sum)?\{([^}]*)\}/g)].flatMap(
        ([, name = '', matchers = '']) =>
          [...matchers.matchAll(/(\w+)[!=]/g)].map(([, label = '']) => [name, label] as const),
      ),
    );
    expect(own.length).toBeGreaterThan(3);
    const labels: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
      Object.entries(definitions).map(([name, { type, labels: own }]) => [
        name,
        type === 'histogram' ? [...own, 'le'] : own,
      ]),
    );
    expect(own.filter(([name, label]) => !labels[name]?.includes(label))).toEqual([]);
  });

  test('show every metric of the gateway', () => {
    const named = new Set(asked.flatMap(namesIn));
    expect(Object.keys(definitions).filter((name) => !named.has(name))).toEqual([]);
  });

  test('have a line in the runbook for each alert, and none for another', () => {
    const lines = [...read('docs/metrics.md').matchAll(/^\| `(Outdial\w+)` +\| .+ \| .+ \|$/gm)].map(
      ([, name]) => name,
    );
    expect(lines).toEqual(rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert])));
  });

  test('know the objectives that the page states', () => {
    const stated = [...read('docs/metrics.md').matchAll(/^\| `(\w+)` +\| [^|]+ \| ([\d.]+) % .+ \| ([\d.]+) +\|$/gm)];
    expect(stated.map(([, slo, , budget]) => [slo, `vector(${budget})`])).toEqual(
      rules.flatMap(({ record, expr, labels }) => (record === 'outdial:slo_budget:ratio' ? [[labels?.slo, expr]] : [])),
    );
    expect(
      stated.filter(([, , percent, budget]) => Math.abs(1 - Number(percent) / 100 - Number(budget)) > 1e-9),
    ).toEqual([]);
    const windows = ['5m', '30m', '1h', '6h', '3d', '30d'];
    const recorded = rules.flatMap(({ record = '', labels }) => {
      const [, window] = /^outdial:slo_errors:ratio_rate(\w+)$/.exec(record) ?? [];
      return window === undefined ? [] : [`${labels?.slo} ${window}`];
    });
    expect(recorded.sort()).toEqual(stated.flatMap(([, slo]) => windows.map((window) => `${slo} ${window}`)).sort());
  });

  test('have panels with ids of their own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool && process.env.CI === 'true') throw new Error('promtool is required where CI=true.');
if (!hasPromtool) console.warn('SKIPPED: rules are checked by promtool (Debian: apt-get install prometheus).');

(hasPromtool ? describe : describe.skip)('promtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-rules-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function run(...args: string[]): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', cwd: root });
    return { status, said: stdout + stderr };
  }

  test('takes the rules', () => {
    expect(run('check', 'rules', 'deploy/alerts.yml')).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
  });

  test('finds each alert raised by what should raise it, and none on a quiet gateway', () => {
    expect(run('test', 'rules', 'test/deploy/alert-cases.yml')).toEqual({
      status: 0,
      said: expect.stringContaining('SUCCESS'),
    });
  });

  test('reads what the dashboard asks', () => {
    const exprs = shown.map((expr) => expr.replace(/\$__(?:rate_interval|range)/g, '5m'));
    const file = join(folder, 'dashboard.json');
    const asRules = exprs.map((expr, index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: asRules }] }));
    expect(run('check', 'rules', file)).toEqual({
      status: 0,
      said: expect.stringContaining(`${exprs.length} rules found`),
    });
  });

  test('has nothing to say of our own names', () => {
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { encoding: 'utf8', input: scrape.text });
    // The library's own names are no example.
    const said = (stdout + stderr).split('\n').filter((line) => line !== '' && !/^(?:nodejs|process)_/.test(line));
    expect(said).toEqual([]);
  });
});
