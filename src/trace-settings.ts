import { validateHeaderName, validateHeaderValue } from 'node:http';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { EnvironmentReader, OtlpSetting, Variable } from './environment.js';
import { secureUrl } from './secure-url.js';

/** Where spans go, which are kept, and what is said of the service. */
export interface TraceSettings {
  /** Left out, spans are printed. */
  readonly collector?: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    /** For how long spans are collected before they are sent. */
    readonly delayMs: number;
  };
  readonly sampler: {
    /** The share of traces that are kept. */
    readonly ratio: number;
    /** Whether the trace of a caller is kept where the caller keeps it, and only there. */
    readonly followsCaller: boolean;
  };
  /** Whether the trace of a caller goes on here. */
  readonly takesContext: boolean;
  readonly resource: Readonly<Record<string, string>>;
}

const exporters = ['otlp', 'console', 'none'] as const;
const roots = ['always_on', 'always_off', 'traceidratio'] as const;
const samplers = [...roots, ...roots.map((root) => `parentbased_${root}` as const)] as const;
const propagators: readonly string[] = ['tracecontext', 'baggage', 'none'];

/** Undefined where nothing is to be traced. Notes in `read.problems` what is wrong. */
export function traceSettingsFrom(read: EnvironmentReader): TraceSettings | undefined {
  // What nobody uses need not be right: other programs on the machine may read it.
  if (read.oneOf('OTEL_SDK_DISABLED', 'false', ['true', 'false']) === 'true') return undefined;
  const endpoint = endpointFrom(read);
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', endpoint === undefined ? 'none' : 'otlp', exporters);
  if (exporter === 'none') return undefined;
  const name = read.optional('OTEL_SERVICE_NAME');
  return {
    ...(exporter === 'otlp' ? { collector: collectorFrom(read, endpoint ?? 'http://localhost:4318/v1/traces') } : {}),
    sampler: samplerFrom(read),
    takesContext: takesContext(read),
    resource: {
      'service.name': 'outdial',
      ...pairsFrom(read, 'OTEL_RESOURCE_ATTRIBUTES'),
      ...(name === undefined ? {} : { 'service.name': name }),
    },
  };
}

function endpointFrom(read: EnvironmentReader): string | undefined {
  const base = read.optional('OTEL_EXPORTER_OTLP_ENDPOINT');
  return (
    read.optional('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ??
    (base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`)
  );
}

function collectorFrom(read: EnvironmentReader, url: string): NonNullable<TraceSettings['collector']> {
  checkCertificates(read);
  read.oneOf(given(read, 'COMPRESSION'), 'none', ['gzip', 'none']);
  read.oneOf(given(read, 'PROTOCOL'), 'http/protobuf', ['http/protobuf']);
  if (!isCollectorUrl(url)) {
    read.problems.push(
      `${given(read, 'ENDPOINT')} must be an http: or https: URL, without user and password, query and fragment.`,
    );
  }
  const headers = {
    ...headersFrom(read, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...headersFrom(read, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
  };
  if (Object.keys(headers).length > 0 && !secureUrl(url)) {
    read.problems.push(
      `${given(read, 'HEADERS')} may hold a secret: ${given(read, 'ENDPOINT')} must be https beside it (http only on a loopback host).`,
    );
  }
  return {
    url,
    headers,
    timeoutMs: read.wholeNumber(given(read, 'TIMEOUT'), 10_000, 1, 60_000),
    delayMs: read.wholeNumber('OTEL_BSP_SCHEDULE_DELAY', 5_000, 1, 60_000),
  };
}

/** Which variable says it: the one for traces where it is set. */
function given(read: EnvironmentReader, setting: OtlpSetting): Variable {
  const ofTraces = `OTEL_EXPORTER_OTLP_TRACES_${setting}` as const;
  return read.optional(ofTraces) === undefined ? `OTEL_EXPORTER_OTLP_${setting}` : ofTraces;
}

function isCollectorUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  // What is appended to the endpoint would be a part of the query.
  return /^https?:$/.test(protocol) && hostname !== '' && username === '' && password === '' && !/[?#]/.test(text);
}

/** The exporter reads the files by itself, and would fail with each batch. */
function checkCertificates(read: EnvironmentReader): void {
  pemIn(read, 'CERTIFICATE', (text) => ({ ca: text }));
  const cert = pemIn(read, 'CLIENT_CERTIFICATE', (text) => ({ cert: text }));
  const key = pemIn(read, 'CLIENT_KEY', (text) => ({ key: text }));
  const names = `${given(read, 'CLIENT_CERTIFICATE')} and ${given(read, 'CLIENT_KEY')}`;
  const isNamed = (setting: OtlpSetting) => read.optional(given(read, setting)) !== undefined;
  if (isNamed('CLIENT_CERTIFICATE') !== isNamed('CLIENT_KEY')) {
    read.problems.push(`${names} must both be set, or none of them.`);
  } else if (cert && key && !isPem({ cert, key })) read.problems.push(`${names} must belong to each other.`);
}

/** The text of a file; undefined where none is named, or where it is wrong. */
function pemIn(
  read: EnvironmentReader,
  setting: OtlpSetting,
  optionsOf: (text: string) => SecureContextOptions,
): string | undefined {
  const name = given(read, setting);
  const file = read.file(name);
  if (!file) return undefined;
  if (file.text.includes('-----BEGIN ') && isPem(optionsOf(file.text))) return file.text;
  read.problems.push(`${name} (${file.path}) must be a file in PEM form, and a key without a passphrase.`);
  return undefined;
}

function isPem(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

function headersFrom(read: EnvironmentReader, name: Variable): Readonly<Record<string, string>> {
  const headers = pairsFrom(read, name);
  try {
    for (const [header, value] of Object.entries(headers)) {
      validateHeaderName(header);
      validateHeaderValue(header, value);
    }
  } catch {
    read.problems.push(`${name} must hold names and values that a header of HTTP can bear.`);
  }
  return headers;
}

function samplerFrom(read: EnvironmentReader): TraceSettings['sampler'] {
  const name = read.oneOf('OTEL_TRACES_SAMPLER', 'parentbased_always_on', samplers);
  const share = read.fraction('OTEL_TRACES_SAMPLER_ARG', 1);
  const ratio = name.endsWith('traceidratio') ? share : Number(name.endsWith('always_on'));
  return { ratio, followsCaller: name.startsWith('parentbased_') };
}

function takesContext(read: EnvironmentReader): boolean {
  const named = read.list('OTEL_PROPAGATORS');
  if (named.some((name) => !propagators.includes(name))) {
    read.problems.push(`OTEL_PROPAGATORS must hold some of ${propagators.join(', ')}: the gateway reads no others.`);
  }
  if (named.includes('none') && named.length > 1) read.problems.push('OTEL_PROPAGATORS must hold none by itself.');
  return named.length === 0 || named.includes('tracecontext');
}

function pairsFrom(read: EnvironmentReader, name: Variable): Readonly<Record<string, string>> {
  const pairs = pairsIn(read.optional(name) ?? '');
  if (!pairs) read.problems.push(`${name} must be a list such as key=value,other=value, with percent-encoded values.`);
  return pairs ?? {};
}

/** Undefined where it cannot be read. */
function pairsIn(text: string): Readonly<Record<string, string>> | undefined {
  const items = text.split(',').filter((item) => item.trim() !== '');
  try {
    return Object.fromEntries(
      items.map((item) => {
        const { 1: key, 2: value } = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(item) ?? [];
        if (key === undefined || value === undefined) throw new URIError('a pair has a key and a value');
        return [decodeURIComponent(key), decodeURIComponent(value)];
      }),
    );
  } catch {
    return undefined;
  }
}
