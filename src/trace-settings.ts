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
  const isDisabled = read.oneOf('OTEL_SDK_DISABLED', 'false', ['true', 'false']) === 'true';
  const endpoint = endpointFrom(read);
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', endpoint === undefined ? 'none' : 'otlp', exporters);
  // What nobody uses need not be right: other programs on the machine may read it.
  if (isDisabled || exporter === 'none') return undefined;
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
  for (const setting of ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'] as const) read.file(given(read, setting));
  read.oneOf(given(read, 'COMPRESSION'), 'none', ['gzip', 'none']);
  read.oneOf(given(read, 'PROTOCOL'), 'http/protobuf', ['http/protobuf']);
  if (!isCollectorUrl(url)) {
    read.problems.push(`${given(read, 'ENDPOINT')} must be an http: or https: URL, without user and password.`);
  }
  const headers = {
    ...pairsFrom(read, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...pairsFrom(read, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
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
  return /^https?:$/.test(protocol) && hostname !== '' && username === '' && password === '';
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
