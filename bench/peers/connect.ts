import {
  ConnectClient,
  DescribeContactCommand,
  DescribeQueueCommand,
  StartOutboundVoiceContactCommand,
} from '@aws-sdk/client-connect';

/** The input of the mutation, as far as the peers read it. */
export interface CallInput {
  readonly destinationPhoneNumber: string;
  readonly contactFlowId: string;
  readonly clientToken?: string | null;
  readonly sourcePhoneNumber?: string | null;
  readonly queueId?: string | null;
  readonly name?: string | null;
  readonly attributes?: readonly { readonly key: string; readonly value: string }[] | null;
}

const { CONNECT_INSTANCE_ID: InstanceId } = process.env;
/** With the SDK's defaults; Region, credentials and endpoint come from its environment variables. */
const client = new ConnectClient({});

/** Places a call; answers its contact id. */
export async function startCall(input: CallInput): Promise<{ readonly id: string }> {
  const { ContactId: id = '' } = await client.send(
    new StartOutboundVoiceContactCommand({
      InstanceId,
      DestinationPhoneNumber: input.destinationPhoneNumber,
      ContactFlowId: input.contactFlowId,
      ClientToken: input.clientToken ?? undefined,
      SourcePhoneNumber: input.sourcePhoneNumber ?? undefined,
      QueueId: input.queueId ?? undefined,
      Name: input.name ?? undefined,
      Attributes: input.attributes
        ? Object.fromEntries(input.attributes.map(({ key, value }) => [key, value]))
        : undefined,
    }),
  );
  return { id };
}

/** What Connect tells of a contact, in the words of the schema. */
export async function contactOf(id: string) {
  const { Contact: contact } = await client.send(new DescribeContactCommand({ InstanceId, ContactId: id }));
  if (!contact?.Id) return null;
  return {
    id: contact.Id,
    channel: contact.Channel,
    initiationTimestamp: contact.InitiationTimestamp,
    connectedToSystemTimestamp: contact.ConnectedToSystemTimestamp,
    disconnectTimestamp: contact.DisconnectTimestamp,
    disconnectReason: contact.DisconnectReason,
    customerEndpoint: contact.CustomerEndpoint && { address: contact.CustomerEndpoint.Address },
    attributes: Object.entries(contact.Attributes ?? {}).map(([key, value]) => ({ key, value })),
    queueId: contact.QueueInfo?.Id,
  };
}

/** Id and name of a queue. */
export async function queueOf(id: string) {
  const { Queue: queue } = await client.send(new DescribeQueueCommand({ InstanceId, QueueId: id }));
  return queue?.QueueId === undefined ? null : { id: queue.QueueId, name: queue.Name };
}
