import { describe, expect, test } from '@jest/globals';
import { magicNumbers, type Behaviour } from '../../src/simulator/magic-numbers.js';
import { numberOf } from '../simulator/start-simulator.js';
import { follow } from '../support/follow.js';
import { ReadOutcomeDocument } from '../support/generated/operations.js';
import { placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

/** `placedAfterMs`: what the gateway, or Connect, waits for before the call is placed and answered. */
type Row = readonly [
  Behaviour,
  outcome: string,
  disconnectReason: string,
  detection: string | null,
  placedAfterMs?: number,
];

const outcomes: readonly Row[] = [
  ['person', 'ANSWERED', 'CUSTOMER_DISCONNECT', null],
  ['voicemail-beep', 'ANSWERED', 'AGENT_DISCONNECT', null],
  ['voicemail-no-beep', 'ANSWERED', 'AGENT_DISCONNECT', null],
  ['busy', 'BUSY', 'TELECOM_BUSY', null],
  ['no-answer', 'NO_ANSWER', 'TELECOM_TIMEOUT', null],
  ['invalid', 'INVALID_NUMBER', 'TELECOM_NUMBER_INVALID', null],
  ['blocked', 'BLOCKED', 'TELECOM_POTENTIAL_BLOCKING', null],
  ['throttled-once', 'ANSWERED', 'CUSTOMER_DISCONNECT', null, 250],
  ['fails-once', 'ANSWERED', 'CUSTOMER_DISCONNECT', null, 250],
  ['answer-lost', 'ANSWERED', 'CUSTOMER_DISCONNECT', null, 250],
  ['slow', 'ANSWERED', 'CUSTOMER_DISCONNECT', null, 5_000],
  ['hangs-up-in-queue', 'ANSWERED', 'CUSTOMER_DISCONNECT', null],
  ['never-reaches-an-agent', 'ANSWERED', 'CUSTOMER_DISCONNECT', null],
];

const detectedOutcomes: readonly Row[] = [
  ['person', 'ANSWERED', 'CUSTOMER_DISCONNECT', 'HUMAN_ANSWERED'],
  ['voicemail-beep', 'MACHINE', 'CONTACT_FLOW_DISCONNECT', 'VOICEMAIL_BEEP'],
  ['voicemail-no-beep', 'MACHINE', 'CONTACT_FLOW_DISCONNECT', 'VOICEMAIL_NO_BEEP'],
  ['busy', 'BUSY', 'TELECOM_BUSY', 'SIT_TONE_BUSY'],
  ['no-answer', 'NO_ANSWER', 'TELECOM_TIMEOUT', 'AMD_UNANSWERED'],
  ['invalid', 'INVALID_NUMBER', 'TELECOM_NUMBER_INVALID', 'SIT_TONE_INVALID_NUMBER'],
  ['blocked', 'BLOCKED', 'TELECOM_POTENTIAL_BLOCKING', 'AMD_NOT_APPLICABLE'],
  ['hangs-up-in-queue', 'ANSWERED', 'CUSTOMER_DISCONNECT', 'HUMAN_ANSWERED'],
  ['never-reaches-an-agent', 'ANSWERED', 'CUSTOMER_DISCONNECT', 'HUMAN_ANSWERED'],
];

const neverPlaced: readonly Behaviour[] = [
  'destination-not-allowed',
  'not-permitted',
  'throttled-always',
  'fails-always',
];

async function expectOutcome([behaviour, outcome, disconnectReason, detection, placedAfterMs = 0]: Row, changes = {}) {
  const askedAtMs = gateway.clock.monotonic();
  const id = await gateway.clock.runUntil(
    placeCall(gateway, { ...changes, destinationPhoneNumber: numberOf(behaviour) }),
  );
  expect(gateway.clock.monotonic() - askedAtMs).toBeGreaterThanOrEqual(placedAfterMs);
  const { data: early } = await gateway.ask(ReadOutcomeDocument, { id });
  expect(early?.contact).toMatchObject({ status: expect.stringMatching(/INITIATED|IN_FLOW/), disconnectReason: null });
  gateway.clock.advance(400_000);
  const { data, errors } = await gateway.ask(ReadOutcomeDocument, { id });
  expect(errors).toBeUndefined();
  expect(data?.contact).toEqual({
    status: 'ENDED',
    outcome,
    disconnectReason,
    answeringMachineDetectionStatus: detection,
    rawAnsweringMachineDetectionStatus: detection,
  });
}

describe('what came of an ordinary call', () => {
  test.each(outcomes)('to a destination that is "%s" is %s, for the reason %s', async (...row) => {
    await expectOutcome(row);
  });
});

describe('what came of a campaign call with machine detection', () => {
  test.each(detectedOutcomes)('to a destination that is "%s" is %s, for the reason %s (%s)', async (...row) => {
    await expectOutcome(row, {
      trafficType: 'CAMPAIGN',
      answerMachineDetectionConfig: { enableAnswerMachineDetection: true },
    });
  });
});

test('every magic destination has its row, or is never placed', () => {
  expect([...outcomes.map(([behaviour]) => behaviour), ...neverPlaced].sort()).toEqual(
    magicNumbers.map(({ name }) => name).sort(),
  );
});

describe('the outcome of a call that is not over', () => {
  test('is open while it may still ring, and known from the answer on', async () => {
    const id = await placeCall(gateway);
    const readOutcome = async () => (await gateway.ask(ReadOutcomeDocument, { id })).data?.contact;
    expect(await readOutcome()).toMatchObject({ status: 'INITIATED', outcome: null });
    gateway.clock.advance(3_900);
    expect(await readOutcome()).toMatchObject({ status: 'INITIATED', outcome: null });
    gateway.clock.advance(1_100);
    expect(await readOutcome()).toMatchObject({ status: 'IN_FLOW', outcome: 'ANSWERED' });
  });

  test('is corrected once detection has heard the machine', async () => {
    const id = await placeCall(gateway, {
      destinationPhoneNumber: numberOf('voicemail-beep'),
      trafficType: 'CAMPAIGN',
      answerMachineDetectionConfig: { enableAnswerMachineDetection: true },
    });
    gateway.clock.advance(5_600);
    const { data } = await gateway.ask(ReadOutcomeDocument, { id });
    expect(data?.contact).toMatchObject({
      status: 'IN_FLOW',
      outcome: 'MACHINE',
      answeringMachineDetectionStatus: 'VOICEMAIL_BEEP',
    });
  });
});

describe.each(['SOLAR_FLARE', 'constructor'])(
  'a call that ends for the reason %s, which this version does not know',
  (reason) => {
    const selection = 'status outcome disconnectReason timeline { type details { disconnectReason } }';
    const told = {
      status: 'ENDED',
      outcome: 'UNKNOWN',
      disconnectReason: reason,
      timeline: [
        { type: 'INITIATED', details: null },
        { type: 'DISCONNECTED', details: { disconnectReason: reason } },
        { type: 'COMPLETED', details: null },
      ],
    };

    test.each([true, false])(
      'has an unknown outcome, for who follows it and who reads it (with events: %s)',
      async (takesEvents) => {
        await withGateway({ takesEvents }, async (one) => {
          const id = await placeCall(one, { destinationPhoneNumber: numberOf('busy') });
          one.simulator.distort({ contactId: id, disconnectReason: reason });
          const following = await follow(one, id, { selection });
          await one.clock.runUntil(following.ended);
          expect(following.updates.at(-1)).toEqual(told);
          const { data } = await one.ask(`query($id: ID!) { contact(id: $id) { ${selection} } }`, { id });
          expect(data).toEqual({ contact: told });
          await following.stop();
        });
      },
    );

    test('was answered all the same where somebody answered', async () => {
      const id = await placeCall(gateway);
      gateway.simulator.distort({ contactId: id, disconnectReason: reason });
      gateway.clock.advance(400_000);
      const { data } = await gateway.ask(ReadOutcomeDocument, { id });
      expect(data?.contact).toMatchObject({ outcome: 'ANSWERED', disconnectReason: reason });
    });
  },
);
