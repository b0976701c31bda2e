import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { bundleGateway } from './support/compiled-gateway.js';

const root = resolve(import.meta.dirname, '..');

/** A small program where this one is. */
let app: string;
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'outdial-build-'));
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'assets.mjs', 'bundle.config.mjs'])
    cpSync(join(root, name), join(app, name));
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  execFileSync(process.execPath, [join(root, 'assets.mjs'), join(app, 'src')]);
  put('src/coordination/redis/one.ts', 'export const one = 1;');
  put('src/ledger/redis/one.ts', 'export const one = 1;');
  put('src/ledger/postgres/one.ts', 'export const one = 1;');
  put('dist/main.js', 'of the version before');
  put('dist/removed.js', 'of the version before');
});
afterEach(() => {
  rmSync(app, { recursive: true });
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), content);
}

/** The exit code of the script, `build` if none is named. */
function build(script = 'build'): number | null {
  const env = { PATH: process.env.PATH ?? '', HOME: app, npm_config_update_notifier: 'false' };
  return spawnSync('npm', ['run', '--silent', script], { cwd: app, env }).status;
}

test('a build that fails leaves what was built before, from which a gateway may start again', () => {
  put('src/main.ts', "export const main: number = 'not a number';");
  expect(build()).not.toBe(0);
  expect(readdirSync(join(app, 'dist')).sort()).toEqual(['main.js', 'removed.js']);
});

test('a build takes the place of the one before, with the scripts and migrations, and nothing that is no more', () => {
  put('src/main.ts', 'export const main = 1;');
  expect(build()).toBe(0);
  expect(existsSync(join(app, 'dist/removed.js'))).toBe(false);
  expect(readdirSync(app)).not.toContain('dist.next');
  const built = readdirSync(join(app, 'dist'), { recursive: true, encoding: 'utf8' });
  const assets = readdirSync(join(app, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.endsWith('.ts'),
  );
  expect(built).toEqual(expect.arrayContaining(['main.js', ...assets]));
});

test('a bundle runs without packages, finds its scripts and migrations, and names the licenses of what is in it', () => {
  put('src/main.ts', "import 'reflect-metadata'; export const main = 1; console.log(typeof Reflect.getMetadata);");
  put('src/migrate.ts', 'export const migrate = 1;');
  put('src/check-policy.ts', 'export const check = 1;');
  expect(build('bundle')).toBe(0);
  const bundle = join(app, 'bundled');
  cpSync(join(app, 'dist/bundle'), bundle, { recursive: true });
  for (const gone of ['dist', 'node_modules']) rmSync(join(app, gone), { recursive: true });
  const { stdout, stderr } = spawnSync(process.execPath, [join(bundle, 'main.js')], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['function\n', '']);
  expect(readFileSync(join(bundle, 'licenses.md'), 'utf8')).toContain('## reflect-metadata');
  expect(readdirSync(bundle)).toEqual(expect.arrayContaining(['commit.lua', 'migrations', 'scripts']));
  const scripts = join(root, 'src/coordination/redis/scripts');
  expect(readdirSync(join(bundle, 'scripts')).sort()).toEqual(readdirSync(scripts).sort());
});

describe('the bundle of the image', () => {
  let image: string;
  beforeAll(() => {
    image = bundleGateway();
  });
  afterAll(() => {
    rmSync(image, { recursive: true });
  });
  const files = () =>
    readdirSync(join(image, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));

  test('has less than a quarter of the 40 MB that it may have', () => {
    const bytes = files().reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(10_000_000);
  });

  test('has a list for scanners, of every package whose license it has', () => {
    const read = (name: string) => readFileSync(join(image, 'dist', name), 'utf8');
    const licensed = [...read('licenses.md').matchAll(/^## (\S+) - (\S+) \(/gm)].map(([, name, version]) => [
      name,
      version,
    ]);
    const { components } = JSON.parse(read('sbom.cdx.json')) as {
      components: { group?: string; name: string; version: string; purl: string }[];
    };
    const listed = components.map(({ group, name, version }) => [group ? `${group}/${name}` : name, version]);
    expect(licensed.map(([name]) => name)).toEqual(expect.arrayContaining(['graphql', 'ws', 'ioredis']));
    expect(listed).toEqual(expect.arrayContaining(licensed));
    expect(components.filter(({ purl }) => !purl.startsWith('pkg:npm/'))).toEqual([]);
  });

  test.each(['GraphQLSchema', 'ConnectServiceException', 'ServiceException'])('has one class %s', (name) => {
    const code = files()
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(code.match(new RegExp(`\\b${name} = class\\b`, 'g'))).toHaveLength(1);
  });
});
