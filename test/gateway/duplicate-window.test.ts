import { expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { inOtherInstance, outcomeOf, placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

const unknownFlow = '00000000-0000-4000-8000-000000000000';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), {
  passMs: 61_000,
  instances: { byTenant: new Map([['acme', [seed.instanceId, seed.otherInstanceId]]]) },
});

test('a refused call with allowRepeat does not take away the rest that an earlier call gave the number', async () => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: true, contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('nor while the earlier call is still being placed', async () => {
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', delayMs: 2_000 });
  const first = placeCall(gateway, { allowRepeat: false });
  await gateway.simulator.whenRequested('StartOutboundVoiceContact', 1);
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: true, contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
  gateway.clock.advance(2_000);
  await first;
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('a placed call with allowRepeat still leaves the number at rest, for its own time', async () => {
  await placeCall(gateway, { allowRepeat: false });
  gateway.clock.advance(50_000);
  await placeCall(gateway, { allowRepeat: true });
  gateway.clock.advance(50_000);
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false }))).toBe('DUPLICATE_CALL');
});

test('the same number is the same in another instance', async () => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false, ...inOtherInstance }))).toBe('DUPLICATE_CALL');
});

test.each([
  ['with a blank in it', '+1 2065550100'],
  ['with a blank before it', ' +12065550100'],
  ['with punctuation', '+1(206)555-0100'],
  ['as a link', 'tel:+12065550100'],
  ['with an invisible mark', '+1206555\u200b0100'],
  ['in full-width digits', '＋１２０６５５５０１００'],
  ['with an extension', '+12065550100,1'],
  ['with the national 1 twice', '+112065550100'],
  ['with 00', '0012065550100'],
  ['with 011', '01112065550100'],
  ['with digits behind it', '+120655501001'],
  ['with a line break', '+12065550100\n'],
])('a number that was just called is no other number %s', async (_how, destinationPhoneNumber) => {
  await placeCall(gateway, { allowRepeat: false });
  expect(await outcomeOf(placeCall(gateway, { allowRepeat: false, destinationPhoneNumber }))).toBe('BAD_USER_INPUT');
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('aliases of one mutation are calls like any other: the fence holds between them', async () => {
  const call = `startOutboundVoiceContact(input: { destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", sourcePhoneNumber: "${seed.numbers.us.number}" }) { id }`;
  const { errors } = await gateway.ask(`mutation { a: ${call} b: ${call} c: ${call} d: ${call} e: ${call} }`);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array.from({ length: 4 }, () => 'DUPLICATE_CALL'));
  expect(gateway.simulator.calls()).toHaveLength(1);
});
