import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Config } from '../../src/config.js';
import { startOtlpSink, type OtlpSink, type SentSpan } from '../support/otlp-sink.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { follow } from '../support/follow.js';
import { callInput, placeCall } from '../support/place-call.js';
import { withGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

let sink: OtlpSink;
beforeAll(async () => {
  sink = await startOtlpSink();
});
afterAll(() => sink.stop());

function tracesTo(url: string): NonNullable<Config['traces']> {
  return {
    collector: { url: `${url}/v1/traces`, headers: {}, timeoutMs: 5_000, delayMs: 5 },
    sampler: { ratio: 1, followsCaller: true },
    takesContext: true,
    resource: {},
  };
}

/** What the collector gets while `use` lasts, and how to wait for it. */
function collected() {
  const before = sink.spans().length;
  const named = (name: string): readonly SentSpan[] =>
    sink
      .spans()
      .slice(before)
      .filter((span) => span.name === name);
  return {
    named,
    /** The first that fits, once it came. */
    when: async (name: string, fits: (span: SentSpan) => boolean = () => true): Promise<SentSpan> => {
      await until(() => named(name).some(fits));
      return named(name).find(fits)!;
    },
  };
}

const refTo = ({ traceId, spanId }: SentSpan) => ({ traceId, spanId });

test('an effort that goes on after its answer does so in a trace of its own, linked to the one before', async () => {
  await withGateway({ config: { traces: tracesTo(sink.url) } }, async (gateway) => {
    const { simulator, clock } = gateway;
    const spans = collected();
    simulator.inject({
      operation: 'StartOutboundVoiceContact',
      times: 1,
      delayMs: 12_000,
      destroySocket: 'after',
    });
    const answer = await clock.runUntil(
      gateway.ask(PlaceCallDocument, { input: callInput({ clientToken: randomUUID() }) }),
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN' } }]);
    const operation = await spans.when('mutation startOutboundVoiceContact');
    expect(operation).toMatchObject({ status: 2, attributes: { 'outdial.code': 'OUTCOME_UNKNOWN' } });
    const first = await spans.when('effort');
    expect(first).toMatchObject({ traceId: operation.traceId, parentSpanId: operation.spanId });

    const resent = simulator.whenRequested('StartOutboundVoiceContact', 2);
    await clock.runUntil(resent);
    const second = await spans.when('effort', ({ spanId }) => spanId !== first.spanId);
    expect(second).toMatchObject({ parentSpanId: '', links: [refTo(first)] });
    expect(second.traceId).not.toBe(operation.traceId);
    // The request that was under way began before the answer; what came of it did not.
    expect(spans.named('send').map(({ parentSpanId }) => parentSpanId)).toEqual([first.spanId, second.spanId]);
    expect(spans.named('turn').map(({ parentSpanId }) => parentSpanId)).toEqual([first.spanId, second.spanId]);
  });
});

test('a subscription is a trace until its first result; each result has its own, linked to it', async () => {
  await withGateway({ config: { traces: tracesTo(sink.url) } }, async (gateway) => {
    const spans = collected();
    const following = await follow(gateway, await placeCall(gateway));
    await gateway.clock.runUntil(following.ended);
    await until(() => spans.named('update').length === following.updates.length);
    const [subscription, ...others] = spans.named('subscription contactUpdated');
    expect(others).toEqual([]);
    expect(subscription).toMatchObject({ parentSpanId: '', status: 0 });
    expect(following.updates.length).toBeGreaterThan(2);
    const updates = spans.named('update');
    expect(updates.map(({ links }) => links)).toEqual(updates.map(() => [refTo(subscription!)]));
    expect(new Set([subscription!, ...updates].map(({ traceId }) => traceId)).size).toBe(updates.length + 1);
    // Nobody's operation polls.
    expect(spans.named('poll').length).toBeGreaterThan(0);
    expect(spans.named('poll')).toEqual(
      spans.named('poll').map(() => expect.objectContaining({ parentSpanId: '', links: [] }) as unknown),
    );
  });
});

test('each message of the queue of contact events is a trace', async () => {
  await withGateway({ takesEvents: true, config: { traces: tracesTo(sink.url) } }, async (gateway) => {
    const spans = collected();
    await placeCall(gateway);
    await gateway.clock.runUntil(spans.when('event', ({ attributes }) => attributes['outdial.event'] === 'recorded'));
    expect(spans.named('event')[0]).toMatchObject({ kind: 5, parentSpanId: '', links: [] });
  });
});

test('a collector that cannot be reached delays nothing and is one line of the log', async () => {
  const gone = await startOtlpSink();
  await gone.stop();
  const { collector, ...others } = tracesTo(gone.url);
  const traces = { ...others, collector: { ...collector!, timeoutMs: 50 } };
  await withGateway({ config: { traces } }, async (gateway) => {
    const linesOf = () => gateway.logged().match(/the collector [^"]+/g) ?? [];
    await placeCall(gateway);
    await until(() => linesOf().length > 0);
    for (let call = 0; call < 5; call += 1) await placeCall(gateway);
    await gateway.clock.runUntil(gateway.ask('{ __typename }'));
    expect(linesOf()).toEqual(['the collector does not take spans; they are dropped']);
    expect(gateway.logged()).toContain('ECONNREFUSED');
  });
});
