import { expect, test } from '@jest/globals';
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { samplerOf } from '../../src/traces/sampler.js';
import { Traces } from '../../src/traces/traces.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const good = `00-${traceId}-${spanId}-01`;

function traced(
  traceparent: string | string[] | undefined,
  sampler = new AlwaysOnSampler() as ReturnType<typeof samplerOf>,
) {
  const exporter = new InMemorySpanExporter();
  const processor = new SimpleSpanProcessor({ exporter });
  const traces = new Traces({ sampler, processor, resource: {}, takesContext: true });
  const operation = traces.operation('the-request', { caller: { traceparent }, linked: { traceparent } });
  operation.end({});
  return { ids: operation.ids, spans: exporter.getFinishedSpans() };
}

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['a text', 'alice +12065550100'],
  ['a line of its own', `${good}\n{"msg":"call placed"}`],
  ['two, which Node joins', `${good}, ${good}`],
  ['two in a list', [good, good]],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['a trace id in capitals', good.toUpperCase()],
  ['a trace id that is too long', `00-${traceId}0-${spanId}-01`],
  ['version ff', good.replace(/^00/, 'ff')],
  ['more than version 00 has', `${good}-alice`],
  ['a header of 16 KB', '0'.repeat(16_384)],
])('of a traceparent that is %s nothing is taken', (_what, traceparent) => {
  const { ids, spans } = traced(traceparent);
  expect(ids).toEqual({
    requestId: 'the-request',
    trace_id: expect.stringMatching(/^[\da-f]{32}$/) as unknown,
    span_id: expect.stringMatching(/^[\da-f]{16}$/) as unknown,
  });
  expect(spans).toMatchObject([{ links: [] }]);
  expect(spans[0]?.parentSpanContext).toBeUndefined();
  expect(JSON.stringify([ids, spans[0]?.spanContext()])).not.toMatch(new RegExp(`${traceId}|${spanId}|alice`, 'i'));
});

test('of a version that comes later what is known is taken, and the rest is left', () => {
  const { ids, spans } = traced(`${good.replace(/^00/, 'cc')}-alice`);
  expect(ids.trace_id).toBe(traceId);
  expect(spans[0]?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true });
  expect(JSON.stringify([ids, spans[0]?.spanContext(), spans[0]?.parentSpanContext])).not.toContain('alice');
});

test('with a ratio the caller decides by the id of the trace, as docs/traces.md says', () => {
  const sampler = () => samplerOf({ ratio: 0.001, followsCaller: false });
  // A ratio goes by what the four parts of the id are, taken together.
  const [kept, dropped] = ['0000000f0000000f0000000f0000000f', 'ffffffff000000000000000000000000'];
  expect(traced(`00-${kept}-${spanId}-00`, sampler()).spans).toHaveLength(1);
  expect(traced(`00-${dropped}-${spanId}-01`, sampler()).spans).toHaveLength(0);
});
