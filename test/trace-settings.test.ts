import { describe, expect, test } from '@jest/globals';
import { EnvironmentReader } from '../src/environment.js';
import { traceSettingsFrom } from '../src/trace-settings.js';
import { hasOpenssl, makeCertificates } from './support/certificates.js';

function read(env: Record<string, string>) {
  const reader = new EnvironmentReader(env);
  return { settings: traceSettingsFrom(reader), problems: reader.problems };
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com:4318/' };

test('an endpoint is enough', () => {
  expect(read(endpoint)).toEqual({
    settings: {
      collector: {
        url: 'https://collector.example.com:4318/v1/traces',
        headers: {},
        timeoutMs: 10_000,
        delayMs: 5_000,
      },
      sampler: { ratio: 1, followsCaller: true },
      takesContext: true,
      resource: { 'service.name': 'outdial' },
    },
    problems: [],
  });
});

test.each<[string, Record<string, string>]>([
  ['no variable', {}],
  ['others of OpenTelemetry alone', { OTEL_SERVICE_NAME: 'dialer', OTEL_METRICS_EXPORTER: 'otlp' }],
  ['OTEL_SDK_DISABLED', { ...endpoint, OTEL_SDK_DISABLED: 'true', OTEL_TRACES_SAMPLER: 'jaeger_remote' }],
  ['OTEL_SDK_DISABLED, whatever the exporter', { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'zipkin' }],
  ['no exporter', { ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_PROPAGATORS: 'b3' }],
])('with %s nothing is traced, and the others need not be right', (_what, env) => {
  expect(read(env)).toEqual({ settings: undefined, problems: [] });
});

test('what is said for traces alone goes before, and its endpoint is taken as it is', () => {
  const { settings, problems } = read({
    ...endpoint,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:9999/otlp',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, other = 1',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=c',
    OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
  });
  expect(problems).toEqual([]);
  expect(settings?.collector).toMatchObject({
    url: 'http://localhost:9999/otlp',
    headers: { 'api-key': 'c', other: '1' },
    timeoutMs: 2_000,
  });
});

test('without an endpoint the exporter may be asked for all the same', () => {
  expect(read({ OTEL_TRACES_EXPORTER: 'otlp' }).settings?.collector?.url).toBe('http://localhost:4318/v1/traces');
  expect(read({ OTEL_TRACES_EXPORTER: 'console' })).toMatchObject({
    settings: { sampler: { ratio: 1 } },
    problems: [],
  });
});

test.each<[string, string | undefined, number, boolean]>([
  ['always_on', undefined, 1, false],
  ['always_off', '1', 0, false],
  ['traceidratio', '0.25', 0.25, false],
  ['traceidratio', '1.0', 1, false],
  ['traceidratio', undefined, 1, false],
  ['parentbased_always_on', '0.25', 1, true],
  ['parentbased_always_off', undefined, 0, true],
  ['parentbased_traceidratio', '0.05', 0.05, true],
])('the sampler %s with %s', (name, share, ratio, followsCaller) => {
  const env = { OTEL_TRACES_SAMPLER: name, ...(share === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: share }) };
  expect(read({ ...endpoint, ...env })).toMatchObject({
    settings: { sampler: { ratio, followsCaller } },
    problems: [],
  });
});

test.each([
  ['tracecontext', true],
  ['tracecontext,baggage', true],
  ['baggage', false],
  ['none', false],
])('OTEL_PROPAGATORS %s', (named, takesContext) => {
  expect(read({ ...endpoint, OTEL_PROPAGATORS: named })).toMatchObject({ settings: { takesContext }, problems: [] });
});

test('the name of the service goes before what the attributes say', () => {
  const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=a%2Cb' };
  expect(read({ ...endpoint, ...attributes }).settings?.resource).toEqual({
    'service.name': 'other',
    'deployment.environment.name': 'a,b',
  });
  expect(read({ ...endpoint, ...attributes, OTEL_SERVICE_NAME: 'dialer' }).settings?.resource['service.name']).toBe(
    'dialer',
  );
});

describe('what cannot be read is named', () => {
  test.each<[Record<string, string>, string]>([
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED must be one of true, false.'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be one of otlp, console, none.'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL must be one of http/protobuf.'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL must be one of http/protobuf.',
    ],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'br' }, 'OTEL_EXPORTER_OTLP_COMPRESSION must be one of gzip, none.'],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '10s' }, 'OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number from 1 to 60000.'],
    [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, 'OTEL_BSP_SCHEDULE_DELAY must be a whole number from 1 to 60000.'],
    [{ OTEL_TRACES_SAMPLER_ARG: '5%' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.'],
    [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.'],
    [{ OTEL_PROPAGATORS: 'none,tracecontext' }, 'OTEL_PROPAGATORS must hold none by itself.'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=canary%0A' }, 'OTEL_EXPORTER_OTLP_HEADERS must hold names and values'],
    [{ OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api%20key=a' }, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS must hold names and'],
    [{ OTEL_EXPORTER_OTLP_CERTIFICATE: 'package.json' }, '(package.json) must be a file in PEM form'],
    [{ OTEL_PROPAGATORS: 'tracecontext,b3' }, 'OTEL_PROPAGATORS must hold some of tracecontext, baggage, none'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team' }, 'OTEL_RESOURCE_ATTRIBUTES must be a list such as key=value'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team=%' }, 'OTEL_RESOURCE_ATTRIBUTES must be a list such as key=value'],
    [
      { OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere.pem' },
      'OTEL_EXPORTER_OTLP_CERTIFICATE (/nowhere.pem) must be a file',
    ],
  ])('%j', (env, problem) => {
    expect(read({ ...endpoint, ...env }).problems).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    'collector:4318',
    'grpc://collector',
    'https://user:canary@collector.example.com',
    'https://collector.example.com/?key=canary',
    'https://collector.example.com#canary',
  ])('an endpoint such as %s, which is not repeated', (OTEL_EXPORTER_OTLP_ENDPOINT) => {
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT }).problems).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http: or https: URL, without user and password, query and fragment.',
    ]);
  });

  test('a secret that would travel in the clear', () => {
    const inTheClear = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
    expect(read(inTheClear).problems).toEqual([]);
    expect(read({ ...inTheClear, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=canary' }).problems).toEqual([
      expect.stringMatching(/^OTEL_EXPORTER_OTLP_HEADERS may hold a secret(?!.*canary)/),
    ]);
  });

  (hasOpenssl ? test : test.skip)('a certificate without its key, and with another one', () => {
    const [one, other] = [makeCertificates(['one.example']), makeCertificates(['other.example'])];
    try {
      const shown = { ...endpoint, OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: one.certificate };
      const both = 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY must';
      expect(read(shown).problems).toEqual([`${both} both be set, or none of them.`]);
      expect(read({ ...shown, OTEL_EXPORTER_OTLP_CLIENT_KEY: other.key }).problems).toEqual([
        `${both} belong to each other.`,
      ]);
      const right = { OTEL_EXPORTER_OTLP_CLIENT_KEY: one.key, OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: one.ca };
      expect(read({ ...shown, ...right }).problems).toEqual([]);
    } finally {
      one.remove();
      other.remove();
    }
  });
});
