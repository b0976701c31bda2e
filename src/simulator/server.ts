import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest } from './answer.js';
import type { Reply } from './reply.js';
import type { SimulatorClock } from './clock.js';
import { runningClock } from './clock.js';
import { Control } from './control.js';
import type { PlacedCall } from './control.js';
import type { Seed } from './directory.js';
import type { Distortion } from './distortion.js';
import type { Fault } from './faults.js';
import { jsonOf } from './json.js';
import type { Delivery } from './operation.js';
import { defaultSeed } from './seed.js';
import { settingProblems } from './setting-problems.js';
import { settingsWith } from './settings.js';
import type { SettingChanges } from './settings.js';
import { answerSqs, isForSqs } from './sqs/answer-sqs.js';
import type { QueueCounts } from './sqs/queues.js';

/** What a simulator may be started with; everything has a default. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly settings?: SettingChanges;
  /** Default: a clock that runs at `settings.speed`. */
  readonly clock?: SimulatorClock;
  /** Secret access keys by access key id: when given, every request's SigV4 signature is checked in full, else only its form. */
  readonly credentials?: ReadonlyMap<string, string>;
  /** What the account holds. Default: `defaultSeed`. */
  readonly seed?: Seed;
}

/** A simulator that listens, with the control API as methods. */
export interface RunningSimulator {
  /** `http://127.0.0.1:PORT`, the endpoint for a client of Connect. */
  readonly url: string;
  /** The SQS queue on which contact events arrive, served by the same port. */
  readonly eventsQueueUrl: string;
  /** The queue for messages that were received too often. */
  readonly deadLetterQueueUrl: string;
  readonly clock: SimulatorClock;
  /** Every call placed since the start or the last reset, oldest first. */
  calls(): readonly PlacedCall[];
  /** How many requests each operation got since the start or the last reset, refused ones included. */
  requests(): Readonly<Record<string, number>>;
  /** Resolves once an operation got that many requests. */
  whenRequested(operation: string, count: number): Promise<void>;
  /** How many messages there are on both queues. */
  messages(): QueueCounts;
  /** Puts a message on the queue of contact events, whatever it says. */
  putMessage(body: string): void;
  /** Moves the clock forward. */
  advance(ms: number): void;
  /** Makes something go wrong with the next requests of an operation. */
  inject(fault: Fault): void;
  /** Has other things told of a contact than what happens to it. */
  distort(distortion: Distortion): void;
  /** Forgets every contact, message, token, count, bucket and fault; the clock goes on. */
  reset(): void;
  stop(): Promise<void>;
}

const maxBodyBytes = 1_048_576;
const keepAliveTimeoutMs = 60_000;

/** Starts an Amazon Connect that lives in this process. Resolves when it listens; rejects with everything that is wrong with its settings. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { port = 0, host = '127.0.0.1', seed = defaultSeed } = options;
  const { settings: changes = {} } = options;
  const problems = settingProblems(changes);
  if (problems.length > 0) throw new Error(`The settings of the simulator: ${problems.join('; ')}`);
  const settings = settingsWith(changes);
  const clock = options.clock ?? runningClock(settings.speed);
  const control = new Control(seed, settings, clock);
  const signers = { secrets: options.credentials, region: seed.region };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: rawUrl = '/', headers } = request;
    const body = await readBody(request);
    if (rawUrl.startsWith('/_simulator/')) {
      send(response, control.answer(method, rawUrl, body));
      return;
    }
    const delivery: Delivery = { delayMs: 0, isLost: false, hangs: false, whenDone: () => undefined };
    response.once('close', () => {
      delivery.whenDone();
    });
    const wire = { method, rawUrl, headers, body };
    const reply = isForSqs(wire)
      ? await answerSqs(wire, control, signers, delivery)
      : answerRequest(wire, control, signers, delivery);
    await clock.wait(delivery.delayMs);
    if (delivery.hangs) return;
    if (delivery.isLost) response.destroy();
    else send(response, reply);
    delivery.whenDone();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  // Node's five seconds close a connection under the hands of a client that a busy machine held up.
  server.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });

  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const { queues } = control.world;
  return {
    url,
    eventsQueueUrl: url + queues.pathOf(queues.events),
    deadLetterQueueUrl: url + queues.pathOf(queues.deadLetters),
    clock,
    calls: () => control.calls(),
    requests: () => control.requests(),
    whenRequested: (operation, count) => control.whenRequested(operation, count),
    messages: () => control.messages(),
    putMessage: (body) => {
      control.world.queues.events.put(body, clock.now());
    },
    advance: (ms) => {
      clock.advance(ms);
      control.world.agenda.catchUp();
    },
    inject: (fault) => {
      control.faults.inject(fault);
    },
    distort: (distortion) => {
      control.world.distort(distortion);
    },
    reset: () => {
      control.reset();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        control.world.close();
      }),
  };
}

// `undefined` for a body that is too large.
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, output, headers }: Reply): void {
  const body = jsonOf(output);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
}
