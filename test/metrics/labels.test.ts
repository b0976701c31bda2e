import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { alarms, callResults } from '../../src/meters.js';
import { maxTenants, Metrics } from '../../src/metrics/metrics.js';
import { Scrape } from '../support/scrape.js';

const scrapeOf = async (metrics: Metrics) => Scrape.parse(await metrics.text(), metrics.contentType);

test('so many tenants are told apart, and the others counted together', async () => {
  const metrics = new Metrics({ tenantLabel: true });
  for (let tenant = 0; tenant < maxTenants + 5; tenant += 1) metrics.callEnded('placed', `tenant-${tenant}`);
  metrics.callEnded('placed', 'tenant-0');
  const scrape = await scrapeOf(metrics);
  expect(scrape.valuesOf('outdial_calls_total', 'tenant')).toHaveLength(maxTenants + 1);
  expect(scrape.sum('outdial_calls_total', { tenant: 'tenant-0' })).toBe(2);
  expect(scrape.sum('outdial_calls_total', { tenant: 'other' })).toBe(5);
});

test('what counts the calls of a tenant begins at zero when the tenant is met, and that of the others together', async () => {
  const metrics = new Metrics({ tenantLabel: true });
  metrics.operationEnded({ rootFields: [], code: 'OK', tenant: 'acme' });
  const resultsOf = async (tenant: string) =>
    (await scrapeOf(metrics)).samples
      .filter(({ name, labels }) => name === 'outdial_calls_total' && labels.tenant === tenant)
      .map(({ labels, value }) => [labels.result, value]);
  expect(await resultsOf('acme')).toEqual(callResults.map((result) => [result, 0]));
  for (let tenant = 0; tenant < maxTenants + 5; tenant += 1) metrics.callEnded('placed', `tenant-${tenant}`);
  // One of the first hundred is acme.
  expect(await resultsOf('other')).toEqual(callResults.map((result) => [result, result === 'placed' ? 6 : 0]));
});

test('a tenant may have any name', async () => {
  const metrics = new Metrics({ tenantLabel: true });
  const name = 'a "tenant"\nwith \\ and } in it';
  metrics.callEnded('placed', name);
  const [sample] = (await scrapeOf(metrics)).samples.filter(({ labels }) => 'tenant' in labels);
  expect(sample?.labels.tenant).toBe(
    name.replace('"t', '\\"t').replace('t"', 't\\"').replace('\\ ', '\\\\ ').replace('\n', '\\n'),
  );
});

test('without METRICS_TENANT_LABEL no sample has a tenant', async () => {
  const metrics = new Metrics({ tenantLabel: false });
  metrics.callEnded('placed', 'acme');
  metrics.operationEnded({ rootFields: [], code: 'OK', tenant: 'acme' });
  expect(await metrics.text()).not.toMatch(/tenant=|acme/);
});

test('whatever status comes, there are few', async () => {
  const metrics = new Metrics({ tenantLabel: false });
  for (let status = 100; status < 1_000; status += 1) metrics.connectAnswered('StopContact', status, 1);
  metrics.connectAnswered('StopContact', undefined, 1);
  const told = (await scrapeOf(metrics)).valuesOf('outdial_connect_requests_total', 'status');
  expect(told).toEqual(expect.arrayContaining(['200', '429', '503', '2xx', '4xx', '5xx', 'none']));
  expect(told.length).toBeLessThan(30);
});

test('a field that is asked for several times, and several that the schema does not have, count once', async () => {
  const metrics = new Metrics({ tenantLabel: false });
  metrics.countFields(['queues']);
  metrics.operationEnded({ rootFields: ['queues', 'queues', 'a', 'b', '__proto__'], code: 'OK', tenant: undefined });
  const scrape = await scrapeOf(metrics);
  expect(scrape.sum('outdial_operations_total', { field: 'queues' })).toBe(1);
  expect(scrape.sum('outdial_operations_total', { field: 'other' })).toBe(1);
  expect(scrape.sum('outdial_operations_total')).toBe(2);
});

test('every line of the log that begins with ALARM is counted where it is written', () => {
  const src = resolve(import.meta.dirname, '../../src');
  const counted = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('simulator/'))
    .flatMap((file) => {
      const lines = readFileSync(join(src, file), 'utf8').split('\n');
      return lines.flatMap((line, index) =>
        /['"`]ALARM/.test(line) ? [/\.alarmRaised\('(\w+)'\)/.exec(lines[index + 1] ?? '')?.[1]] : [],
      );
    });
  expect(new Set(counted)).toEqual(new Set(alarms));
});
