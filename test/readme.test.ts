import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, isEnumType, isInputObjectType, isObjectType, Kind, parse, validate } from 'graphql';
import type { GraphQLNamedType } from 'graphql';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { scopesOn } from '../src/access/schema-guards.js';
import { leaseMs } from '../src/calls/placing.js';
import { readConfig, variables } from '../src/config.js';
import { quotaFor } from '../src/connect/quotas.js';
import { prefill } from '../src/development/prefill.js';
import { errorCodes } from '../src/errors.js';
import { scopes } from '../src/graphql/authorize.js';
import { maxProblems } from '../src/graphql/validate-input.js';
import { defaultBodyLimitBytes, defaultDrainTimeoutMs } from '../src/http/app.js';
import { defaultLimits } from '../src/http/limits.js';
import { magicNumbers } from '../src/simulator/magic-numbers.js';
import { routes } from '../src/simulator/routes.js';
import { startSimulator } from '../src/simulator/server.js';
import type { RunningSimulator } from '../src/simulator/server.js';
import { defaultSettings } from '../src/simulator/settings.js';
import { keptForMs } from '../src/state/state.js';
import { usableAtOnce } from '../src/state/turns.js';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);

/** The code fences of a language, in the order of the page. */
function fences(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , content]) => content ?? '');
}

/** The rows of the one table whose header begins with these cells; code marks are kept. */
function table(...header: string[]): string[][] {
  const tables = readme
    .replace(/^```.*?^```$/gms, '')
    .split(/\n\n+/)
    .filter((block) => block.startsWith('|'))
    .map((block) => block.trim().split('\n').map(cellsOf));
  const [found, second] = tables.filter(([cells]) => header.every((cell, index) => cells?.[index] === cell));
  expect([header, second]).toEqual([header, undefined]);
  return found?.slice(2) ?? [];
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/\\([_*])/g, '$1'));
}

/** What stands between code marks in a cell. */
function codesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
}

const plain = (cell = '') => cell.replaceAll('`', '');
const sorted = (names: Iterable<string>) => [...names].sort();

/** The operations that the gateway's code sends to Connect. */
const sentOperations = sorted(
  new Set(
    sources
      .filter((file) => !file.startsWith('src/simulator/'))
      .flatMap((file) => [...read(file).matchAll(/\bnew ([A-Z]\w+)Command\(/g)].map(([, name]) => name ?? '')),
  ),
);

const schema = buildSchema(read('schema.graphql'), { assumeValidSDL: true });

describe('a table says what the code says:', () => {
  test('the variables of production', () => {
    expect(Object.fromEntries(table('Variable', 'Meaning').map(([name, meaning]) => [plain(name), meaning]))).toEqual(
      variables,
    );
  });

  test('the variables of development and of the simulator', () => {
    const named = table('Development variable').map(([name]) => plain(name));
    const [, readThere = ''] = /const \{ ([^}]+) \} = env;/.exec(read('src/development/development-config.ts')) ?? [];
    expect(sorted(named)).toEqual(sorted(readThere.split(', ').map((name) => name.replace(/ = .*/, ''))));
    const ofSimulator = [...read('src/simulator/main.ts').matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name);
    expect(sorted(table('Simulator variable').map(([name]) => plain(name)))).toEqual(ofSimulator.sort());
  });

  test('the error codes', () => {
    const rows = table('Code', 'Meaning', 'Retryable').map(([code, meaning, retryable]) => [
      plain(code),
      { meaning, retryable: retryable === 'true' },
    ]);
    expect(Object.fromEntries(rows)).toEqual(errorCodes);
  });

  test('the limits', () => {
    const { rootFields, ...others } = defaultLimits;
    const rows = table('Limit', 'At most').map(([name, most]) => [plain(name), Number(most?.replaceAll(',', ''))]);
    expect(Object.fromEntries(rows)).toEqual({
      bodyBytes: defaultBodyLimitBytes,
      ...others,
      ...Object.fromEntries(Object.entries(rootFields).map(([kind, most]) => [`rootFields.${kind}`, most])),
    });
  });

  test('the magic numbers', () => {
    const rows = table('Number', 'Name').map(([number, name, what]) => ({ number, name: plain(name), what }));
    expect(rows).toEqual(magicNumbers);
  });

  test('the operations of the simulator, and which of them the gateway sends', () => {
    const rows = table('Operation', 'Binding').map(([name, binding, sent]) => [plain(name), plain(binding), sent]);
    const expected = routes.map(({ method, path, operation: { name } }) => [
      name,
      `${method} ${path}`,
      sentOperations.includes(name) ? 'yes' : 'no',
    ]);
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });

  test('the settings of the simulator', () => {
    const { timings, ...others } = defaultSettings;
    const inMs = Object.fromEntries(Object.entries(timings).map(([name, value]) => [`timings.${name}`, value]));
    const expected = Object.entries({ ...others, ...inMs }).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    const rows = table('Setting', 'Default').map(([name, value]) => [plain(name), plain(value)]);
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });

  test('the control requests of the simulator', () => {
    const known = [...read('src/simulator/control.ts').matchAll(/case '(\w+ \/_simulator\/\w+)'/g)];
    expect(sorted(table('Request').map(([request]) => plain(request)))).toEqual(
      sorted(known.map(([, request]) => request ?? '')),
    );
  });

  test('the quotas of what is sent to Connect', () => {
    const rows = table('Operation', 'A second', 'Burst').map(([name, rate, burst]) => [
      plain(name),
      { ratePerSecond: Number(rate), burst: Number(burst) },
    ]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(sentOperations.map((name) => [name, quotaFor(name, new Map())])),
    );
  });

  test('the commands', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const rows = table('Command').map(([command]) => plain(command).replace(/^npm (?:run )?/, ''));
    expect(sorted(rows)).toEqual(sorted(Object.keys(scripts)));
    const run = [...readme.matchAll(/\bnpm run (?:--silent )?([\w-]+(?::[\w-]+)*)/g)].map(([, script]) => script ?? '');
    expect(run.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

describe('the rules of the input', () => {
  const named = table('Rule', 'What to do').flatMap(([rules]) => codesIn(rules));
  const literals = (file: string, pattern: RegExp) => [...read(file).matchAll(pattern)].map(([, name]) => name ?? '');
  const ruleFiles = sources.filter((file) => /^src\/(?:graphql\/rules|calls)\//.test(file));

  test('are those that code reports', () => {
    const own = ruleFiles.flatMap((file) => literals(file, /\brule: '(\w+)'/g));
    const ofNumbers = literals('src/graphql/rules/phone-number.rule.ts', /^ {2}(phoneNumber\w+):/gm);
    const ofVariables = literals('src/http/variables.ts', /\brule: ([^,}]+)/g).flatMap((text) =>
      [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? ''),
    );
    // class-validator names a rule as its decorator, with a small initial; these report nothing.
    const silent = ['isOptional', 'validateIf', 'validateNested'];
    const ofDecorators = ruleFiles
      .filter((file) => file.endsWith('.input.ts'))
      .flatMap((file) => literals(file, /^import \{ ([^}]+) \} from 'class-validator';$/gm))
      .flatMap((names) => names.split(', ').map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`))
      .filter((name) => !silent.includes(name));
    for (const some of [own, ofNumbers, ofVariables, ofDecorators]) expect(some).not.toEqual([]);
    expect(sorted(named)).toEqual(sorted(new Set([...own, ...ofNumbers, ...ofVariables, ...ofDecorators])));
  });

  test('are reported as often as the page says', () => {
    expect(readme).toContain(`up to ${maxProblems}, each with its \`path\``);
  });

  test('stand in the example', () => {
    const example = fences('json').find((json) => json.includes('"BAD_USER_INPUT"')) ?? '{}';
    const { message, extensions } = JSON.parse(example) as {
      message: string;
      extensions: { fields: { rule: string }[] };
    };
    expect(message).toContain(`breaks ${extensions.fields.length} rules`);
    expect(extensions.fields.filter(({ rule }) => !named.includes(rule))).toEqual([]);
  });
});

/** What of a type `@authorize` can stand on. */
function elementsOf(type: GraphQLNamedType): readonly (Parameters<typeof scopesOn>[0] & { readonly name: string })[] {
  if (isEnumType(type)) return type.getValues();
  if (isObjectType(type)) return Object.values(type.getFields());
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

describe('the scopes', () => {
  const rows = table('Scope', 'Allows', 'Needed by');
  const guarded = Object.values(schema.getTypeMap()).flatMap((type) =>
    elementsOf(type).map((element) => ({ at: `${type.name}.${element.name}`, needs: scopesOn(element) })),
  );

  test('are those there are', () => {
    expect(rows.map(([scope]) => plain(scope))).toEqual(Object.keys(scopes));
  });

  test.each(Object.keys(scopes))('%s is needed by what the page says', (scope) => {
    const [, , neededBy] = rows.find(([name]) => plain(name) === scope) ?? [];
    const isNamedByTheSentence = (at: string) => scope === 'contacts:read' && at.startsWith('Contact.');
    const needing = guarded.filter(({ at, needs }) => needs.includes(scope) && !isNamedByTheSentence(at));
    expect(sorted(codesIn(neededBy).filter((code) => code.includes('.')))).toEqual(sorted(needing.map(({ at }) => at)));
  });

  test('contacts:read is needed by every field of Contact except its ids', () => {
    const open = guarded.filter(({ at, needs }) => at.startsWith('Contact.') && !needs.includes('contacts:read'));
    expect(sorted(open.map(({ at }) => at))).toEqual(['Contact.id', 'Contact.instanceId']);
  });
});

describe('GraphQL', () => {
  const documents = fences('graphql').map((text) => ({ text, document: parse(text) }));
  const isOperation = ({ document }: (typeof documents)[number]) =>
    document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);

  test('operations are valid', () => {
    const bodies = fences('sh').flatMap((text) => [...text.matchAll(/-d '(.*)'$/gm)].map(([, body]) => body ?? ''));
    const sent = bodies.flatMap((body) => (JSON.parse(body) as { query?: string }).query ?? []);
    expect(sent).not.toEqual([]);
    for (const document of [...documents.filter(isOperation), ...sent.map((text) => ({ document: parse(text) }))])
      expect(validate(schema, document.document)).toEqual([]);
  });

  test('the operations to begin with are the prefilled ones', () => {
    expect(documents.find(isOperation)?.text).toBe(prefill.query);
    expect(fences('json').map((json) => JSON.parse(json) as unknown)).toContainEqual(prefill.variables);
  });

  test('the capacity is asked for, and answered, with all its fields in their order', () => {
    const [{ text } = { text: '' }] = documents.filter((one) => one.text.includes('outboundCapacity'));
    const answers = fences('json').map((json) => JSON.parse(json) as { data?: Record<string, object> });
    const answered = answers.flatMap(({ data }) => data?.outboundCapacity ?? []).map((answer) => Object.keys(answer));
    const [, selected = ''] = /outboundCapacity \{([^}]+)\}/.exec(text) ?? [];
    expect(answered).toEqual([selected.trim().split(/\s+/)]);
    const type = schema.getType('OutboundCapacity');
    expect(sorted(answered.flat())).toEqual(sorted(isObjectType(type) ? Object.keys(type.getFields()) : []));
  });

  test('the second subgraph composes with this one', () => {
    const [customers, ...others] = documents.filter((one) => !isOperation(one));
    expect(others).toEqual([]);
    const { errors } = composeServices([
      { name: 'outdial', url: 'http://outdial.invalid', typeDefs: parse(read('schema.graphql')) },
      { name: 'customers', url: 'http://customers.invalid', typeDefs: customers!.document },
    ]);
    expect(errors).toBeUndefined();
  });
});

describe('JSON', () => {
  const values = fences('json').map((json) => JSON.parse(json) as Record<string, unknown>);

  test('examples of errors have a code that there is', () => {
    const errors = values.flatMap(({ extensions }) => (extensions ? [extensions as Record<string, unknown>] : []));
    expect(errors.length).toBeGreaterThan(1);
    for (const { code, retryable } of errors) {
      expect({ code, retryable }).toEqual({
        code,
        retryable: errorCodes[code as keyof typeof errorCodes].retryable,
      });
    }
  });

  test('the IAM policy allows what is sent to Connect, each once, and nothing else', () => {
    const policy = values.find(({ Statement }) => Statement) as
      { Statement: { Effect: string; Action: string | string[]; Resource: string | string[] }[] } | undefined;
    const actions = policy?.Statement.flatMap(({ Action }) => Action) ?? [];
    expect(sorted(actions)).toEqual(sentOperations.map((name) => `connect:${name}`));
    expect(policy?.Statement.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual([
      'connect:StartOutboundVoiceContact',
    ]);
  });

  test('the example of a configuration is one, with its access file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'));
    try {
      const accessFile = join(folder, 'access.json');
      writeFileSync(accessFile, JSON.stringify(values.find(({ tenants }) => tenants)));
      const lines = fences('ini').flatMap((text) => text.trim().split('\n'));
      const env = Object.fromEntries(lines.map((line) => /^(\w+)=(.*)$/.exec(line)!.slice(1)) as [string, string][]);
      const { instances, state } = readConfig({ ...env, ACCESS_FILE: accessFile });
      expect([...(instances.byTenant?.keys() ?? [])]).toEqual(['acme', 'globex']);
      expect(state).toMatchObject({ redisUrl: env.REDIS_URL, secret: env.STATE_SECRET, replicas: 3, outage: 'refuse' });
      expect(Object.keys(env).filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the example of settings names settings', () => {
    const [, json = ''] = /SIMULATOR_SETTINGS='([^']+)'/.exec(readme) ?? [];
    expect(Object.keys(defaultSettings)).toEqual(
      expect.arrayContaining(Object.keys(JSON.parse(json) as Record<string, unknown>)),
    );
  });
});

test('every file and folder that the page names is there', () => {
  const named = [
    ...[...readme.matchAll(/(?<![\w/.-])(?:src|test|\.ci)\/[\w./-]*\w/g)].map(([path]) => path),
    ...[...readme.matchAll(/`([\w.]+\.(?:graphql|ya?ml|mjs|json))`/g)].map(([, path]) => path ?? ''),
    ...fences('mermaid').flatMap((text) => [...text.matchAll(/\b[a-z-]+\/(?:[\w.-]+\.ts)?/g)].map(([p]) => `src/${p}`)),
  ];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the layout names every file on top of src, and every folder with an entry or with something that another one uses', () => {
  const layout = fences('text').find((text) => text.startsWith('src/\n')) ?? '';
  const [, ...lines] = layout.trim().split('\n');
  const named = lines.flatMap((line) => line.trim().split(/ {3,}/)[0]!.split(/ +/));
  const imported = sources.flatMap((file) =>
    [...read(file).matchAll(/ from '\.\.?\/([a-z-]+)\//g)].map(([, name]) => name),
  );
  const inUse = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return entry.name;
    const isUsed = imported.includes(entry.name) || sources.includes(`src/${entry.name}/main.ts`);
    return isUsed ? `${entry.name}/` : [];
  });
  expect(sorted(named)).toEqual(sorted(inUse));
});

test('a stop waits as long as the page says', () => {
  expect(readme).toContain(`waits up to ${defaultDrainTimeoutMs / 1_000} s for the running ones`);
});

test('a call is kept, leased and started at once as the page says', () => {
  const { burst } = quotaFor('StartOutboundVoiceContact', new Map());
  for (const sentence of [
    `a **lease of ${leaseMs / 1_000} s**`,
    `| ${keptForMs / 86_400_000} days from its last change |`,
    `of a burst of ${burst}, ${usableAtOnce({ ratePerSecond: 1, burst })} start at once`,
  ]) {
    expect(readme.replace(/\s+/g, ' ')).toContain(sentence);
  }
});

const path = `/usr/bin:${process.env.PATH ?? ''}`;
const version = spawnSync('aws', ['--version'], { env: { PATH: path }, encoding: 'utf8' });
const hasAwsCli = version.error === undefined && version.stdout.startsWith('aws-cli/2.');
if (!hasAwsCli) console.warn("SKIPPED: the page's command needs aws-cli version 2 (Debian: apt-get install awscli).");

describe('the command of the AWS CLI', () => {
  let simulator: RunningSimulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.stop());

  test('can be tried where it must be', () => {
    expect(hasAwsCli || process.env.CI !== 'true').toBe(true);
  });

  (hasAwsCli ? test : test.skip)(
    'places a call',
    async () => {
      const url = `http://127.0.0.1:${/PORT \?\? (\d+)/.exec(read('src/simulator/main.ts'))?.[1] ?? ''}`;
      const command = fences('sh').find((text) => text.includes(`aws connect`)) ?? '';
      expect(command).toContain(`--endpoint-url ${url} `);
      const env = { PATH: path, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
      const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(url, simulator.url)], { env });
      expect(JSON.parse(stdout)).toEqual({ ContactId: simulator.calls()[0]?.contactId });
    },
    60_000,
  );
});
