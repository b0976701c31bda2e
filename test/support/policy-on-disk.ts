import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A policy that allows calls of acme at any hour, with further settings; each is a member of the file, in the flow style of YAML. */
export function policyText(settings: Readonly<Record<string, string>> = {}): string {
  const members = {
    apiVersion: 'outdial/policy/v1',
    version: "'1'",
    maxAge: '1d',
    defaults: '{ destination: { callingCodes: ["1"] } }',
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+4930123456", as: acme, expect: [CALLING_CODE_NOT_ALLOWED] }]',
    ...settings,
  };
  return Object.entries(members)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** The settings of a policy with these do-not-call lists, and no further check. */
export function listSettings(lists: readonly string[]): Readonly<Record<string, string>> {
  return {
    lists: JSON.stringify(Object.fromEntries(lists.map((list) => [list, { kind: 'doNotCall', store: 'ledger' }]))),
    defaults: JSON.stringify({ lists }),
    tests: '[{ at: 2027-01-12T17:00:00Z, to: "+12065550100", as: acme, expect: ALLOW }]',
  };
}

/** A policy in a file of its own, which a test may write anew. */
export class PolicyOnDisk {
  readonly #folder = mkdtempSync(join(tmpdir(), 'outdial-policy-'));
  readonly path = join(this.#folder, 'policy.yaml');

  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.write(settings);
  }

  write(settings: Readonly<Record<string, string>>): void {
    writeFileSync(this.path, policyText(settings));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
