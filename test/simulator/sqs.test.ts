import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  QueueAttributeName,
  ReceiveMessageCommand,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { Message, SQSClientConfig } from '@aws-sdk/client-sqs';
import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { receive, sqsClient } from './events-queue.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

let simulator: SimulatorUnderTest;
let QueueUrl: string;
const sqs = sqsClient();
beforeAll(async () => {
  simulator = await simulatorUnderTest();
  QueueUrl = simulator.eventsQueueUrl;
});
beforeEach(() => {
  simulator.reset();
});
afterAll(() => simulator.stop());

function putMessages(...bodies: readonly string[]): void {
  for (const body of bodies) simulator.putMessage(body);
}

const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);

async function refusalOf(sent: Promise<unknown>): Promise<{ name: string; code: unknown; status: unknown }> {
  const outcome: unknown = await sent.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  if (!(outcome instanceof SQSServiceException)) throw outcome;
  const { name, $metadata } = outcome;
  return { name, code: (outcome as { Code?: string }).Code, status: $metadata.httpStatusCode };
}

test('the queues have the URLs of their account.', () => {
  expect(simulator.eventsQueueUrl).toBe(`${simulator.url}/123456789012/contact-events`);
  expect(simulator.deadLetterQueueUrl).toBe(`${simulator.url}/123456789012/contact-events-dead`);
});

describe('a receive', () => {
  test('gets a message as it was put, with what is asked for about it.', async () => {
    putMessages('Zoë "1"');
    const [message] = await receive(sqs, simulator);
    expect(message).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ReceiptHandle: expect.any(String),
      Body: 'Zoë "1"',
      MD5OfBody: 'c558ff5fbc088bd8920edb1ee76f8240',
      Attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: String(simulator.clock.now()),
        SentTimestamp: String(simulator.clock.now()),
        SenderId: 'events.amazonaws.com',
      },
    });
  });

  test.each([
    [[], undefined],
    [['SentTimestamp'], ['SentTimestamp']],
    [
      ['ApproximateReceiveCount', 'SenderId'],
      ['ApproximateReceiveCount', 'SenderId'],
    ],
  ] as const)('that asks for the attributes %j gets these.', async (MessageSystemAttributeNames, expected) => {
    putMessages('a');
    const [message] = await receive(sqs, simulator, { MessageSystemAttributeNames: [...MessageSystemAttributeNames] });
    expect(message!.Attributes && Object.keys(message!.Attributes)).toEqual(expected);
  });

  test.each([
    [undefined, 1],
    [3, 3],
    [10, 4],
  ])('of at most %s messages gets %i of four, in their order.', async (MaxNumberOfMessages, count) => {
    putMessages('a', 'b', 'c', 'd');
    const messages = await receive(sqs, simulator, { MaxNumberOfMessages });
    expect(bodies(messages)).toEqual(['a', 'b', 'c', 'd'].slice(0, count));
    expect(simulator.messages()).toEqual({ waiting: 4 - count, inFlight: count, dead: 0 });
  });

  test('gets nothing from an empty queue, at once.', async () => {
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).toMatchObject({
      $metadata: { httpStatusCode: 200 },
    });
    expect(await receive(sqs, simulator)).toEqual([]);
  });

  test('hides what it got until the visibility time-out has passed.', async () => {
    putMessages('a');
    await receive(sqs, simulator, { VisibilityTimeout: 10 });
    simulator.advance(9_999);
    expect(await receive(sqs, simulator)).toEqual([]);
    simulator.advance(1);
    const [again] = await receive(sqs, simulator);
    expect(again).toMatchObject({ Body: 'a', Attributes: { ApproximateReceiveCount: '2' } });
    simulator.advance(29_999);
    expect(await receive(sqs, simulator)).toEqual([]);
    simulator.advance(1);
    expect(await receive(sqs, simulator)).toHaveLength(1);
  });
});

describe('a long poll', () => {
  test('ends at once when a message comes.', async () => {
    const polled = receive(sqs, simulator, { WaitTimeSeconds: 20 });
    await simulator.whenRequested('ReceiveMessage', 1);
    putMessages('a');
    expect(bodies(await polled)).toEqual(['a']);
  });

  test('gets messages that come together in one answer.', async () => {
    const polled = receive(sqs, simulator, { WaitTimeSeconds: 20 });
    await simulator.whenRequested('ReceiveMessage', 1);
    putMessages('a', 'b', 'c');
    expect(bodies(await polled)).toEqual(['a', 'b', 'c']);
  });

  test('ends when an event arrives, and when a message becomes visible again.', async () => {
    await simulator.client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')));
    const polled = receive(sqs, simulator, { WaitTimeSeconds: 20 });
    await simulator.whenRequested('ReceiveMessage', 1);
    simulator.advance(300);
    const [event] = await polled;
    expect(event!.Body).toContain('INITIATED');
    const again = receive(sqs, simulator, { WaitTimeSeconds: 20 });
    await simulator.whenRequested('ReceiveMessage', 2);
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: event!.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect((await again)[0]!.MessageId).toBe(event!.MessageId);
  });

  test('ends with nothing when its wait is over, not before.', async () => {
    let isOver = false;
    const polled = receive(sqs, simulator, { WaitTimeSeconds: 20 }).finally(() => (isOver = true));
    await simulator.whenRequested('ReceiveMessage', 1);
    simulator.advance(19_999);
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
    expect(isOver).toBe(false);
    simulator.advance(1);
    expect(await polled).toEqual([]);
    putMessages('a');
    expect(simulator.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });

  test('of which there are two get a message each, the older one first.', async () => {
    const polls: Promise<readonly Message[]>[] = [];
    for (const count of [1, 2]) {
      polls.push(receive(sqs, simulator, { WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }));
      await simulator.whenRequested('ReceiveMessage', count);
    }
    putMessages('a', 'b');
    expect((await Promise.all(polls)).map(bodies)).toEqual([['a'], ['b']]);
  });

  test('whose client went away swallows no message.', async () => {
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const polled = sqs.send(command, { abortSignal: gone.signal });
    await simulator.whenRequested('ReceiveMessage', 1);
    gone.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
    // The server has seen the end of the connection before it has answered later requests.
    for (let count = 0; count < 3; count += 1) await fetch(`${simulator.url}/_simulator/messages`);
    putMessages('a');
    expect(bodies(await receive(sqs, simulator))).toEqual(['a']);
  });

  test('ends with nothing at a reset, and with the connection at a stop.', async () => {
    const other = await simulatorUnderTest();
    const polled = receive(sqs, other, { WaitTimeSeconds: 20 });
    await other.whenRequested('ReceiveMessage', 1);
    other.reset();
    expect(await polled).toEqual([]);
    const last = expect(receive(sqs, other, { WaitTimeSeconds: 20 })).rejects.toThrow();
    await other.whenRequested('ReceiveMessage', 1);
    await other.stop();
    await last;
  });
});

describe('a deletion', () => {
  test('takes a message in flight away for good, however often it is asked for.', async () => {
    putMessages('a');
    const [{ ReceiptHandle } = {}] = await receive(sqs, simulator);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    simulator.advance(60_000);
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
  });

  test('works after the visibility time-out, as long as nobody received the message again.', async () => {
    putMessages('a', 'b');
    const [{ ReceiptHandle } = {}] = await receive(sqs, simulator, { MaxNumberOfMessages: 1 });
    simulator.advance(30_000);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect(simulator.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
    expect(bodies(await receive(sqs, simulator))).toEqual(['b']);
  });

  test('with the receipt of an earlier receive succeeds and deletes nothing.', async () => {
    putMessages('a');
    const [{ ReceiptHandle } = {}] = await receive(sqs, simulator, { VisibilityTimeout: 0 });
    await receive(sqs, simulator);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 1, dead: 0 });
  });

  test('of a batch fails for each entry by itself.', async () => {
    putMessages('a', 'b');
    const [a, b] = await receive(sqs, simulator);
    const Entries = [
      { Id: '1', ReceiptHandle: a!.ReceiptHandle },
      { Id: '2', ReceiptHandle: 'nonsense' },
      { Id: '3', ReceiptHandle: b!.ReceiptHandle },
    ];
    expect(await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).toMatchObject({
      Successful: [{ Id: '1' }, { Id: '3' }],
      Failed: [{ Id: '2', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }],
    });
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
  });
});

describe('a change of visibility', () => {
  test('gives a message more time, from now.', async () => {
    putMessages('a');
    const [{ ReceiptHandle } = {}] = await receive(sqs, simulator);
    simulator.advance(20_000);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    simulator.advance(59_999);
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 1, dead: 0 });
    simulator.advance(1);
    expect(simulator.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });

  test('is refused for a message that is visible, and for one that was received again or deleted.', async () => {
    putMessages('a');
    const [{ ReceiptHandle } = {}] = await receive(sqs, simulator, { VisibilityTimeout: 0 });
    const change = () =>
      refusalOf(sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 })));
    expect(await change()).toMatchObject({ name: 'MessageNotInflight', status: 400 });
    const [{ ReceiptHandle: latest } = {}] = await receive(sqs, simulator);
    expect(await change()).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: latest }));
    expect(await change()).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
  });

  test('of a batch gives several back at once.', async () => {
    putMessages('a', 'b');
    const received = await receive(sqs, simulator);
    const Entries = received.map(({ MessageId, ReceiptHandle }) => ({
      Id: MessageId,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    const answer = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(answer.Successful).toHaveLength(2);
    expect(bodies(await receive(sqs, simulator))).toEqual(['a', 'b']);
  });
});

test.each([
  ['default', 3, {}],
  ['set', 1, { maxReceiveCount: 1 }],
])('a message received %s times too often (%i) goes to the dead-letter queue.', async (_what, times, settings) => {
  const other = await simulatorUnderTest({ settings });
  other.putMessage('poison');
  for (let count = 0; count < times; count += 1) {
    expect(await receive(sqs, other, { VisibilityTimeout: 5 })).toHaveLength(1);
    other.advance(5_000);
  }
  expect(other.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  expect(await receive(sqs, other)).toEqual([]);
  expect(other.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
  const dead = new ReceiveMessageCommand({ QueueUrl: other.deadLetterQueueUrl, VisibilityTimeout: 0 });
  for (let count = 0; count < 5; count += 1) {
    expect((await sqs.send(dead)).Messages).toMatchObject([{ Body: 'poison' }]);
  }
  await other.stop();
});

test('a poison message does not hold up the ones behind it.', async () => {
  putMessages('poison', 'good');
  for (let count = 0; count < 3; count += 1) {
    const got = await receive(sqs, simulator, { MaxNumberOfMessages: 1, VisibilityTimeout: 1 });
    expect(bodies(got)).toEqual([count === 1 ? 'good' : 'poison']);
    if (count === 1) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: got[0]!.ReceiptHandle }));
    simulator.advance(1_000);
  }
});

test('a queue that nobody reads keeps the newest hundred thousand messages.', async () => {
  for (let count = 0; count <= 100_000; count += 1) simulator.putMessage(String(count));
  expect(simulator.messages()).toEqual({ waiting: 100_000, inFlight: 0, dead: 0 });
  expect(bodies(await receive(sqs, simulator, { MaxNumberOfMessages: 2 }))).toEqual(['1', '2']);
});

test('the attributes of a queue are its counts and its settings.', async () => {
  putMessages('a', 'b', 'c');
  await receive(sqs, simulator, { MaxNumberOfMessages: 2 });
  const all = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(all.Attributes).toMatchObject({
    QueueArn: 'arn:aws:sqs:us-west-2:123456789012:contact-events',
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '2',
    VisibilityTimeout: '30',
  });
  expect(JSON.parse(all.Attributes!.RedrivePolicy!)).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-west-2:123456789012:contact-events-dead',
    maxReceiveCount: 3,
  });
  const one = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  expect((await sqs.send(one)).Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
  expect((await sqs.send(new GetQueueAttributesCommand({ QueueUrl }))).Attributes).toBeUndefined();
});

test('every attribute that a queue can have may be asked for, also one that it does not have.', async () => {
  const AttributeNames = Object.values(QueueAttributeName);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  expect(Attributes).toHaveProperty('QueueArn');
  const age = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['CreatedTimestamp'] });
  expect((await sqs.send(age)).Attributes).toBeUndefined();
});

describe('a request that is not in order', () => {
  const entry = (Id: string) => ({ Id, ReceiptHandle: 'r' });
  const batch = (...Entries: { Id: string; ReceiptHandle: string }[]) =>
    sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));

  test.each<readonly [string, string, () => Promise<unknown>]>([
    ['too many messages', 'InvalidParameterValue', () => receive(sqs, simulator, { MaxNumberOfMessages: 11 })],
    ['no messages', 'InvalidParameterValue', () => receive(sqs, simulator, { MaxNumberOfMessages: 0 })],
    ['too long a wait', 'InvalidParameterValue', () => receive(sqs, simulator, { WaitTimeSeconds: 21 })],
    ['too long a time-out', 'InvalidParameterValue', () => receive(sqs, simulator, { VisibilityTimeout: 43_201 })],
    [
      'another queue',
      'AWS.SimpleQueueService.NonExistentQueue',
      () => receive(sqs, simulator, { QueueUrl: `${simulator.url}/123456789012/other` }),
    ],
    [
      'the receipt of another queue',
      'ReceiptHandleIsInvalid',
      async () => {
        putMessages('a');
        const [{ ReceiptHandle } = {}] = await receive(sqs, simulator);
        return sqs.send(new DeleteMessageCommand({ QueueUrl: simulator.deadLetterQueueUrl, ReceiptHandle }));
      },
    ],
    ['an empty batch', 'AWS.SimpleQueueService.EmptyBatchRequest', () => batch()],
    [
      'too large a batch',
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
      () => batch(...Array.from({ length: 11 }, (_, index) => entry(String(index)))),
    ],
    ['one id twice', 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct', () => batch(entry('a'), entry('a'))],
    ['an id with a space', 'AWS.SimpleQueueService.InvalidBatchEntryId', () => batch(entry('a b'))],
    [
      'an unknown attribute',
      'InvalidAttributeName',
      () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Colour' as 'All'] })),
    ],
    [
      'no receipt',
      'MissingParameter',
      () => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: undefined })),
    ],
  ])('for %s is answered %s.', async (_what, code, send) => {
    expect(await refusalOf(send())).toMatchObject({ code });
  });

  test('is an error of its own class to the SDK, as the service answers it.', async () => {
    const QueueUrlOfNone = `${simulator.url}/123456789012/none`;
    const refusal = await refusalOf(receive(sqs, simulator, { QueueUrl: QueueUrlOfNone }));
    expect(refusal).toEqual({
      name: 'QueueDoesNotExist',
      code: 'AWS.SimpleQueueService.NonExistentQueue',
      status: 400,
    });
    const response = await fetch(simulator.eventsQueueUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
        authorization: `AWS4-HMAC-SHA256 Credential=k/20261121/us-west-2/sqs/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      body: JSON.stringify({ QueueUrl: QueueUrlOfNone }),
    });
    expect(response.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(await response.json()).toEqual({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
  });

  test('for an operation that is not simulated is unknown.', async () => {
    const elsewhere = sqsClient({ endpoint: simulator.url });
    expect(await refusalOf(elsewhere.send(new ListQueuesCommand({})))).toMatchObject({ status: 404 });
  });
});

describe('a signature', () => {
  const goodKey = { accessKeyId: 'AKIDGOOD', secretAccessKey: 'good/secret+1' };
  test.each<readonly [string, SQSClientConfig, object]>([
    ['of a known key is good', {}, { accepted: true }],
    [
      'with another secret is refused',
      { credentials: { ...goodKey, secretAccessKey: 'bad' } },
      { name: 'InvalidSignatureException', status: 403 },
    ],
    ['for another Region is refused', { region: 'eu-west-2' }, { name: 'InvalidSignatureException', status: 403 }],
  ])('%s, for SQS as for Connect.', async (_what, config, expected) => {
    const strict = await simulatorUnderTest({ credentials: new Map([[goodKey.accessKeyId, goodKey.secretAccessKey]]) });
    const sent = receive(sqsClient({ credentials: goodKey, ...config }), strict);
    const outcome = await sent.then(
      () => ({ accepted: true }),
      () => refusalOf(sent),
    );
    await strict.stop();
    expect(outcome).toMatchObject(expected);
  });

  test('for Connect is no good for SQS.', async () => {
    const response = await fetch(simulator.eventsQueueUrl, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
        authorization: `AWS4-HMAC-SHA256 Credential=k/20261121/us-west-2/connect/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.sqs#InvalidSignatureException' });
  });
});

describe('the control API', () => {
  test('tells how many messages there are, and counts requests of SQS with the others.', async () => {
    putMessages('a', 'b');
    await receive(sqs, simulator, { MaxNumberOfMessages: 1 });
    const response = await fetch(`${simulator.url}/_simulator/messages`);
    expect(await response.json()).toEqual({ messages: { waiting: 1, inFlight: 1, dead: 0 } });
    expect(simulator.requests()).toEqual({ ReceiveMessage: 1 });
  });

  test.each([
    ['refuses', { status: 503 }, 1, 0],
    ['answers with an error after it was carried out', { status: 500, carriedOut: true }, 0, 1],
    ['breaks the connection before it is carried out', { destroySocket: 'before' }, 1, 0],
    ['breaks the connection after it was carried out', { destroySocket: 'after' }, 0, 1],
  ] as const)('%s a receive by a fault.', async (_how, fault, waiting, inFlight) => {
    putMessages('a');
    simulator.inject({ operation: 'ReceiveMessage', ...fault });
    await expect(receive(sqs, simulator)).rejects.toThrow();
    expect(simulator.messages()).toEqual({ waiting, inFlight, dead: 0 });
    simulator.advance(30_000);
    expect(bodies(await receive(sqs, simulator))).toEqual(['a']);
  });
});
