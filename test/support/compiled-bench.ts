import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildGateway } from './compiled-gateway.js';

const root = resolve(import.meta.dirname, '../..');

/** The compiled gateway in a folder of its own, with the compiled bench beside it. */
export function buildBench(): ReturnType<typeof buildGateway> & { readonly bench: string } {
  const built = buildGateway();
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const outDir = join(built.dist, 'bench');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'bench'), '--outDir', outDir]);
  return { ...built, bench: join(outDir, 'bench') };
}
