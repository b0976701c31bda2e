import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Config } from '../../src/config.js';
import { startOtlpSink, type OtlpSink } from '../support/otlp-sink.js';
import { callInput } from '../support/place-call.js';
import { withGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

interface Answer {
  readonly data?: { readonly startOutboundVoiceContact: { readonly id: string } | null };
}

let sink: OtlpSink;
beforeAll(async () => {
  sink = await startOtlpSink();
});
afterAll(() => sink.stop());

const calls = Array.from({ length: 30 }, (_, index) => ({
  requestId: `request-${index}`,
  traceId: (index + 1).toString(16).padStart(32, '0'),
  number: `+120655570${String(index).padStart(2, '0')}`,
}));

test('of calls that wait in one queue for one quota, each has its spans and its lines of the log to itself', async () => {
  const traces: NonNullable<Config['traces']> = {
    collector: { url: `${sink.url}/v1/traces`, headers: {}, timeoutMs: 60_000, delayMs: 5 },
    sampler: { ratio: 1, followsCaller: true },
    takesContext: true,
    resource: {},
  };
  const quotas = new Map([['StartOutboundVoiceContact', { ratePerSecond: 20, burst: 3 }]]);
  await withGateway({ config: { traces }, connect: { quotas } }, async (gateway) => {
    const { url, issuer, clock } = gateway;
    const token = await issuer.token({ scopes: ['calls:start', 'contacts:read'], tenant: 'acme' });
    const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id queue { name } } }`;
    const place = async ({ requestId, traceId, number }: (typeof calls)[number]) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'x-request-id': requestId,
          traceparent: `00-${traceId}-b7ad6b7169203331-01`,
        },
        body: JSON.stringify({
          query,
          variables: { input: callInput({ clientToken: randomUUID(), destinationPhoneNumber: number }) },
        }),
      });
      return (await response.json()) as Answer;
    };
    const answers = await clock.runUntil(Promise.all(calls.map(place)));
    expect(answers.filter(({ data }) => !data?.startOutboundVoiceContact)).toEqual([]);
    await until(() => sink.named('mutation startOutboundVoiceContact').length === calls.length);

    const lines = gateway
      .logged()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const ofRequests = lines.filter(({ requestId }) => requestId !== undefined);
    const traceOf = new Map<unknown, string>(calls.map(({ requestId, traceId }) => [requestId, traceId]));
    expect(ofRequests.filter(({ requestId, trace_id: traceId }) => traceId !== traceOf.get(requestId))).toEqual([]);
    const placed = ofRequests.filter(({ msg }) => msg === 'call placed');
    calls.forEach(({ requestId }, index) => {
      expect(placed.filter((line) => line.requestId === requestId)).toMatchObject([
        { contactId: answers[index]?.data?.startOutboundVoiceContact?.id },
      ]);
    });
    const spansOf = (traceId: string) => sink.spans().filter((span) => span.traceId === traceId);
    const names = [
      'authorize',
      'claim',
      'effort',
      'mutation startOutboundVoiceContact',
      'send',
      'send',
      'turn',
      'turn',
    ];
    expect(
      calls.map(({ traceId }) =>
        spansOf(traceId)
          .map(({ name }) => name)
          .sort(),
      ),
    ).toEqual(calls.map(() => names));
  });
});
