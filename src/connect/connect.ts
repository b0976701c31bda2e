import { randomUUID } from 'node:crypto';
import {
  ConnectServiceException,
  DescribeInstanceCommand,
  StartOutboundVoiceContactCommand,
  type $Command,
  type ConnectClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  type StartOutboundVoiceContactCommandInput,
} from '@aws-sdk/client-connect';
import { sleep, type Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Requester } from '../coordination/requester.js';
import type { Capacity } from '../coordination/rate-limiter.js';
import { NeverSent, TooLateToLeave, type SendOptions } from '../aws-request-handler.js';
import type { ConnectClients } from './client.js';
import { ConnectRefusal, mayHaveBeenCarriedOut, OutcomeUnknown, refusalFrom } from './errors.js';
import {
  isContactChange,
  operationOfCommand,
  operations,
  type ContactChangeName,
  type OperationName,
} from './operations.js';
import type { PermitQueue, PermitOptions } from './permit-queue.js';
import type { pollingPermits } from './quotas.js';

/** A read waits no longer than this for its permit. */
export const readMaxWaitMs = 5_000;
/** A change of a contact waits no longer than this for a permit, and is not sent again later than this after it was asked for. */
export const changeForMs = 5_000;
export const changeAttempts = 3;
const changeBackoffMs = 250;

export type ChangeOptions = Pick<PermitOptions, 'tenant' | 'subject' | 'signal'> & {
  /** Called before each attempt, once it has its permit: throws the GatewayError for a caller who may no longer make the change. */
  readonly requireAuthority: () => void;
};

interface FailedAttempt {
  readonly error: unknown;
  /** It may have been carried out all the same. */
  readonly isOutcomeUnknown: boolean;
  /** Sending it again does no harm, and may do good. */
  readonly isRepeatable: boolean;
}

/** The one door to Amazon Connect: every request takes a permit, every failure of Connect comes out as a ConnectRefusal, which is a GatewayError, or as OutcomeUnknown. */
export class Connect {
  constructor(
    private readonly clients: ConnectClients,
    private readonly permits: PermitQueue,
    private readonly clock: Clock,
  ) {}

  /** Sends a request that only reads, and so may be sent again; it takes a permit of the requester's. Throws GatewayError: NOT_FOUND, THROTTLED, UPSTREAM_UNAVAILABLE and the like. */
  async send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    { tenant, subject }: Requester,
  ): Promise<O> {
    await this.permits.acquire(readOf(command), { maxWaitMs: readMaxWaitMs, tenant, subject, kind: 'GENERAL' });
    try {
      return await this.clients.reads.send(command);
    } catch (cause) {
      throw refusalFrom(cause);
    }
  }

  /**
   * The answer to a request about one resource; null where Connect knows none by the ids in it, or does not take them for ids. Throws
   * GatewayError like `send`, BAD_USER_INPUT only for the token of a further page.
   */
  async find<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    requester: Requester,
  ): Promise<O | null> {
    try {
      return await this.send(command, requester);
    } catch (error) {
      const isUnknown =
        error instanceof ConnectRefusal &&
        (error.code === 'NOT_FOUND' || (error.code === 'BAD_USER_INPUT' && !continuesList(command)));
      if (isUnknown) return null;
      throw error;
    }
  }

  /**
   * Waits for a permit to send `operation`, and for credentials to sign it with, so that it leaves as soon as it is sent. Throws, with nothing sent,
   * GatewayError: THROTTLED, UPSTREAM_UNAVAILABLE; or the reason of the signal.
   */
  async acquirePermit(operation: OperationName | typeof pollingPermits, options: PermitOptions): Promise<void> {
    const untilMs = this.clock.monotonic() + options.maxWaitMs;
    await this.permits.acquire(operation, options);
    await this.#credentials(untilMs - this.clock.monotonic(), options.signal);
  }

  /** The SDK keeps them, and gets new ones in time; where it cannot, it asks whoever gives them while a request waits. */
  async #credentials(maxWaitMs: number, signal: AbortSignal | undefined): Promise<void> {
    let stopWaiting: () => void = () => undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      const giveUp = () => {
        reject(new NeverSent('There were no credentials in time'));
      };
      const cancel = this.clock.after(maxWaitMs, giveUp);
      signal?.addEventListener('abort', giveUp);
      stopWaiting = () => {
        cancel();
        signal?.removeEventListener('abort', giveUp);
      };
    });
    try {
      await Promise.race([this.clients.writes.config.credentials(), givenUp]);
    } catch (cause) {
      signal?.throwIfAborted();
      throw refusalFrom(cause);
    } finally {
      stopWaiting();
    }
  }

  /**
   * Sends **one** StartOutboundVoiceContact request, for which the caller has acquired a permit, and answers the contact id. Throws
   * OutcomeUnknown when a phone may ring all the same, and otherwise ConnectRefusal: then nothing was placed; or TooLateToLeave, where nothing left by `leaveByMs` on the
   * monotonic clock.
   */
  async startOutboundVoiceContact(input: StartOutboundVoiceContactCommandInput, leaveByMs: number): Promise<string> {
    if (!input.ClientToken) throw new TypeError('Without a ClientToken the SDK would make a new one for every attempt');
    let contactId: string | undefined;
    try {
      const options: SendOptions = { mayLeave: () => this.clock.monotonic() <= leaveByMs };
      ({ ContactId: contactId } = await this.clients.writes.send(new StartOutboundVoiceContactCommand(input), options));
    } catch (cause) {
      if (cause instanceof TooLateToLeave) throw cause;
      const refusal = refusalFrom(cause);
      if (refusal.reason === 'throttled') await this.permits.throttled('StartOutboundVoiceContact', randomUUID());
      if (mayHaveBeenCarriedOut(cause)) throw new OutcomeUnknown('No readable answer came back', { cause });
      throw refusal;
    }
    if (typeof contactId !== 'string' || contactId === '') throw new OutcomeUnknown('The answer has no ContactId');
    return contactId;
  }

  /**
   * Carries out a change of a contact, with a permit for every attempt. Repeats for a few seconds what Connect surely did not carry out, and what it may have
   * carried out where twice leaves what once leaves. Throws OutcomeUnknown when the change may have been made; where it was not GatewayError, what
   * `requireAuthority` throws, or the reason of the signal.
   */
  async change<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    { requireAuthority, ...options }: ChangeOptions,
  ): Promise<void> {
    const change = changeOf(command);
    const untilMs = this.clock.monotonic() + changeForMs;
    const attemptGroup = randomUUID();
    let isOutcomeUnknown = false;
    for (let attempt = 1; ; attempt += 1) {
      const failed = await this.#tryToChange(
        change,
        command,
        { ...options, maxWaitMs: untilMs - this.clock.monotonic() },
        requireAuthority,
        attemptGroup,
      );
      if (!failed) return;
      // Once it may have been made, a later refusal proves nothing: the refusal may be of what the first attempt did.
      isOutcomeUnknown ||= failed.isOutcomeUnknown;
      const backoffMs = changeBackoffMs * 2 ** (attempt - 1);
      const isLast = attempt === changeAttempts || this.clock.monotonic() + backoffMs >= untilMs;
      if (!failed.isRepeatable || isLast) {
        if (isOutcomeUnknown) throw new OutcomeUnknown('The change may have been made', { cause: failed.error });
        throw failed.error;
      }
      await sleep(this.clock, backoffMs);
    }
  }

  async #tryToChange<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    change: ContactChangeName,
    command: $Command<I, O, ConnectClientResolvedConfig>,
    options: Omit<PermitOptions, 'kind'>,
    requireAuthority: () => void,
    attemptGroup: string,
  ): Promise<FailedAttempt | undefined> {
    try {
      await this.acquirePermit(change, { ...options, kind: 'GENERAL' });
      requireAuthority();
    } catch (error) {
      if (!(error instanceof GatewayError) && !options.signal?.aborted) throw error;
      return { error, isOutcomeUnknown: false, isRepeatable: false };
    }
    try {
      // One attempt a send, and over connections that no read holds.
      const { $metadata } = await this.clients.writes.send(command);
      // Connect's answer to a change says nothing but this: without it, something on the way answered.
      if ($metadata.requestId === undefined) throw new Error('The answer is not one of Amazon Connect');
      return undefined;
    } catch (cause) {
      const error = refusalFrom(cause);
      const isThrottled = error.reason === 'throttled';
      if (isThrottled) await this.permits.throttled(change, attemptGroup);
      if (mayHaveBeenCarriedOut(cause)) {
        return { error, isOutcomeUnknown: true, isRepeatable: operations[change].isIdempotent };
      }
      const isRepeatable = isThrottled || cause instanceof NeverSent || error.reason === 'conflict';
      return { error, isOutcomeUnknown: false, isRepeatable };
    }
  }

  /** What is left of an operation's quota. Throws UPSTREAM_UNAVAILABLE. */
  capacity(operation: OperationName, requester: Requester): Promise<Capacity> {
    return this.permits.capacity(operation, requester);
  }

  /** How long the last of the requester's waiting requests for this operation waits for its permit. */
  waitMs(operation: OperationName, requester: Requester): number {
    return this.permits.waitMs(operation, requester);
  }

  /**
   * Opens the connection that calls take, so that the first does not wait for it. In nobody's name and without a permit, for a gateway must get ready while shared
   * state is away; once, and at most once a second until Connect answers. Throws when Connect cannot be reached; any answer of its will
   * do.
   */
  async warmUp(instanceId: string): Promise<void> {
    try {
      await this.clients.writes.send(new DescribeInstanceCommand({ InstanceId: instanceId }));
    } catch (error) {
      if (!(error instanceof ConnectServiceException)) throw error;
    }
  }
}

/** Throws TypeError for what is not a read: the SDK would repeat it. */
function readOf(command: object): OperationName {
  const name = operationOf(command);
  if (operations[name].kind !== 'read') throw new TypeError(`${name} is not a read`);
  return name;
}

/** The change of a contact that the command asks for. Throws TypeError for anything else. */
export function changeOf(command: object): ContactChangeName {
  const name = operationOf(command);
  if (!isContactChange(name)) throw new TypeError(`${name} is not a change of a contact`);
  return name;
}

/** The name that Connect has for what the command does. */
function operationOf(command: object): OperationName {
  const { name } = command.constructor;
  const operation = operationOfCommand(name);
  if (operation === undefined) throw new TypeError(`${name} is not in the table of operations`);
  return operation;
}

/** Whether it asks for a further page of a list: what Connect refuses of such a request can only be the token, for the rest was good enough for the first page. */
function continuesList({ input }: { readonly input: ServiceInputTypes }): boolean {
  return 'NextToken' in input && input.NextToken !== undefined;
}
