import { expect, test } from '@jest/globals';
import { lateForMs } from '../../src/operations/admission.js';
import { CapacityDocument, PlaceCallDocument } from '../support/generated/operations.js';
import { ManualLoopDelay } from '../support/manual-loop-delay.js';
import { callInput } from '../support/place-call.js';
import { withGateway } from '../support/start-gateway.js';

const number = '+12065550123';
const otherNumber = '+12065550124';

test('a call that is refused for overload has claimed nothing and rung nothing: its clientToken and its number are free', async () => {
  const loopDelay = new ManualLoopDelay();
  await withGateway({ parts: { loopDelay } }, async (gateway) => {
    const refused = callInput({ clientToken: 'one-call', destinationPhoneNumber: number });
    loopDelay.sample(1_000);
    gateway.clock.advance(lateForMs);
    const answer = await gateway.ask(PlaceCallDocument, { input: refused });
    expect(answer.status).toBe(200);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'THROTTLED', retryable: true, retryAfterMs: 2_000 } }]);
    expect(answer.errors?.[0]).not.toHaveProperty('path');

    loopDelay.sample(0);
    // Where the clientToken was claimed, other input were IDEMPOTENCY_CONFLICT.
    const other = callInput({ clientToken: 'one-call', destinationPhoneNumber: otherNumber });
    const placed = await gateway.ask(PlaceCallDocument, { input: other });
    expect(placed.errors).toBeUndefined();
    // Where the number was reserved, another call to it were DUPLICATE_CALL.
    const another = callInput({ clientToken: 'another-call', destinationPhoneNumber: number });
    expect((await gateway.ask(PlaceCallDocument, { input: another })).errors).toBeUndefined();
    expect(gateway.simulator.calls()).toHaveLength(2);
    expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(2);
  });
});

test('calls that wait for their permits count, and each is placed; what comes beside them is refused, reads first', async () => {
  const changes = {
    config: { admission: { maxOperationsInFlight: 12, maxLoopDelayMs: 1_000 } },
    connect: { quotas: new Map([['StartOutboundVoiceContact', { ratePerSecond: 1, burst: 2 }]]) },
    calls: { duplicateWindowMs: 0 },
  };
  await withGateway(changes, async (gateway) => {
    const place = (clientToken: string) =>
      gateway.ask(PlaceCallDocument, { input: callInput({ clientToken, maxWaitInSeconds: 55 }) });
    const codesOf = ({ errors }: { errors?: readonly { extensions: { code: string } }[] }) =>
      errors?.map(({ extensions }) => extensions.code);
    const first = await place('first');
    expect(first.errors).toBeUndefined();
    const waiting = Array.from({ length: 9 }, (_, index) => place(`waiting-${index}`));
    await gateway.clock.whenQuiet();
    expect(codesOf(await gateway.ask(CapacityDocument))).toEqual(['THROTTLED']);
    waiting.push(...Array.from({ length: 3 }, (_, index) => place(`waiting-too-${index}`)));
    await gateway.clock.whenQuiet();
    expect(codesOf(await place('one-too-many'))).toEqual(['THROTTLED']);
    const answers = await gateway.clock.runUntil(Promise.all(waiting));
    expect(answers.map(codesOf)).toEqual(waiting.map(() => undefined));
    expect(gateway.simulator.calls()).toHaveLength(1 + waiting.length);
    expect(codesOf(await gateway.ask(CapacityDocument))).toBeUndefined();
    const last = await gateway.clock.runUntil(place('one-too-many'));
    expect(last.errors).toBeUndefined();
  });
});

test('the event loop of this process is what counts', async () => {
  const changes = {
    config: { admission: { maxOperationsInFlight: 100, maxLoopDelayMs: 80 } },
    parts: { loopDelay: undefined },
  };
  await withGateway(changes, async (gateway) => {
    const codes = async () => {
      const { errors } = await gateway.ask(CapacityDocument);
      // The delay has lasted long enough by the gateway's clock, if it has lasted until now.
      gateway.clock.advance(lateForMs);
      return errors?.map(({ extensions }) => extensions.code);
    };
    let isBusy = true;
    const stayBusy = () => {
      for (const untilMs = performance.now() + 200; performance.now() < untilMs;);
      if (isBusy) setImmediate(stayBusy);
    };
    setImmediate(stayBusy);
    while ((await codes())?.[0] !== 'THROTTLED');
    isBusy = false;
    while ((await codes()) !== undefined);
  });
});
