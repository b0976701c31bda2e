import { cpSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What src has that is not TypeScript: compiled code looks for it beside itself. */
const assets = ['coordination/redis/scripts', 'ledger/redis/commit.lua', 'ledger/postgres/migrations'];

/** Copies them from the folder `from` into the folder `to` itself, where a bundle looks for them. */
export function copyAssetsFlat(from, to) {
  for (const asset of assets) cpSync(join(from, asset), join(to, basename(asset)), { recursive: true });
}

// `node assets.mjs TO` copies them from src to the same places of the folder TO.
if (realpathSync(process.argv[1]) === import.meta.filename) {
  const [, , to] = process.argv;
  for (const asset of assets) cpSync(join(import.meta.dirname, 'src', asset), join(to, asset), { recursive: true });
}
