import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { seed } from '../src/simulator/seed.js';
import { EventQueues, queuePath } from './event-queue.js';
import { listening } from './listening.js';
import { endedContactBegins } from './workloads.js';

/**
 * Stands in for Amazon Connect where the cost of a gateway is measured: answers at once, as the simulator would, and keeps nothing. The simulator checks
 * each request and keeps each call, which takes it about as long as it takes a server to send one.
 */
const queueIds = Object.values(seed.queues);
const startedAtSeconds = Date.now() / 1_000;
const answersAfterMs = Number(process.argv[2] ?? 0);
let requests = 0;
/** Answers of Connect wait for it. */
let released = Promise.resolve();
let release: () => void = () => undefined;

/** What the process is asked: how many requests Connect has had, or to answer none of them until it is told to. */
export type UpstreamRequest = 'count' | 'hold' | 'release';

const told: Readonly<Record<UpstreamRequest, () => void>> = {
  count: () => undefined,
  hold: () => {
    released = new Promise((resolve) => (release = resolve));
  },
  release: () => {
    release();
  },
};

function contact(id: string): object {
  const isEnded = id.startsWith(endedContactBegins);
  return {
    Contact: {
      Arn: `arn:aws:connect:${seed.region}:${seed.accountId}:instance/${seed.instanceId}/contact/${id}`,
      Id: id,
      InitialContactId: id,
      InitiationMethod: 'API',
      Channel: 'VOICE',
      InitiationTimestamp: startedAtSeconds - 900,
      ConnectedToSystemTimestamp: startedAtSeconds - 890,
      DisconnectTimestamp: isEnded ? startedAtSeconds - 600 : undefined,
      LastUpdateTimestamp: startedAtSeconds - 600,
      DisconnectReason: isEnded ? 'CUSTOMER_DISCONNECT' : undefined,
      CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12065550100' },
      SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: seed.numbers.us.number },
      QueueInfo: {
        Id: queueIds[Number.parseInt(id.slice(-2), 16) % queueIds.length],
        EnqueueTimestamp: startedAtSeconds - 880,
      },
      Attributes: { order: 'A-1001', language: 'en' },
      SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Telephony' } },
      Tags: { 'aws:connect:instanceId': seed.instanceId, 'aws:connect:systemEndpoint': seed.numbers.us.number },
    },
  };
}

function queue(id: string): object {
  return {
    QueueId: id,
    QueueArn: `arn:aws:connect:${seed.region}:${seed.accountId}:instance/${seed.instanceId}/queue/${id}`,
    Name: `Queue ${id.slice(-1)}`,
    Status: 'ENABLED',
  };
}

function answerOfConnect(path: string): object | undefined {
  if (path === '/contact/outbound-voice') return { ContactId: randomUUID() };
  if (path === '/search-queues') return { Queues: queueIds.map(queue), ApproximateTotalCount: queueIds.length };
  const [, noun, , id = ''] = path.split('/');
  if (noun === 'contacts') return contact(id);
  return noun === 'queues' ? { Queue: queue(id) } : undefined;
}

const queues = new EventQueues();

async function answerTo(request: IncomingMessage): Promise<object | undefined> {
  const { url = '', headers } = request;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return queues.answer(target, await text(request));
  if (url.startsWith(queuePath)) {
    await queues.add(url, (await text(request)).split('\n'));
    return {};
  }
  request.resume();
  await once(request, 'end');
  requests += 1;
  if (answersAfterMs > 0) await delay(answersAfterMs);
  await released;
  return answerOfConnect(url);
}

const server = createServer((request, response) => {
  // As a collector that takes all spans.
  if (request.url === '/v1/traces') {
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
    return;
  }
  void answerTo(request).then((answer) => {
    const body = JSON.stringify(answer ?? { message: 'No such operation here.' });
    response.writeHead(answer ? 200 : 404, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
// Longer than any server pauses between two of its rounds.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  listening(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('message', (asked: UpstreamRequest) => {
  told[asked]();
  process.send!(requests);
});
process.on('disconnect', () => process.exit(1));
