import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CloseCode } from 'graphql-ws';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import type { GraphQLNamedType } from 'graphql';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { operationScopes } from '../src/access/operation-scopes.js';
import { SchemaGuards, scopesOn } from '../src/access/schema-guards.js';
import { leaseMs } from '../src/calls/call-effort.js';
import { saidToGuard } from '../src/calls/guarded-call.js';
import type { StartOutboundVoiceContactInput } from '../src/calls/start-outbound-voice-contact.input.js';
import { readConfig, type ConfigError } from '../src/config.js';
import { EnvironmentReader, traceVariables, variables } from '../src/environment.js';
import { traceSettingsFrom } from '../src/trace-settings.js';
import { spanNames } from '../src/tracer.js';
import { attributeNames } from '../src/traces/attributes.js';
import { flushWithinMs, maxSpansWaiting } from '../src/traces/start-traces.js';
import { operations } from '../src/connect/operations.js';
import { changeAttempts, changeForMs, readMaxWaitMs } from '../src/connect/connect.js';
import { quotaFor, pollingPermits } from '../src/connect/quotas.js';
import { pollIntervalGrowth, pollIntervals } from '../src/contacts/timeline/poll-schedule.js';
import { developmentVariables } from '../src/development/development-config.js';
import { prefill } from '../src/development/prefill.js';
import { errorCodes, inputRules, maxFieldProblems } from '../src/errors.js';
import { scopes } from '../src/graphql/authorize.js';
// Its resolvers name what their references need.
import '../src/gateway.js';
import { factNames } from '../src/policy/condition.js';
import { refusalReasons } from '../src/policy/outcome.js';
import { policySchema } from '../src/policy/policy-schema.js';
import { referenceResolvers } from '../src/graphql/reference-resolver.js';
import { defaultDrainTimeoutMs } from '../src/http/app.js';
import { defaultAdmissionLimits, endShare, lateForMs, quietAfterMs, readShare } from '../src/operations/admission.js';
import { defaultLimits } from '../src/operations/limits.js';
import { requestTimeoutMs } from '../src/http/node-server.js';
import {
  alarms,
  cacheNames,
  callResults,
  claimResults,
  duplicateReasons,
  eventResults,
  policyResults,
  turnRefusals,
} from '../src/meters.js';
import { definitionOf, definitions, type MetricName } from '../src/metrics/definitions.js';
import { maxTenants } from '../src/metrics/metrics.js';
import { defaultBodyLimits } from '../src/http/read-body.js';
import { pipelineLimits } from '../src/http/request-gate.js';
import { closeCodes } from '../src/http/socket-session.js';
import {
  connectionInitTimeoutMs,
  firstResultTimeoutMs,
  defaultSubscriptionLimits,
  keepAliveMs,
  readTimeoutMs,
  subscriptionIdLength,
  unreadBytesLimit,
} from '../src/subscriptions/subscription-limits.js';
import { maxAheadMs, stopWithinMs } from '../src/events/event-queue.js';
import { controlRequests } from '../src/simulator/control.js';
import { magicNumbers } from '../src/simulator/magic-numbers.js';
import { routes } from '../src/simulator/routes.js';
import { startSimulator } from '../src/simulator/server.js';
import type { RunningSimulator } from '../src/simulator/server.js';
import { defaultPort, defaultSettings, simulatorVariables } from '../src/simulator/settings.js';
import { keptForMs } from '../src/ledger/ledger.js';
import { maxEventFacts, timelineKeptForMs } from '../src/coordination/timelines.js';
import { effectiveBurst } from '../src/coordination/rate-limiter.js';
import { readTemplate, templateText } from './deploy/template.js';
import { byThemselves, everywhere, mayImport } from './support/layers.js';
import { documentedUser } from './support/documented-user.js';
import { fences, pages, pagesText } from './support/pages.js';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);

/** The rows of the one table whose header begins with these cells; code marks are kept. */
function table(...header: string[]): string[][] {
  const tables = pagesText
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

const schema = buildSchema(read('schema.graphql'), { assumeValidSDL: true });

describe('a table says what the code says:', () => {
  test('the variables of production', () => {
    expect(Object.fromEntries(table('Variable', 'Meaning').map(([name, meaning]) => [plain(name), meaning]))).toEqual(
      variables,
    );
  });

  test('the range of each number among them', () => {
    const asWords = Object.fromEntries(Object.keys(variables).map((name) => [name, 'no number']));
    let problems: readonly string[] = [];
    try {
      readConfig(asWords);
    } catch (error) {
      ({ problems } = error as ConfigError);
    }
    const ranges = problems.flatMap((problem) => {
      const [, name = '', min, max] = /^(\w+) must be a (?:whole )?number from (\d+) to (\d+)\.$/.exec(problem) ?? [];
      return min === undefined ? [] : [{ name, range: new RegExp(`[ ,;]${min}(?: \\([^)]+\\))? to ${max}\\b`) }];
    });
    expect(ranges.length).toBeGreaterThan(10);
    const told = new Map(table('Variable', 'Meaning').map(([name, meaning]) => [plain(name), meaning]));
    expect(ranges.filter(({ name, range }) => !range.test(told.get(name) ?? '')).map(({ name }) => name)).toEqual([]);
  });

  test('the variables of OpenTelemetry, with their ranges', () => {
    const told = table('Trace variable', 'Meaning').map(([name, meaning]) => [plain(name), meaning]);
    expect(Object.fromEntries(told)).toEqual(traceVariables);
    const env = Object.fromEntries(Object.keys(traceVariables).map((name) => [name, 'no number']));
    const reader = new EnvironmentReader({ ...env, OTEL_SDK_DISABLED: '', OTEL_TRACES_EXPORTER: 'otlp' });
    traceSettingsFrom(reader);
    const ranges = reader.problems.flatMap((problem) => {
      const [, name = '', range] = /^(\w+) must be a (?:whole )?number from (\d+ to \d+)\.$/.exec(problem) ?? [];
      return range === undefined ? [] : [{ name, range }];
    });
    expect(ranges.length).toBeGreaterThan(2);
    expect(
      ranges.filter(
        ({ name, range }) => !traceVariables[name as keyof typeof traceVariables].includes(range.replace('from ', '')),
      ),
    ).toEqual([]);
  });

  test('the spans and what they say', () => {
    expect(table('Span', 'Covers').map(([name]) => plain(name))).toEqual(['operation', ...spanNames]);
    expect(sorted(table('Span attribute').map(([name]) => plain(name)))).toEqual(sorted(Object.values(attributeNames)));
    const page = pagesText.replace(/\s+/g, ' ');
    expect(page).toContain(`At most ${maxSpansWaiting.toLocaleString('en')} spans wait to be sent`);
    expect(page).toContain(`A stop sends what waits, for up to ${flushWithinMs / 1_000} s`);
  });

  test('the variables of development and of the simulator', () => {
    const named = table('Development variable').map(([name]) => plain(name));
    expect(sorted(named)).toEqual(sorted(developmentVariables));
    expect(sorted(table('Simulator variable').map(([name]) => plain(name)))).toEqual(sorted(simulatorVariables));
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
      ...defaultBodyLimits,
      ...others,
      ...Object.fromEntries(Object.entries(rootFields).map(([kind, most]) => [`rootFields.${kind}`, most])),
    });
  });

  test('what may be open at once', () => {
    const rows = table('Open at once', 'At most').map(([name, most]) => [
      plain(name),
      Number(most?.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(rows)).toEqual(defaultSubscriptionLimits);
  });

  test('the codes that a socket is closed with', () => {
    // These the client of graphql-ws uses by itself.
    const ofClients = [
      CloseCode.InternalClientError,
      CloseCode.BadResponse,
      CloseCode.ConnectionAcknowledgementTimeout,
    ];
    const ofProtocol = Object.values(CloseCode).filter((code) => typeof code === 'number');
    const codes = new Set<number>([
      ...Object.values(closeCodes),
      ...ofProtocol.filter((code) => !ofClients.includes(code)),
    ]);
    expect(table('Close code').map(([code]) => Number(code))).toEqual([...codes].sort((one, other) => one - other));
  });

  test('the mutations that change a contact', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    const acting = mutations.filter((field) => scopesOn(field).includes('contacts:manage')).map(({ name }) => name);
    const rows = table('Mutation', 'What it does', 'Asked twice').map(([name, , twice]) => [plain(name), twice]);
    expect(sorted(rows.map(([name]) => name ?? ''))).toEqual(sorted(acting));
    const asOnce = rows.filter(([, twice]) => twice?.startsWith('the same as once'));
    expect(sorted(asOnce.map(([name]) => name ?? ''))).toEqual(
      sorted(
        Object.entries(operations)
          .filter(([, one]) => one.kind === 'change' && one.isIdempotent)
          .map(([name]) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`),
      ),
    );
  });

  test('the metrics, and which of them dashboards may rely on', () => {
    const rows = table('Metric', 'Type', 'Labels').map(([name, type, labels, help, stable]) => [
      plain(name),
      { type, labels: codesIn(labels), help, isStable: stable === 'yes' },
    ]);
    const names = Object.keys(definitions) as MetricName[];
    const expected = names.map((name) => {
      const { type, labels, help, isStable = false } = definitionOf(name);
      return [name, { type, labels: [...labels], help, isStable }];
    });
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
  });

  test('what labels of metrics say', () => {
    const rows = table('Label', 'Values').map(([label, values]) => [plain(label), codesIn(values)]);
    expect(Object.fromEntries(rows)).toEqual({
      'result of calls': callResults,
      'result of claims': claimResults,
      'result of events': eventResults,
      'result of policy files': policyResults,
      'reason of refused duplicates': duplicateReasons,
      'reason of refused turns': turnRefusals,
      cache: cacheNames,
      alarm: alarms,
    });
    expect(pagesText.replace(/\s+/g, ' ')).toContain(`the first ${maxTenants} tenants that a replica meets by name`);
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
      Object.hasOwn(operations, name) ? 'yes' : 'no',
    ]);
    expect(rows.toSorted()).toEqual(expected.toSorted());
  });

  test('what the user of Redis may do, which is what the gateway asks for', () => {
    const ofScripts = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.lua'))
      .flatMap((file) => [...read(`src/${file}`).matchAll(/\bredis\.p?call\('(\w+)'/g)]);
    const ofCode = sources
      .filter((file) => /^src\/(?:ledger|coordination|redis)\//.test(file))
      .flatMap((file) => [...read(file).matchAll(/\bredis\.(\w+)\(/g)]);
    for (const some of [ofScripts, ofCode]) expect(some).not.toEqual([]);
    const asked = [...ofScripts, ...ofCode].map(([, name = '']) => name.toLowerCase());
    // A script by its digest or its text, the WAIT behind it, and the news.
    expect(sorted(documentedUser.filter((rule) => rule.startsWith('+')).map((rule) => rule.slice(1)))).toEqual(
      sorted(new Set([...asked, 'eval', 'evalsha', 'wait', 'subscribe'])),
    );
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
    expect(sorted(table('Request').map(([request]) => plain(request)))).toEqual(sorted(Object.keys(controlRequests)));
  });

  test('the quotas of what is sent to Connect', () => {
    const rows = table('Operation', 'A second', 'Burst').map(([name, rate, burst]) => [
      plain(name),
      { ratePerSecond: Number(rate), burst: Number(burst) },
    ]);
    expect(rows).toEqual(Object.entries(operations).map(([name, { quota }]) => [name, quota]));
  });

  test('the reasons of refusals, and the parts of a policy', () => {
    expect(table('Reason', 'When').map(([reason]) => plain(reason))).toEqual(refusalReasons);
    const parts = Object.keys(policySchema.properties ?? {}).filter((part) => part !== 'apiVersion');
    expect(table('Part', 'What it says').map(([part]) => plain(part))).toEqual(parts);
  });

  test('what a call says to the dialing rules, and the scope that each needs', () => {
    const input = schema.getType('StartOutboundVoiceContactInput');
    const fields = isInputObjectType(input) ? input.getFields() : {};
    const rows = table('Input', 'What it says', 'Scope').map(([name, , scope]) => [plain(name), codesIn(scope)]);
    const said = { purpose: 'x', calleeTimeZone: 'x', calleeState: 'x', consentReference: 'x' };
    const members = Object.keys(saidToGuard(said as StartOutboundVoiceContactInput));
    expect(rows).toEqual(members.map((name) => [name, scopesOn(fields[name]!)]));
  });

  test('the facts of a condition', () => {
    const [, named = ''] = /A condition may ask for (.*?); all must be/s.exec(pagesText) ?? [];
    const facts = [...named.matchAll(/`(\w+)`/g)].map(([, name]) => name).filter((name) => name !== 'calleeState');
    expect(sorted(facts as string[])).toEqual(sorted(factNames));
  });

  test('the commands', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const rows = table('Command').map(([command]) => plain(command).replace(/^npm (?:run )?/, ''));
    expect(sorted(rows)).toEqual(sorted(Object.keys(scripts)));
    const run = [...pagesText.matchAll(/\bnpm run (?:--silent )?([\w-]+(?::[\w-]+)*)/g)].map(
      ([, script]) => script ?? '',
    );
    expect(run.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test('what codegen writes types for', () => {
    const { generates } = parseYaml(read('codegen.yml')) as { generates: object };
    const [, does] = table('Command').find(([command]) => plain(command) === 'npm run codegen') ?? [];
    expect(sorted(codesIn(does))).toEqual(sorted(Object.keys(generates).map((file) => file.split('/')[0]!)));
  });

  test('that every command says in one line where Node is too old', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const beginsWith = (name: string) => /^npm run --silent ([\w-]+)/.exec(scripts[name] ?? '')?.[1];
    const unchecked = Object.keys(scripts).filter((name) => {
      let first: string | undefined = name;
      while (first !== undefined && first !== 'needs-node') first = beginsWith(first);
      return first === undefined;
    });
    expect(unchecked).toEqual([]);
  });
});

describe('the rules of the input', () => {
  const named = table('Rule', 'What to do').flatMap(([rules]) => codesIn(rules));

  test('are those that code may report', () => {
    expect(sorted(named)).toEqual(sorted(inputRules));
  });

  test('are each reported by some code', () => {
    const code = sources
      .filter((file) => file !== 'src/errors.ts')
      .map(read)
      .join('\n');
    const decorator = (rule: string) =>
      rule === 'isLength' ? '@Length(' : `@${rule.charAt(0).toUpperCase()}${rule.slice(1)}(`;
    const unused = inputRules.filter(
      (rule) => ![`'${rule}'`, `${rule}: `, decorator(rule)].some((use) => code.includes(use)),
    );
    expect(unused).toEqual([]);
  });

  test('are reported as often as the page says', () => {
    expect(pagesText).toContain(`up to ${maxFieldProblems}, each with its \`path\``);
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
  test('are those there are, with what the code says that each allows', () => {
    expect(Object.fromEntries(rows.map(([scope, allows]) => [plain(scope), allows]))).toEqual(scopes);
  });

  test.each(Object.keys(scopes))('%s is needed by what the page says', (scope) => {
    const [, , neededBy] = rows.find(([name]) => plain(name) === scope) ?? [];
    const isNamedByTheSentence = (at: string) => scope === 'contacts:read' && at.startsWith('Contact.');
    const needing = guarded.filter(({ at, needs }) => needs.includes(scope) && !isNamedByTheSentence(at));
    expect(sorted(codesIn(neededBy).filter((code) => code.includes('.')))).toEqual(sorted(needing.map(({ at }) => at)));
  });

  test('stand on no type, which the page would have to name', () => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    expect(types.filter((type) => scopesOn(type).length > 0).map(({ name }) => name)).toEqual([]);
  });

  test.each(Object.keys(scopes))('%s is needed by the references that the page names', (scope) => {
    const [, , neededBy = ''] = rows.find(([name]) => plain(name) === scope) ?? [];
    const [, named = ''] = /references to (.*)$/.exec(neededBy) ?? [];
    const needing = referenceResolvers.filter((of) => of.scopes.some((needed) => needed === scope));
    expect(sorted(codesIn(named))).toEqual(sorted(needing.map(({ typeName }) => typeName)));
  });

  test('are asked of the references to every entity', () => {
    const entities = Object.values(schema.getTypeMap()).filter((type) =>
      type.astNode?.directives?.some(({ name }) => name.value === 'key'),
    );
    expect(sorted(referenceResolvers.map(({ typeName }) => typeName))).toEqual(
      sorted(entities.map(({ name }) => name)),
    );
  });

  test('of the console are those that its page names, and of a call it reads with contacts:read alone', () => {
    const document = parse(read('console/src/operations.graphql'));
    const guards = { schema, guards: new SchemaGuards(schema), referenceScopes: new Map<string, readonly string[]>() };
    const needed = document.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? [{ operation: definition, needs: [...operationScopes(guards, document, definition, {})] }]
        : [],
    );
    const [, named = ''] = /A token with ([^.]*) does all of that/.exec(pagesText.replace(/\s+/g, ' ')) ?? [];
    expect(sorted(codesIn(named))).toEqual(sorted(new Set(needed.flatMap(({ needs }) => needs))));
    const following = needed.filter(({ operation }) => operation.operation === OperationTypeNode.SUBSCRIPTION);
    expect(following.map(({ needs }) => needs)).toEqual([['contacts:read']]);
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
      | { Statement: { Sid: string; Effect: string; Action: string | string[]; Resource: string | string[] }[] }
      | undefined;
    const actions = policy?.Statement.flatMap(({ Action }) => Action) ?? [];
    expect(sorted(actions)).toEqual(sorted(Object.keys(operations).map((name) => `connect:${name}`)));
    // Who leaves this statement out allows no change, and all the rest.
    const changes = Object.entries(operations).filter(([, { kind }]) => kind === 'change');
    const [act] = policy?.Statement.filter(({ Sid }) => Sid === 'Act') ?? [];
    expect(act?.Action).toEqual(sorted(changes.map(([name]) => `connect:${name}`)));
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
      expect(state).toMatchObject({
        redis: { url: env.REDIS_URL },
        secret: env.STATE_SECRET,
        replicas: 3,
        outage: 'refuse',
      });
      expect(Object.keys(env).filter((name) => !Object.hasOwn({ ...variables, ...traceVariables }, name))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the example of settings names settings', () => {
    const [, json = ''] = /SIMULATOR_SETTINGS='([^']+)'/.exec(pagesText) ?? [];
    expect(Object.keys(defaultSettings)).toEqual(
      expect.arrayContaining(Object.keys(JSON.parse(json) as Record<string, unknown>)),
    );
  });
});

test('every file and folder that the page names is there', () => {
  const named = [
    ...[...pagesText.matchAll(/(?<![\w/.-])(?:src|test|console|deploy|\.ci)\/[\w./-]*\w/g)].map(([path]) => path),
    ...[...pagesText.matchAll(/`([\w.]+\.(?:graphql|ya?ml|mjs|json))`/g)].map(([, path]) => path ?? ''),
    ...fences('mermaid').flatMap((text) => [...text.matchAll(/\b[a-z-]+\/(?:[\w.-]+\.ts)?/g)].map(([p]) => `src/${p}`)),
  ];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

describe('a name of code in code marks is that of something that is there:', () => {
  const isIn = (text: string, name: string) => new RegExp(`\\b${name}\\b`).test(text);
  const withoutComments = (text: string) => text.replace(/\/\*.*?\*\/|(?<=^|\s)\/\/.*?$/gms, '');
  const commentsIn = (text: string) =>
    [...text.matchAll(/\/\*.*?\*\/|(?<=^|\s)\/\/.*?$/gms)].map(([comment]) => comment);
  /** Those that are like no word of English. */
  const namesIn = (text: string) => [...text.matchAll(/`([A-Za-z]*[a-z][A-Z]\w*)`/g)].map(([, name = '']) => name);
  const code = [...sources.map(read).map(withoutComments), read('schema.graphql')].join('\n');

  test('in the file that a page has before it', () => {
    const named = [...pagesText.matchAll(/`((?:src|test)\/[\w./-]+)` \(((?:`[\w.]+`(?:, )?)+)\)/g)].flatMap(
      ([, file = '', names = '']) => [...names.matchAll(/(\w+)`/g)].map(([, name = '']) => ({ file, name })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ file, name }) => !isIn(withoutComments(read(file)), name))).toEqual([]);
  });

  test('in pages for those who change the code', () => {
    const named = pages
      .filter((page) => /^docs\/(?:decisions\/|glossary|architecture)/.test(page))
      .flatMap((page) => namesIn(read(page)));
    expect(named.length).toBeGreaterThan(50);
    // Options of others, of which the page says why they are not used.
    const unused = ['authChecker', 'emitDecoratorMetadata'];
    expect(named.filter((name) => !unused.includes(name) && !isIn(code, name))).toEqual([]);
  });

  test('in comments', () => {
    const named = sources.flatMap((file) =>
      commentsIn(read(file)).flatMap((comment) => namesIn(comment).map((name) => ({ file, name }))),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ name }) => !isIn(code, name))).toEqual([]);
  });
});

test('each folder of the tests is described, or has the name of a folder of src', () => {
  const described = [...read('CONTRIBUTING.md').matchAll(/`test\/([\w-]+)`/g)].map(([, name]) => name);
  const folders = readdirSync(join(root, 'test'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = folders.filter(({ name }) => !described.includes(name) && !existsSync(join(root, 'src', name)));
  expect(others.map(({ name }) => name)).toEqual([]);
});

test('the first page, and each decision, stay short', () => {
  const linesOf = (page: string) => read(page).trimEnd().split('\n').length;
  expect(linesOf('README.md')).toBeLessThanOrEqual(180);
  expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(10_240);
  const decisions = pages.filter((page) => page.startsWith('docs/decisions/') && !page.endsWith('/README.md'));
  expect(decisions.length).toBeGreaterThan(20);
  expect(decisions.filter((page) => linesOf(page) > 60)).toEqual([]);
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

test('the table of who may import whom is the one that code is held to', () => {
  const rows = table('Room', 'May import').map(([room, permits]) => [
    room,
    permits === '-' ? [] : permits?.split(', '),
  ]);
  const own = Object.entries(mayImport).filter(([room]) => !everywhere.includes(room));
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(own));
  const page = pagesText.replace(/\s+/g, ' ');
  const listed = (rooms: readonly string[]) =>
    `${rooms
      .slice(0, -1)
      .map((room) => `\`${room}\``)
      .join(', ')} and \`${rooms.at(-1)!}\``;
  expect(page).toContain(
    `may import ${listed(everywhere)}, except ${listed(byThemselves)}, which import nothing of the rest`,
  );
});

test.each(pages)('every link in %s leads somewhere', (page) => {
  const textOf = (path: string) => readFileSync(path, 'utf8').replace(/^```.*?^```$/gms, '');
  const anchorsOf = (path: string) =>
    [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(' ', '-')
        .replace(/[^\w-]/g, ''),
    );
  const from = join(root, page);
  const links = [...textOf(from).matchAll(/\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)/g)];
  const leadsNowhere = links.filter(([, path = '', anchor]) => {
    const to = path === '' ? from : resolve(dirname(from), path);
    if (!existsSync(to)) return true;
    return anchor !== undefined && anchorsOf(to).filter((one) => one === anchor).length !== 1;
  });
  expect(leadsNowhere.map(([link]) => link)).toEqual([]);
});

test('the lines of the log to watch are those that are written', () => {
  const filledIn = (text: string) =>
    text.replaceAll('${step}', 'receiving').replaceAll('${this.wordsOf(refusal)}', 'REDIS_URL leads to ');
  const written = sources.map((file) => filledIn(read(file))).join('\n');
  const rows = table('Log line', 'Level', 'Means');
  const lines = rows.flatMap(([line, , means = '']) => [
    ...codesIn(line),
    ...codesIn(means).filter((c) => c.includes(' ')),
  ]);
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !written.includes(line))).toEqual([]);
});

test('operations are refused under the load that the page says', () => {
  const page = pagesText.replace(/\s+/g, ' ');
  const percent = (share: number) => `${share * 100} %`;
  const { operationsInFlight, loopDelay } = readShare;
  for (const text of [
    `(\`MAX_OPERATIONS_IN_FLIGHT\`, ${defaultAdmissionLimits.maxOperationsInFlight.toLocaleString('en')})`,
    `(\`MAX_LOOP_DELAY_MS\`, ${defaultAdmissionLimits.maxLoopDelayMs.toLocaleString('en')})`,
    `once it has lasted for ${lateForMs} ms`,
    `from ${percent(operationsInFlight)} of the operations or ${percent(loopDelay)} of the delay on`,
    `below ${percent(endShare.operationsInFlight)}, or the delay below ${percent(endShare.loopDelay)}, of where it began`,
    `when nothing was refused for ${quietAfterMs / 1_000} s`,
  ]) {
    expect(page).toContain(text);
  }
});

test('a stop waits as long as the page says', () => {
  expect(pagesText).toContain(`waits up to ${defaultDrainTimeoutMs / 1_000} s for the running ones`);
  const page = pagesText.replace(/\s+/g, ' ');
  expect(page).toContain(`and meanwhile up to ${stopWithinMs / 1_000} s for contact events in hand`);
  const [, given] = /Give the process (\d+) s/.exec(page) ?? [];
  expect(Number(given) * 1_000).toBeGreaterThan(Math.max(defaultDrainTimeoutMs, stopWithinMs));
  expect(page).toContain(`--stop-timeout ${given ?? ''} `);
});

test('a call is kept, leased and started at once as the page says', () => {
  const { burst } = quotaFor('StartOutboundVoiceContact', new Map());
  for (const sentence of [
    `a **lease of ${leaseMs / 1_000} s**`,
    `| ${keptForMs / 86_400_000} days from its last change |`,
    `of a burst of ${burst}, ${effectiveBurst({ ratePerSecond: 1, burst })} start at once`,
  ]) {
    expect(pagesText.replace(/\s+/g, ' ')).toContain(sentence);
  }
});

test('a contact is followed, and forgotten, as the page says', () => {
  const page = pagesText.replace(/\s+/g, ' ');
  const { withEvents, withoutEvents } = pollIntervals;
  const rows = table('', 'With a queue of contact events', 'Without');
  expect(rows.slice(1, 3).map(([, ...cells]) => cells)).toEqual([
    [`${withEvents.firstMs / 1_000} s`, `${withoutEvents.firstMs / 1_000} s`],
    [`${withEvents.longestMs / 60_000} min`, `${withoutEvents.longestMs / 1_000} s`],
  ]);
  const { ratePerSecond } = quotaFor(pollingPermits, new Map());
  const { longestMs } = withoutEvents;
  expect(timelineKeptForMs).toBe(2 * 86_400_000);
  for (const sentence of [
    `**: ${ratePerSecond} requests a second by default`,
    `grows with each answer without news (x ${pollIntervalGrowth}) to`,
    `every N/${ratePerSecond} s or more: ${(ratePerSecond * longestMs) / 1_000} every ${longestMs / 1_000} s`,
    `gets none within ${readMaxWaitMs / 1_000} s is refused`,
    `two days from its last change, and of one contact the ${maxEventFacts} latest events`,
    `Each connection is pinged every ${keepAliveMs / 1_000} s`,
    `no \`connection_init\` with a token within ${connectionInitTimeoutMs / 1_000} s`,
    `too slow: ${unreadBytesLimit / 1_048_576} MiB or ${readTimeoutMs / 1_000} s behind`,
    `A message of more than ${defaultBodyLimits.bodyBytes.toLocaleString('en')} bytes`,
    `an id of more than ${subscriptionIdLength} characters`,
    `more than ${defaultBodyLimits.bodyBytesWithoutToken.toLocaleString('en')} bytes before its token is accepted`,
    `${firstResultTimeoutMs / 1_000} s for the first result of a subscription`,
    `${requestTimeoutMs / 1_000} s for a client to send its request, and ${readTimeoutMs / 1_000} s to read the answer`,
    `${pipelineLimits.requests} requests of ${pipelineLimits.bytes.toLocaleString('en')} bytes together`,
  ]) {
    expect(page).toContain(sentence);
  }
});

test('a version for which all replicas must be stopped says so where the page says', () => {
  const [, line = ''] = /^> (\*\*Upgrade\*\*: .*)$/m.exec(read('docs/redis.md')) ?? [];
  const sections = read('CHANGELOG.md')
    .split(/^## .*\n/m)
    .slice(1);
  const asking = sections.map((text) => text.trim()).filter((text) => /\bstop all replicas once\b/i.test(text));
  expect(asking).not.toEqual([]);
  for (const text of asking) expect(text.replace(/\s+/g, ' ').startsWith(line)).toBe(true);
});

test('a change of a contact is tried as the page says', () => {
  expect(changeAttempts).toBe(3);
  expect(pagesText).toContain(`The gateway tries up to three times within ${changeForMs / 1_000} s`);
});

test('contact events come, and are given up, as the page and the template say', () => {
  const page = pagesText.replace(/\s+/g, ' ');
  const propertiesOf = (name: string) => readTemplate(templateText).Resources[name]?.Properties ?? {};
  const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = propertiesOf('ContactEvents');
  expect({ MessageRetentionPeriod, RedrivePolicy }).toMatchObject({
    MessageRetentionPeriod: 86_400,
    RedrivePolicy: { maxReceiveCount: 5 },
  });
  const deadForDays = Number(propertiesOf('DeadContactEvents').MessageRetentionPeriod) / 86_400;
  const unreadForMinutes = Number(propertiesOf('UnreadContactEventsAlarm').Threshold) / 60;
  expect(unreadForMinutes).toBe(5);
  for (const sentence of [
    `more than ${maxAheadMs / 60_000} minutes ahead`,
    `comes again every ${String(VisibilityTimeout)} s. After five times it lies in the dead-letter queue, for ${deadForDays} days`,
    'the queue keeps events for a day',
    'events that nobody receives for five minutes',
  ]) {
    expect(page).toContain(sentence);
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

  (hasAwsCli ? test : test.skip)('places a call', async () => {
    const url = `http://127.0.0.1:${defaultPort}`;
    const command = fences('sh').find((text) => text.includes(`aws connect`)) ?? '';
    expect(command).toContain(`--endpoint-url ${url} `);
    const env = { PATH: path, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
    const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(url, simulator.url)], { env });
    expect(JSON.parse(stdout)).toEqual({ ContactId: simulator.calls()[0]?.contactId });
  });
});
