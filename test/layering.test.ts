import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { byThemselves, everywhere, mayImport } from './support/layers.js';

const root = resolve(import.meta.dirname, '../src');

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function roomOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

/** What a file imports: our files relative to `src`, packages by name. */
function importsOf(file: string): { readonly ours: readonly string[]; readonly packages: readonly string[] } {
  const path = join(root, file);
  const names = ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    ours: names
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(root, resolve(dirname(path), name)).replace(/\.js$/, '.ts')),
    packages: names.filter((name) => !name.startsWith('.')),
  };
}

test.each(files)('%s imports only what lies below it', (file) => {
  const room = roomOf(file);
  const allowed = [room, ...(mayImport[room] ?? []), ...(byThemselves.includes(room) ? [] : everywhere)];
  expect(mayImport).toHaveProperty([room]);
  expect(importsOf(file).ours.filter((imported) => !allowed.includes(roomOf(imported)))).toEqual([]);
});

test('every permit is used', () => {
  const imported = (room: string) =>
    new Set(files.filter((file) => roomOf(file) === room).flatMap((file) => importsOf(file).ours.map(roomOf)));
  const unused = Object.entries(mayImport).flatMap(([room, permits]) => {
    const used = imported(room);
    return permits.filter((permit) => !used.has(permit)).map((permit) => `${room} -> ${permit}`);
  });
  expect(unused).toEqual([]);
});

test('no file imports itself, over however many others', () => {
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const imported of importsOf(file).ours) {
      const circle = circleFrom(imported, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  expect(files.map((file) => circleFrom(file, [])).find((circle) => circle)).toBeUndefined();
});

/** Everything that the entries of the image import, and what that imports. */
function production(): readonly string[] {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    importsOf(file).ours.forEach(visit);
  };
  for (const entry of ['main.ts', 'check-policy.ts']) visit(entry);
  return [...reached];
}

test('the production entry reaches neither the simulator nor the development keys', () => {
  const rooms = production().map(roomOf);
  expect(rooms).toContain('calls');
  expect(rooms.filter((room) => ['simulator', 'development'].includes(room))).toEqual([]);
});

test('the production entry needs exactly the dependencies that are not for development', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as { dependencies: object };
  const used = production()
    .flatMap((file) => importsOf(file).packages)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2) : name.split('/').slice(0, 1)).join('/'));
  expect([...new Set(used)].sort()).toEqual(Object.keys(dependencies).sort());
});

test('only entry points touch the environment of the process', () => {
  const readers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
  expect(
    readers.filter((file) => !/^(main|migrate|check-policy|development\/\w[\w-]*|simulator\/main)\.ts$/.test(file)),
  ).toEqual([]);
});

test('what knows nothing of GraphQL uses no package of it', () => {
  const without = [
    'connect',
    'events',
    'ledger',
    'coordination',
    'stores',
    'postgres',
    'redis',
    'numbers',
    'time-zones',
    'policy',
    'policy-file',
    'guard',
    'config',
    'store-settings',
    'environment',
    'small-file',
    'simulator',
  ];
  const packages = /^(?:graphql|type-graphql|graphql-[\w-]+|@apollo\/.+|@graphql-.+)(?:\/|$)/;
  const usingIt = files.filter((file) => importsOf(file).packages.some((name) => packages.test(name)));
  expect(usingIt).not.toEqual([]);
  expect(usingIt.filter((file) => without.includes(roomOf(file)))).toEqual([]);
});

test('what opens the stores and the migrations alone reach into them, and the composition root alone constructs services and resolvers', () => {
  const stores = /^(?:ledger|coordination)\/(?:memory|postgres|redis)\//;
  const reaching = files.filter((file) =>
    importsOf(file).ours.some((one) => stores.test(one) && roomOf(file) !== roomOf(one)),
  );
  expect(reaching).toEqual(['migrate.ts', 'stores.ts']);
  const constructing = files.filter((file) =>
    /\bnew \w+(?:Service|Resolver)\(/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(constructing).toEqual(['gateway.ts']);
});

test('the SDK is spoken to through one door', () => {
  const senders = files.filter((file) => importsOf(file).packages.includes('@aws-sdk/client-connect'));
  const clients = senders.filter((file) => /\bnew ConnectClient\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(clients).toEqual(['connect/client.ts']);
  expect(senders.filter((file) => roomOf(file) === 'simulator')).toEqual([]);
});
