import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What an event tells of a contact, in the words of the schema. */
export interface ContactUpdate {
  readonly id: string;
  readonly channel: string;
  readonly initiationTimestamp: Date;
  readonly disconnectReason?: string | undefined;
}

interface Envelope {
  readonly detail: {
    readonly contactId: string;
    readonly channel: string;
    readonly initiationTimestamp: string;
    readonly disconnectReason?: string;
  };
}

/** Takes contact events off the queue of CONTACT_EVENTS_QUEUE_URL, where there is one, as long as the process lives. */
export async function readContactEvents(publish: (update: ContactUpdate) => void): Promise<void> {
  const { CONTACT_EVENTS_QUEUE_URL: QueueUrl } = process.env;
  if (QueueUrl === undefined) return;
  const client = new SQSClient({ endpoint: new URL(QueueUrl).origin });
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
    );
    for (const { Body = '' } of Messages) {
      const { contactId: id, channel, initiationTimestamp, disconnectReason } = (JSON.parse(Body) as Envelope).detail;
      publish({ id, channel, initiationTimestamp: new Date(initiationTimestamp), disconnectReason });
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
