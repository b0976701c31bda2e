import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tzifBytes } from './tzif-bytes.js';

/** A new directory like /usr/share/zoneinfo with these files in it. */
export function zoneinfoFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-zoneinfo-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** A zone's file that has one rule, such as EST5EDT,M3.2.0,M11.1.0, for all times. */
export function ruled(rule: string): Buffer {
  return tzifBytes({ footer: rule });
}
