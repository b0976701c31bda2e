import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A policy that asks these do-not-call lists and nothing else, in a file of its own. */
export function policyFile(lists: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'outdial-')), 'policy.yaml');
  const named = Object.fromEntries(lists.map((list) => [list, { kind: 'doNotCall', store: 'ledger' }]));
  const tests = [{ at: '2026-11-30T12:00:00Z', to: '+12065550100', as: 'acme', expect: 'ALLOW' }];
  const policy = { apiVersion: 'outdial/policy/v1', version: 'of the tests', maxAge: '7d', lists: named, tests };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ ...policy, defaults: { mode: 'enforce', onUnknown: 'refuse', lists } }));
  return path;
}
