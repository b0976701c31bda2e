import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';

export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
}

export interface SentSpan extends SpanRef {
  /** Empty for a span without a parent. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly SpanRef[];
  /** 2 is an error. */
  readonly status: number;
  readonly traceState: string;
  readonly service: Readonly<Record<string, unknown>>;
}

/** A collector that keeps what it gets by OTLP over HTTP. */
export interface OtlpSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** All that came so far, in the order in which the spans ended. */
  spans(): readonly SentSpan[];
  named(name: string): readonly SentSpan[];
  /** Every byte of every body, and every header. */
  received(): string;
  stop(): Promise<void>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly arrayValue?: { readonly values: readonly Value[] };
}

interface Pair {
  readonly key: string;
  readonly value: Value;
}

/** As protobufjs makes it of `otlp-trace.proto`, with all defaults. */
interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[];
  }[];
}

interface DecodedSpan extends Omit<
  SentSpan,
  'traceId' | 'spanId' | 'parentSpanId' | 'attributes' | 'status' | 'links'
> {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly attributes: readonly Pair[];
  readonly links: readonly { readonly traceId: Buffer; readonly spanId: Buffer }[];
  readonly status: { readonly code: number } | null;
}

const request = protobuf
  .loadSync(join(import.meta.dirname, 'otlp-trace.proto'))
  .lookupType('otlp.ExportTraceServiceRequest');

export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: SentSpan[] = [];
  let received = '';
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((body) => {
      received += `${JSON.stringify(incoming.headers)}\n${body.toString('latin1')}\n`;
      if (incoming.url === '/v1/traces' && incoming.headers['content-type'] === 'application/x-protobuf') {
        spans.push(...spansIn(body));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      } else {
        response.writeHead(404).end();
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    named: (name) => spans.filter((span) => span.name === name),
    received: () => received,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function spansIn(body: Buffer): SentSpan[] {
  const { resourceSpans } = request.toObject(request.decode(body), { defaults: true, longs: Number }) as Decoded;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, links, status, traceState }) => ({
        traceId: traceId.toString('hex'),
        spanId: spanId.toString('hex'),
        parentSpanId: parentSpanId.toString('hex'),
        name,
        kind,
        attributes: recordOf(attributes),
        links: links.map((link) => ({ traceId: link.traceId.toString('hex'), spanId: link.spanId.toString('hex') })),
        status: status?.code ?? 0,
        traceState,
        service: recordOf(resource.attributes),
      })),
    ),
  );
}

function recordOf(pairs: readonly Pair[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, intValue, arrayValue }: Value): unknown {
  return stringValue ?? intValue ?? arrayValue?.values.map(plain);
}
