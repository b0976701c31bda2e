import type { OutboundStrategy, Reference, StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { connectIdFrom } from '../connect/ids.js';
import { referenceValueAsSent } from '../graphql/rules/references.rule.js';
import type { OutboundStrategyInput } from './outbound-strategy.input.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';

/**
 * The request that Amazon Connect is sent for a valid input: ARNs reduced to ids, lists turned into maps, nothing that was not given. Inputs
 * that mean the same give requests that are equal also as JSON: members and map keys stand in a fixed order.
 */
export function startOutboundVoiceContactRequest(
  input: StartOutboundVoiceContactInput,
  resolved: { readonly instanceId: string; readonly connectToken: string },
): StartOutboundVoiceContactCommandInput {
  const { answerMachineDetectionConfig: detection, outboundStrategy } = input;
  return withoutAbsent({
    DestinationPhoneNumber: input.destinationPhoneNumber,
    ContactFlowId: connectIdFrom(input.contactFlowId),
    InstanceId: resolved.instanceId,
    ClientToken: resolved.connectToken,
    SourcePhoneNumber: input.sourcePhoneNumber,
    QueueId: idFrom(input.queueId),
    Attributes: mapFrom(input.attributes ?? [], ({ key, value }) => [key, value]),
    AnswerMachineDetectionConfig:
      detection &&
      withoutAbsent({
        EnableAnswerMachineDetection: detection.enableAnswerMachineDetection,
        AwaitAnswerMachinePrompt: detection.awaitAnswerMachinePrompt,
      }),
    CampaignId: idFrom(input.campaignId),
    TrafficType: input.trafficType,
    Name: input.name,
    Description: input.description,
    References: mapFrom(input.references ?? [], ({ name, type, value }): [string, Reference] => [
      name,
      { Type: type, Value: referenceValueAsSent(type, value) },
    ]),
    RelatedContactId: idFrom(input.relatedContactId),
    RingTimeoutInSeconds: input.ringTimeoutInSeconds,
    OutboundStrategy: outboundStrategy && strategyFrom(outboundStrategy),
  });
}

function strategyFrom({ type, config }: OutboundStrategyInput): OutboundStrategy {
  const preview = config?.agentFirst?.preview;
  return withoutAbsent({
    Type: type,
    Config:
      config &&
      withoutAbsent({
        AgentFirst:
          config.agentFirst &&
          withoutAbsent({
            Preview: preview && {
              PostAcceptTimeoutConfig: { DurationInSeconds: preview.postAcceptTimeoutConfig.durationInSeconds },
              AllowedUserActions: preview.allowedUserActions.toSorted(),
            },
          }),
      }),
  });
}

function idFrom(idOrArn: string | null | undefined): string | undefined {
  return idOrArn ? connectIdFrom(idOrArn) : undefined;
}

function mapFrom<T, V>(list: readonly T[], entryOf: (item: T) => [string, V]): Record<string, V> | undefined {
  if (list.length === 0) return undefined;
  return Object.fromEntries(list.map(entryOf).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type WithoutAbsent<T> = { [K in keyof T]: null extends T[K] ? Exclude<T[K], null> | undefined : T[K] };

function withoutAbsent<T extends object>(members: T): WithoutAbsent<T> {
  const present: Partial<T> = {};
  for (const name in members) if (members[name] !== undefined && members[name] !== null) present[name] = members[name];
  return present as WithoutAbsent<T>;
}
