import { json } from 'node:stream/consumers';
import { ConnectClient, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { startOutboundVoiceContactRequest } from '../../src/calls/start-outbound-voice-contact.request.js';
import { instanceId, place, smallest, whole } from './input-fixture.js';
import { startStandIn } from '../support/stand-in.js';

const resolved = { instanceId, connectToken: 'derived-token' };

async function requestFor(
  input: Readonly<Record<string, unknown>>,
): Promise<ReturnType<typeof startOutboundVoiceContactRequest>> {
  return startOutboundVoiceContactRequest((await place(input)).accepted!, resolved);
}

describe('the request of a call', () => {
  test('holds only what was given', async () => {
    const request = await requestFor(smallest);
    expect(request).toStrictEqual({
      DestinationPhoneNumber: '+12065550100',
      ContactFlowId: '846ec553-a005-41c0-8341-000000000001',
      InstanceId: instanceId,
      ClientToken: 'derived-token',
      SourcePhoneNumber: '+12065550123',
      TrafficType: 'GENERAL',
    });
    const nulls = Object.keys(whole).filter((member) => !['trafficType', 'allowRepeat'].includes(member));
    const emptied = {
      ...Object.fromEntries(nulls.map((member) => [member, null])),
      ...smallest,
      attributes: [],
      references: [],
    };
    expect(await requestFor(emptied)).toStrictEqual(request);
  });

  test('reaches the wire with every member that Amazon Connect knows', async () => {
    expect(await wireBodyOf(await requestFor(whole))).toEqual({
      DestinationPhoneNumber: '+12065550100',
      ContactFlowId: '846ec553-a005-41c0-8341-000000000001',
      InstanceId: instanceId,
      ClientToken: 'derived-token',
      SourcePhoneNumber: '+12065550123',
      QueueId: '846ec553-a005-41c0-8341-000000000002',
      Attributes: { orderId: 'A-1001', greeting: '' },
      AnswerMachineDetectionConfig: { EnableAnswerMachineDetection: true, AwaitAnswerMachinePrompt: false },
      CampaignId: '846ec553-a005-41c0-8341-000000000003',
      TrafficType: 'CAMPAIGN',
      Name: 'Order A-1001',
      Description: 'Asked to be called back.\nPrefers mornings.',
      References: {
        Order: { Type: 'URL', Value: 'https://example.com/order/1?x=1#top' },
        Due: { Type: 'DATE', Value: '1896078600' },
        Amount: { Type: 'NUMBER', Value: '12.50' },
        Note: { Type: 'STRING', Value: 'Gold customer' },
        Mail: { Type: 'EMAIL', Value: 'ann@example.com' },
      },
      RelatedContactId: '846ec553-a005-41c0-8341-000000000004',
      RingTimeoutInSeconds: 30,
      OutboundStrategy: {
        Type: 'AGENT_FIRST',
        Config: {
          AgentFirst: {
            Preview: { PostAcceptTimeoutConfig: { DurationInSeconds: 0 }, AllowedUserActions: ['CALL', 'DISCARD'] },
          },
        },
      },
    });
  });

  test('is the same JSON for inputs that mean the same', async () => {
    const { outboundStrategy: strategy, ...rest } = whole;
    const { preview } = strategy.config.agentFirst;
    const shuffled = {
      ...Object.fromEntries(Object.entries(rest).toReversed()),
      contactFlowId: '846ec553-a005-41c0-8341-000000000001',
      queueId: '846ec553-a005-41c0-8341-000000000002',
      campaignId: '846ec553-a005-41c0-8341-000000000003',
      instanceId: null,
      attributes: whole.attributes.toReversed(),
      references: whole.references.toReversed(),
      outboundStrategy: {
        config: {
          agentFirst: { preview: { ...preview, allowedUserActions: preview.allowedUserActions.toReversed() } },
        },
        type: 'AGENT_FIRST',
      },
      maxWaitInSeconds: 55,
      allowRepeat: false,
      clientToken: 'another',
    };
    expect(JSON.stringify(await requestFor(shuffled))).toBe(JSON.stringify(await requestFor(whole)));
  });

  test.each([
    [{}, {}],
    [{ enableAnswerMachineDetection: false }, { EnableAnswerMachineDetection: false }],
    [{ enableAnswerMachineDetection: null, awaitAnswerMachinePrompt: true }, { AwaitAnswerMachinePrompt: true }],
  ])('keeps what is said of answering machines: %j', async (answerMachineDetectionConfig, expected) => {
    const request = await requestFor({ ...smallest, answerMachineDetectionConfig });
    expect(request.AnswerMachineDetectionConfig).toStrictEqual(expected);
  });

  test.each([
    [{ type: 'AGENT_FIRST' }, { Type: 'AGENT_FIRST' }],
    [
      { type: 'AGENT_FIRST', config: {} },
      { Type: 'AGENT_FIRST', Config: {} },
    ],
    [
      { type: 'AGENT_FIRST', config: { agentFirst: {} } },
      { Type: 'AGENT_FIRST', Config: { AgentFirst: {} } },
    ],
  ])('keeps what is said of a strategy: %j', async (outboundStrategy, expected) => {
    expect((await requestFor({ ...smallest, outboundStrategy })).OutboundStrategy).toStrictEqual(expected);
  });
});

/** What the SDK itself puts on the wire for a request; it drops members that it does not know. */
async function wireBodyOf(request: ReturnType<typeof startOutboundVoiceContactRequest>): Promise<unknown> {
  const bodies: Promise<unknown>[] = [];
  const standIn = await startStandIn((incoming, answer) => {
    bodies.push(json(incoming));
    answer.end('{"ContactId":"C"}');
  });
  const client = new ConnectClient({
    region: 'us-west-2',
    endpoint: standIn.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    await client.send(new StartOutboundVoiceContactCommand(request));
    return await bodies[0];
  } finally {
    client.destroy();
    await standIn.stop();
  }
}
