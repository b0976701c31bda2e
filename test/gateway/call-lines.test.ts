import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { callLines, saidOfCalls, type CallLine } from '../support/call-lines.js';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) => ({
  input: callInput({ clientToken: `canary-token-${randomUUID()}`, ...changes }),
});

/** What is said of calls while `use` lasts. */
async function saidDuring(use: () => Promise<unknown>, on = gateway): Promise<readonly CallLine[]> {
  const before = callLines(on).length;
  await use();
  return callLines(on).slice(before);
}

const requestIdsOf = (answers: readonly GraphqlAnswer<unknown>[]) =>
  answers.map(({ headers }) => headers.get('x-request-id'));

describe('of one call the log says once that it was placed', () => {
  test('and of those who ask afterwards that they were answered from its record', async () => {
    const same = call();
    const answers: GraphqlAnswer<unknown>[] = [];
    const [first, ...others] = await saidDuring(async () => {
      for (const subject of ['ann', 'ben', 'cem'])
        answers.push(await gateway.ask(PlaceCallDocument, same, { subject }));
    });
    const [placed] = gateway.simulator.calls();
    const common = {
      contactId: placed?.contactId,
      instanceId: placed?.instanceId,
      trafficType: 'GENERAL',
      tenant: 'acme',
    };
    expect([first, ...others].map(({ requestId } = {} as CallLine) => requestId)).toEqual(requestIdsOf(answers));
    expect(first).toMatchObject({ ...common, msg: 'call placed', isReplay: false, subject: 'ann' });
    expect(others).toMatchObject([
      { ...common, msg: 'call answered from its record', isReplay: true, subject: 'ben' },
      { ...common, msg: 'call answered from its record', isReplay: true, subject: 'cem' },
    ]);
  });

  test('and of those who wait for it that they were answered from its record', async () => {
    const same = call();
    const lines = await saidDuring(() => Promise.all([1, 2, 3].map(() => gateway.ask(PlaceCallDocument, same))));
    expect(saidOfCalls(lines)).toEqual({ placed: 1, answered: 2 });
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(3);
    expect(gateway.simulator.calls()).toHaveLength(1);
  });

  test('where Connect lost the first answer, and its contact came with a resend of the same request', async () => {
    const lines = await saidDuring(async () => {
      const asked = gateway.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550113' }));
      await gateway.clock.runUntil(asked);
    });
    expect(lines).toMatchObject([{ msg: 'call placed', contactId: gateway.simulator.calls()[0]?.contactId }]);
  });

  test('where its outcome was unknown, by the request that found it out, and of later ones that they were answered', async () => {
    await withGateway({}, async (impatient) => {
      impatient.simulator.inject({ operation, times: 1, delayMs: 5_000, destroySocket: 'after' });
      const same = call({ maxWaitInSeconds: 3 });
      const unknown = await impatient.clock.runUntil(impatient.ask(PlaceCallDocument, same));
      expect(unknown.errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
      expect(callLines(impatient)).toEqual([]);

      await impatient.clock.runUntil(impatient.ask(PlaceCallDocument, same, { subject: 'ben' }));
      await impatient.ask(PlaceCallDocument, same, { subject: 'cem' });
      const [{ contactId } = { contactId: undefined }] = impatient.simulator.calls();
      expect(saidOfCalls(callLines(impatient)).placed).toBe(1);
      expect(callLines(impatient).at(-1)).toMatchObject({
        msg: 'call answered from its record',
        contactId,
        subject: 'cem',
      });
    });
  });

  test('where it was placed only after its caller was answered, and nobody asks again', async () => {
    const lines = await saidDuring(async () => {
      const before = callLines(gateway).length;
      gateway.simulator.inject({ operation, delayMs: 11_000 });
      const asking = gateway.ask(PlaceCallDocument, call(), { subject: 'ann' });
      await gateway.simulator.whenRequested(operation, 1);
      expect((await gateway.clock.runUntil(asking)).errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
      gateway.clock.advance(1_000);
      await until(() => callLines(gateway).length > before);
    });
    expect(lines).toMatchObject([{ msg: 'call placed', subject: 'ann', isReplay: false }]);
  });
});

test('nothing is said of a call that is refused, and of none its number or its token', async () => {
  const lines = await saidDuring(async () => {
    await gateway.ask(PlaceCallDocument, call());
    await gateway.ask(PlaceCallDocument, call());
    await gateway.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550107' }));
  });
  expect(saidOfCalls(lines)).toEqual({ placed: 1, answered: 0 });
  expect(gateway.logged()).not.toMatch(/2065550\d{3}|canary-token/);
});
