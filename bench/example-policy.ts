import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { PolicyDocument } from '../src/policy/policy-document.js';
import { dayNames } from '../src/policy/weekly-hours.js';
import { seed } from '../src/simulator/seed.js';

/** More calls than a run places. */
const max = 1_000_000;

/** deploy/policy.example.yaml in a folder of its own, as far as the calls of the bench need it otherwise: their flow and caller number, caps and hours that refuse none of them. */
export function examplePolicy(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-policy-'));
  const path = join(folder, 'policy.yaml');
  const example = parse(readFileSync(resolve('deploy/policy.example.yaml'), 'utf8')) as PolicyDocument;
  const { defaults, tenants } = example;
  const { destination, callerId, frequency = [] } = defaults;
  const policy = {
    ...example,
    defaults: {
      ...defaults,
      destination: { ...destination, prefixVelocity: { ...destination?.prefixVelocity, max } },
      callerId: { ...callerId, cap: { ...callerId?.cap, max } },
      frequency: frequency.map((cap) => ({ ...cap, max })),
      hours: { ...defaults.hours, open: openToday() },
    },
    tenants: {
      // Whose all callers are where no claim names a tenant.
      default: {
        ...tenants?.acme,
        route: { flows: [seed.flows.salesOutbound], queues: [] },
        callerId: { numbers: [seed.numbers.us.number] },
      },
    },
    // Its own are of the hours and flows that were changed.
    tests: [{ at: '2027-01-12T17:00:00Z', to: '+881612345678', as: 'default', expect: ['CALLING_CODE_NOT_ALLOWED'] }],
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(policy));
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Today, yesterday and tomorrow are open anywhere on earth, and another day is closed: hours that never close would not be looked at. */
function openToday(): Readonly<Record<string, readonly string[]>> {
  const closed = (new Date().getUTCDay() + 3) % dayNames.length;
  return Object.fromEntries(dayNames.filter((_, day) => day !== closed).map((day) => [day, ['00:00-24:00']]));
}
