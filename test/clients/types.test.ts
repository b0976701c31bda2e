import { CriticalityLevel, diff, validate } from '@graphql-inspector/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  printSchema,
  Source,
  type IntrospectionQuery,
} from 'graphql';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fenceNamed, fences } from '../support/pages.js';
import { withGateway } from '../support/start-gateway.js';

const root = resolve(import.meta.dirname, '../..');
const schemaText = await readFile(join(root, 'schema.client.graphql'), 'utf8');

/** A frontend of one file, with this repository's packages. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outdial-client-'));
  await mkdir(join(folder, 'app'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'schema.client.graphql'), join(folder, 'schema.client.graphql'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: [],
    plugins: [JSON.parse(fenceNamed('gql-tada-plugin')) as object],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['app'] }));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a tool of this repository prints, run in the folder; its status does not matter. */
async function run(tool: string, ...args: readonly string[]): Promise<string> {
  const script = join(root, 'node_modules', tool);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd: folder }).catch(
    (error: unknown) => error as { stdout: string },
  );
  return stdout;
}

/** The lines of a file that the compiler refuses, in order. */
async function refusedLines(name: string, text: string): Promise<string[]> {
  await writeFile(join(folder, 'app', name), text);
  const told = await run('typescript/bin/tsc', '-p', '.');
  const places = [...told.matchAll(/^(\S+)\((\d+),\d+\): error/gm)];
  expect(places.filter(([, file]) => file !== `app/${name}`)).toEqual([]);
  return places.map(([, , line]) => text.split('\n')[Number(line) - 1] ?? '');
}

const operation = `mutation Place($input: StartOutboundVoiceContactInput!) {
  startOutboundVoiceContact(input: $input) { id status createdAt: initiationTimestamp }
}`;

/** What follows the definition of \`Place\`, with the types of its variables and of its result. */
const uses = `
export const right: Variables = { input: { contactFlowId: 'f', destinationPhoneNumber: '+12065550100' } };
export const wrong: Variables = { input: { contactFlowId: 'f', destinationPhoneNumber: 12065550100 } };
export const misspelt: Variables = { input: { contactFlowId: 'f', destinationPhoneNumber: '', destination: '' } };
export const missing: Variables = { input: { contactFlowId: 'f' } };
export const at = (result: Result): string | null | undefined => result.startOutboundVoiceContact?.createdAt;
export const none = (result: Result): unknown => result.startOutboundVoiceContact?.queueId;
`;
const wrongUses = [
  expect.stringContaining('const wrong'),
  expect.stringContaining('const misspelt'),
  expect.stringContaining('const missing'),
  expect.stringContaining('const none'),
];

test('gql.tada: what does not fit the schema does not compile', async () => {
  await writeFile(join(folder, 'app/graphql.ts'), fenceNamed('gql-tada-graphql'));
  await run('gql.tada/bin/cli.js', 'generate', 'output');
  const text = `import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from './graphql.ts';
const Place = graphql(\`${operation}\`);
type Variables = VariablesOf<typeof Place>;
type Result = ResultOf<typeof Place>;
${uses}`;
  expect(await refusedLines('tada.ts', text)).toEqual(wrongUses);
  await rm(join(folder, 'app'), { recursive: true });
  await mkdir(join(folder, 'app'));
});

test('the client preset of codegen: what does not fit the schema does not compile', async () => {
  const text = `import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';
import { graphql } from './gql/index.ts';
export const Place = graphql(\`${operation}\`);
type Variables = VariablesOf<typeof Place>;
type Result = ResultOf<typeof Place>;
${uses}`;
  await writeFile(join(folder, 'codegen.yml'), fenceNamed('codegen-client-preset'));
  await writeFile(join(folder, 'app/preset.ts'), text);
  await run('@graphql-codegen/cli/cjs/bin.js', '--config', 'codegen.yml', '--silent');
  expect(await refusedLines('preset.ts', text)).toEqual(wrongUses);
});

test('graphql-inspector: the operations of the pages, the tests and the console are valid, and use nothing deprecated', async () => {
  const files = ['test', 'console/src'].map((from) => readdir(join(root, from), { recursive: true }));
  const paths = (await Promise.all(files)).flatMap((names, index) =>
    names.map((name) => join(root, ['test', 'console/src'][index]!, name)).filter((path) => path.endsWith('.graphql')),
  );
  const texts = [...(await Promise.all(paths.map((path) => readFile(path, 'utf8')))), ...fences('graphql')];
  const ofClients = texts.filter((text) => /^(query|mutation|subscription|fragment) /m.test(text));
  expect(ofClients.length).toBeGreaterThan(5);
  // One by one: the same name may stand in several.
  const invalid = ofClients.flatMap((text) => validate(buildSchema(schemaText), [new Source(text)]));
  expect(invalid.map(({ errors, deprecated }) => [...errors, ...deprecated].map(({ message }) => message))).toEqual([]);
});

test('graphql-inspector: a gateway in development has the schema of the file', async () => {
  const pages = { landingPage: {}, addRoutes: () => Promise.resolve() };
  await withGateway({ parts: { pages } }, async (gateway) => {
    const { data } = await gateway.ask<IntrospectionQuery, never>(getIntrospectionQuery({ specifiedByUrl: true }));
    const told = buildSchema(printSchema(buildClientSchema(data!)));
    const file = buildSchema(schemaText);
    const changes = (await diff(file, told)).filter(({ type }) => !String(type).endsWith('DESCRIPTION_CHANGED'));
    // Besides, what routers ask for.
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter(({ message }) => !/'(_\w+|Query\._\w+|authorize)'/.test(message))).toEqual([]);
    const renamed = buildSchema(schemaText.replace('initiationTimestamp: DateTime', 'renamed: DateTime'));
    const breaking = (await diff(file, renamed)).filter(
      ({ criticality }) => criticality.level === CriticalityLevel.Breaking,
    );
    expect(breaking.map(({ path }) => path)).toEqual(['Contact.initiationTimestamp']);
  });
});

test('the page names each client with the version that is run', async () => {
  const page = await readFile(join(root, 'docs/frontend.md'), 'utf8');
  const [, section = ''] = /^## Clients\n(.*?)^What stays refused/ms.exec(page) ?? [];
  const named = [...section.matchAll(/^\| `([^`]+)` +\| (\S+) /gm)].map(([, name, version]) => [name, version]);
  expect(named.length).toBeGreaterThan(10);
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const versions = { ...dependencies, ...devDependencies };
  expect(named).toEqual(named.map(([name = '']) => [name, versions[name]]));
});
