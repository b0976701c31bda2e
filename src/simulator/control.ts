import type { SimulatorClock } from './clock.js';
import { progressOf } from './contact.js';
import type { Seed } from './directory.js';
import { distortionShape } from './distortion.js';
import { ServiceError } from './errors.js';
import { Faults, faultShape } from './faults.js';
import type { Delivery } from './operation.js';
import type { Reply } from './reply.js';
import type { SimulatorSettings } from './settings.js';
import { readRequest, required, structure, whole } from './shapes.js';
import type { QueueCounts } from './sqs/queues.js';
import { World } from './world.js';

/** One call in the ledger of calls placed. */
export interface PlacedCall {
  readonly contactId: string;
  readonly instanceId: string;
  readonly destination: string;
  readonly callerId: string;
  readonly contactFlowId: string;
  readonly clientToken: string | undefined;
  readonly trafficType: string;
  readonly atMs: number;
  readonly attributeCount: number;
  readonly referenceCount: number;
  /** How often the phone rang for this contact so far: 0 or 1. */
  readonly rings: number;
  /** How often this contact's id was answered again to its ClientToken. */
  readonly replays: number;
}

interface Awaited {
  readonly operation: string;
  readonly count: number;
  readonly resume: () => void;
}

/** What tests hold in their hands: the world, what was asked of it, and what goes wrong with it. */
export class Control {
  world: World;
  readonly faults = new Faults();
  private readonly counts = new Map<string, number>();
  private awaited: readonly Awaited[] = [];

  constructor(
    private readonly seed: Seed,
    private readonly settings: SimulatorSettings,
    private readonly clock: SimulatorClock,
  ) {
    this.world = new World(seed, settings, clock);
  }

  calls(): readonly PlacedCall[] {
    return this.world.allContacts.map((contact) => ({
      contactId: contact.id,
      instanceId: contact.instanceId,
      destination: contact.destination,
      callerId: contact.callerId,
      contactFlowId: contact.flowId,
      clientToken: contact.clientToken,
      trafficType: contact.trafficType,
      atMs: contact.initiatedAtMs,
      attributeCount: contact.attributes.size,
      referenceCount: contact.references.size,
      rings: progressOf(contact, this.clock.now()).ringing ? 1 : 0,
      replays: contact.replays,
    }));
  }

  requests(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  /** Counts one request of an operation. */
  count(operation: string): void {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    this.awaited = this.awaited.filter((one) => {
      if ((this.counts.get(one.operation) ?? 0) < one.count) return true;
      one.resume();
      return false;
    });
  }

  whenRequested(operation: string, count: number): Promise<void> {
    if ((this.counts.get(operation) ?? 0) >= count) return Promise.resolve();
    return new Promise((resume) => {
      this.awaited = [...this.awaited, { operation, count, resume }];
    });
  }

  /** Carries an operation out, unless a fault comes before; returns its output or throws, with `delivery` as the fault wants it. */
  carryOut<T extends object>(operation: string, delivery: Delivery, run: () => T): T | object {
    this.world.agenda.catchUp();
    const fault = this.faults.take(operation);
    if (!fault) return run();
    const isCarriedOut =
      fault.status !== undefined
        ? fault.carriedOut === true
        : fault.destroySocket !== 'before' && fault.hang !== 'before';
    delivery.delayMs += fault.delayMs ?? 0;
    const output = isCarriedOut ? run() : {};
    delivery.isLost ||= fault.destroySocket !== undefined;
    delivery.hangs ||= fault.hang !== undefined;
    if (fault.status === undefined) return output;
    const type = fault.type ?? 'InternalServiceException';
    throw new ServiceError(type, fault.status, fault.message ?? 'Injected by a fault.');
  }

  /** How many messages are on the queue of contact events and on its dead-letter queue. */
  messages(): QueueCounts {
    this.world.agenda.catchUp();
    return this.world.queues.counts;
  }

  reset(): void {
    this.world.close();
    this.world = new World(this.seed, this.settings, this.clock);
    this.faults.clear();
    this.counts.clear();
  }

  /** Answers a request to `/_simulator`. */
  answer(method: string, rawUrl: string, body: Buffer | undefined): Reply {
    try {
      const output = this.respond(`${method} ${rawUrl}`, () => JSON.parse(String(body)) as unknown);
      return output
        ? { status: 200, output, headers: {} }
        : { status: 404, output: { message: 'Not found' }, headers: {} };
    } catch (error) {
      return { status: 400, output: { message: error instanceof Error ? error.message : String(error) }, headers: {} };
    }
  }

  private respond(request: string, read: () => unknown): object | undefined {
    return isControlRequest(request) ? controlRequests[request](this, read) : undefined;
  }

  advance(byMs: number): number {
    this.clock.advance(byMs);
    return this.clock.now();
  }
}

const advanceShape = structure({ advanceMs: required(whole({ min: 0 })) });

/** What can be asked of the simulator besides Connect's operations and the queue's, by method and path. */
export const controlRequests = {
  'GET /_simulator/calls': (control) => ({ calls: control.calls() }),
  'GET /_simulator/requests': (control) => ({ requests: control.requests() }),
  'GET /_simulator/messages': (control) => ({ messages: control.messages() }),
  'POST /_simulator/clock': (control, read) => ({
    nowMs: control.advance(readRequest(advanceShape, read()).advanceMs),
  }),
  'POST /_simulator/faults': (control, read) => {
    control.faults.inject(readRequest(faultShape, read()));
    return {};
  },
  'POST /_simulator/distortions': (control, read) => {
    control.world.distort(readRequest(distortionShape, read()));
    return {};
  },
  'POST /_simulator/reset': (control) => {
    control.reset();
    return {};
  },
} satisfies Readonly<Record<string, (control: Control, read: () => unknown) => object>>;

function isControlRequest(request: string): request is keyof typeof controlRequests {
  return Object.hasOwn(controlRequests, request);
}
