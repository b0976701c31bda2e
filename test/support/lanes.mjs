import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * Packages that start or drive something outside of the test's process, a redis-server, a browser, the AWS CLI, a compiled gateway, or are routers of others; and
 * a harness that needs nothing but too long a time for whoever types.
 */
const outside = ['node:child_process', 'playwright-core', '@apollo/gateway', 'test/schedules/schedule.ts'];
/** What starts a server within it. */
const servers = ['src/gateway.ts', 'src/simulator/server.ts', 'src/http/app.ts', 'src/development/development.ts'];

/** Every test file by its lane, which follows from what it imports, over however many files of the tests. */
export function lanes() {
  const imports = new Map();
  const importsOf = (file) => {
    if (!imports.has(file)) imports.set(file, importsIn(file));
    return imports.get(file);
  };
  const lists = { unit: [], gateway: [], outside: [] };
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => file.endsWith('.test.ts')).sort()) {
    const reached = new Set([`test/${name}`]);
    for (const file of reached) if (file.startsWith('test/')) importsOf(file).forEach((one) => reached.add(one));
    const isAny = (some) => some.some((one) => reached.has(one));
    lists[isAny(outside) ? 'outside' : isAny(servers) ? 'gateway' : 'unit'].push(`<rootDir>/test/${name}`);
  }
  return lists;
}

/** Our files from the root on, packages by their names. */
function importsIn(file) {
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const names = [...readFileSync(path, 'utf8').matchAll(/ from '([^']+)'/g)].map(([, name]) => name);
  return names.map((name) =>
    name.startsWith('.')
      ? resolve(dirname(path), name)
          .slice(root.length + 1)
          .replace(/\.js$/, '.ts')
      : name,
  );
}
