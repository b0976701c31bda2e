import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DescribeQueueCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { withGateway } from '../support/start-gateway.js';
import { sendRaw } from './raw-request.js';
import { refusalOf } from './refusal-of.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const refused = callTo('+12065550107');

describe.each([
  [undefined, { Message: expect.any(String) }],
  ['header', { Message: expect.any(String) }],
  ['header-and-body', { __type: 'DestinationNotAllowedException', Message: expect.any(String) }],
] as const)('with the name of an error in %s', (errorTypeIn, body) => {
  let simulator: SimulatorUnderTest;
  beforeAll(async () => {
    simulator = await simulatorUnderTest({ settings: errorTypeIn ? { errorTypeIn } : {} });
  });
  afterAll(() => simulator.stop());

  test('the body holds what the setting says, and the header always the name.', async () => {
    const answer = await sendRaw(simulator.url, {
      method: 'PUT',
      path: '/contact/outbound-voice',
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(refused)),
      accessKeyId: 'any',
      secretAccessKey: 'any',
    });
    expect(answer).toMatchObject({ status: 403, errorType: 'DestinationNotAllowedException' });
    expect(answer.body).toEqual(body);
  });

  test('the SDK reads the same error.', async () => {
    const placed = refusalOf(simulator.client.send(new StartOutboundVoiceContactCommand(refused)));
    await expect(placed).resolves.toEqual({
      name: 'DestinationNotAllowedException',
      status: 403,
      message: 'Outbound calls to the destination number are not allowed.',
    });
    const read = new DescribeQueueCommand({ InstanceId: seed.instanceId, QueueId: 'none' });
    await expect(refusalOf(simulator.client.send(read))).resolves.toEqual({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'The queue was not found.',
    });
  });
});

test.each(['header', 'header-and-body'] as const)('the gateway reads the same errors from %s.', (errorTypeIn) =>
  withGateway({ simulator: { errorTypeIn } }, async (gateway) => {
    for (const [type, status, code] of [
      ['DestinationNotAllowedException', 403, 'DESTINATION_NOT_ALLOWED'],
      ['OutboundContactNotPermittedException', 403, 'OUTBOUND_NOT_PERMITTED'],
      ['LimitExceededException', 429, 'LIMIT_EXCEEDED'],
      ['InvalidParameterException', 400, 'BAD_USER_INPUT'],
    ] as const) {
      gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', status, type });
      const { errors } = await gateway.ask(PlaceCallDocument, { input: callInput() });
      expect(errors?.[0]?.extensions).toMatchObject({ code });
    }
  }),
);
