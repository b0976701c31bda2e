import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: true;
  /** Left out with `--omit=dev`. */
  readonly dev?: true;
}

const read = (path: string) => readFileSync(join(resolve(import.meta.dirname, '..'), path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const locked = Object.entries((JSON.parse(read('package-lock.json')) as { packages: object }).packages) as [
  string,
  LockedPackage,
][];
const versions = { ...manifest.dependencies, ...manifest.devDependencies };

const [, section = ''] = /^## Dependencies\n(.*?)(?=^## |(?![^]))/ms.exec(read('CONTRIBUTING.md')) ?? [];
/** Package, version and reason of each that is held back. */
const heldBack = section
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|$/g, '').trim()))
  .map(([name = '', version = '', reason = '']) => ({ name: name.replaceAll('`', ''), version, reason }));

/** The ranges in which any installed `asker` wants `wanted`. */
function rangesAsked(asker: string, wanted: string): unknown[] {
  const askers = locked.filter(([path]) => path.endsWith(`node_modules/${asker}`)).map(([, its]) => its);
  return [...new Set(askers.map((its) => its.peerDependencies?.[wanted] ?? its.dependencies?.[wanted]))];
}

test('are exact versions', () => {
  expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('that are held back have the version that the page says', () => {
  expect(heldBack.length).toBeGreaterThan(0);
  expect(heldBack.map(({ name, version }) => [name, version])).toEqual(
    heldBack.map(({ name }) => [name, versions[name]]),
  );
});

test('are held back, and overridden, by what still asks for it', () => {
  const asked = heldBack.flatMap(({ name, reason }) =>
    [...reason.matchAll(/`([^`]+)`(?: of `[^`]+`)? asks for `([^`]+)`/g)].map(([, asker, range]) => [
      name,
      asker,
      range,
    ]),
  );
  const overridden = [
    ...section.matchAll(/`([^`]+)` of the (?:router in the tests|tables of numbers) asks for `([^`]+)` of `([^`]+)`/g),
  ].map(([, asker = '', range = '', wanted = '']) => ({ asker, range, wanted }));
  expect(manifest.overrides).toEqual(
    Object.fromEntries(overridden.map(({ asker, wanted }) => [asker, { [wanted]: `$${wanted}` }])),
  );
  const all = [...asked, ...overridden.map(({ asker, range, wanted }) => [wanted, asker, range])];
  expect(all.length).toBeGreaterThan(4);
  expect(all.map(([name = '', from = '']) => [name, from, rangesAsked(from, name)])).toEqual(
    all.map(([name, from, its]) => [name, from, [its]]),
  );
});

test('run on the Node whose types they have, in the container too', () => {
  const images = [...read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major);
  const majors = [versions.node, versions['@types/node']].map((version = '') => version.split('.')[0]);
  expect(new Set([...images, ...majors]).size).toBe(1);
});

test('run no script at their installation, but for Node itself, and each is decided upon', () => {
  const withScripts = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  const names = withScripts.map((path) => path.replace(/^.*node_modules\//, ''));
  expect(manifest.allowScripts).toEqual(Object.fromEntries(names.map((name) => [name, name === 'node'])));
});

test('of development are not installed for production, but for three that production needs itself', () => {
  const isForAll = (name: string) => !locked.some(([path, { dev }]) => path === `node_modules/${name}` && dev);
  expect(Object.keys(manifest.devDependencies).filter(isForAll)).toEqual([
    '@graphql-typed-document-node/core',
    '@smithy/signature-v4',
    '@types/node',
  ]);
});
