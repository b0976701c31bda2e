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
import type { Capacity } from '../coordination/turns.js';
import { NeverSent, type ConnectClients } from './client.js';
import {
  changeCalledOff,
  changeUnknown,
  isIdempotent,
  translateChangeError,
  type ContactChangeName,
} from './change-errors.js';
import { mayHaveBeenCarriedOut, translateConnectError } from './errors.js';
import type { Pacer, TurnWish } from './pacer.js';

/** A read waits no longer than this for its turn. */
const readMaxWaitMs = 5_000;
/** A change of a contact waits no longer than this for a turn, and is not sent again later than this after it was asked for. */
const changeForMs = 5_000;
const changeAttempts = 3;
const changeBackoffMs = 250;

/** The call was neither refused nor confirmed: the phone may ring. Only a contact id ends the doubt. */
export class UncertainPlacing extends Error {
  override readonly name = 'UncertainPlacing';
}

export type ChangeWish = Pick<TurnWish, 'tenant' | 'subject' | 'signal'> & {
  /** Asked before each attempt, once it has its turn: throws the GatewayError for a caller who may no longer make the change. */
  readonly requireAuthority: () => void;
};

interface FailedAttempt {
  readonly error: GatewayError;
  /** It may have been carried out all the same. */
  readonly isUncertain: boolean;
  /** Sending it again does no harm, and may do good. */
  readonly isRepeatable: boolean;
}

/** The one door to Amazon Connect: every request takes a turn, every failure comes out as a GatewayError. */
export class Connect {
  constructor(
    private readonly clients: ConnectClients,
    private readonly pacer: Pacer,
    private readonly clock: Clock,
  ) {}

  /** The answer to a request that only reads, and so may be sent again; its turn is the requester's. Throws GatewayError: NOT_FOUND, THROTTLED, UPSTREAM_UNAVAILABLE and the like. */
  async send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    { tenant, subject }: Requester,
  ): Promise<O> {
    await this.pacer.turn(operationOf(command), { maxWaitMs: readMaxWaitMs, tenant, subject, kind: 'GENERAL' });
    try {
      return await this.clients.reads.send(command);
    } catch (cause) {
      const error = translateConnectError(cause);
      throw error.code === 'BAD_USER_INPUT' && continuesList(command) ? badCursor(cause) : error;
    }
  }

  /**
   * The answer to a request about one resource; null where Connect knows none by the ids in it, or does not take them for ids. Throws
   * GatewayError like `send`.
   */
  async find<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    requester: Requester,
  ): Promise<O | null> {
    try {
      return await this.send(command, requester);
    } catch (error) {
      const isUnknown =
        error instanceof GatewayError && (error.code === 'NOT_FOUND' || error.code === 'BAD_USER_INPUT');
      if (isUnknown && !error.fields) return null;
      throw error;
    }
  }

  /**
   * Waits for a turn to send `operation`, and for credentials to sign it with, so that it leaves as soon as it is sent. Throws, with nothing sent,
   * GatewayError: THROTTLED, UPSTREAM_UNAVAILABLE; or the reason of the wish's signal.
   */
  async turn(operation: string, wish: TurnWish): Promise<void> {
    const untilMs = this.clock.monotonic() + wish.maxWaitMs;
    await this.pacer.turn(operation, wish);
    await this.#credentials(untilMs - this.clock.monotonic(), wish.signal);
  }

  /** The SDK keeps them, and gets new ones in time; where it cannot, it asks whoever gives them while a request waits. */
  async #credentials(maxWaitMs: number, signal: AbortSignal | undefined): Promise<void> {
    let stopWaiting: () => void = () => undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      const giveUp = () => {
        reject(new NeverSent('There were no credentials in time'));
      };
      const callOff = this.clock.after(maxWaitMs, giveUp);
      signal?.addEventListener('abort', giveUp);
      stopWaiting = () => {
        callOff();
        signal?.removeEventListener('abort', giveUp);
      };
    });
    try {
      await Promise.race([this.clients.writes.config.credentials(), givenUp]);
    } catch (cause) {
      signal?.throwIfAborted();
      throw translateConnectError(cause);
    } finally {
      stopWaiting();
    }
  }

  /**
   * Sends **one** StartOutboundVoiceContact request, for which the caller has taken its turn; the contact id it was given. Throws
   * UncertainPlacing when a phone may ring all the same, and otherwise GatewayError: then nothing was placed.
   */
  async startOutboundVoiceContact(input: StartOutboundVoiceContactCommandInput): Promise<string> {
    if (!input.ClientToken) throw new TypeError('Without a ClientToken the SDK would make a new one for every attempt');
    let contactId: string | undefined;
    try {
      ({ ContactId: contactId } = await this.clients.writes.send(new StartOutboundVoiceContactCommand(input)));
    } catch (cause) {
      const error = translateConnectError(cause);
      if (error.code === 'THROTTLED') await this.pacer.throttled('StartOutboundVoiceContact', randomUUID());
      if (mayHaveBeenCarriedOut(cause)) throw new UncertainPlacing('No readable answer came back', { cause });
      throw error;
    }
    if (typeof contactId !== 'string' || contactId === '') throw new UncertainPlacing('The answer has no ContactId');
    return contactId;
  }

  /**
   * Carries out a change of a contact, with a turn for every attempt. Repeats for a few seconds what Connect surely did not carry out, and what it may have
   * carried out where twice leaves what once leaves. Throws GatewayError: after OUTCOME_UNKNOWN the change may have been made, after anything else it
   * was not.
   */
  async change<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    { requireAuthority, ...wish }: ChangeWish,
  ): Promise<void> {
    const untilMs = this.clock.monotonic() + changeForMs;
    const flightId = randomUUID();
    let isUncertain = false;
    for (let attempt = 1; ; attempt += 1) {
      const failed = await this.#tryToChange(
        command,
        { ...wish, maxWaitMs: untilMs - this.clock.monotonic() },
        requireAuthority,
        flightId,
      );
      if (!failed) return;
      // Once it may have been made, a later refusal proves nothing: the refusal may be of what the first attempt did.
      isUncertain ||= failed.isUncertain;
      const backoffMs = changeBackoffMs * 2 ** (attempt - 1);
      const isLast = attempt === changeAttempts || this.clock.monotonic() + backoffMs >= untilMs;
      if (!failed.isRepeatable || isLast) throw isUncertain ? changeUnknown(failed.error) : failed.error;
      await sleep(this.clock, backoffMs);
    }
  }

  async #tryToChange<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
    wish: Omit<TurnWish, 'kind'>,
    requireAuthority: () => void,
    flightId: string,
  ): Promise<FailedAttempt | undefined> {
    const change = operationOf(command) as ContactChangeName;
    try {
      await this.turn(change, { ...wish, kind: 'GENERAL' });
      requireAuthority();
    } catch (cause) {
      if (!(cause instanceof GatewayError) && !wish.signal?.aborted) throw cause;
      const error = cause instanceof GatewayError ? cause : changeCalledOff();
      return { error, isUncertain: false, isRepeatable: false };
    }
    try {
      // One attempt a send, and over connections that no read holds.
      const { $metadata } = await this.clients.writes.send(command);
      // Connect's answer to a change says nothing but this: without it, something on the way answered.
      if ($metadata.requestId === undefined) throw new Error('The answer is not one of Amazon Connect');
      return undefined;
    } catch (cause) {
      const error = translateChangeError(change, cause);
      const isThrottled = error.code === 'THROTTLED';
      if (isThrottled) await this.pacer.throttled(change, flightId);
      if (mayHaveBeenCarriedOut(cause)) return { error, isUncertain: true, isRepeatable: isIdempotent(change) };
      const isRepeatable =
        isThrottled || cause instanceof NeverSent || (error.code === 'CONTACT_STATE_CONFLICT' && error.retryable);
      return { error, isUncertain: false, isRepeatable };
    }
  }

  /** What is left of an operation's quota. Throws UPSTREAM_UNAVAILABLE. */
  capacity(operation: string, requester: Requester): Promise<Capacity> {
    return this.pacer.capacity(operation, requester);
  }

  /** How long the last request of this kind that the requester waits with has to wait for its turn. */
  waitMs(operation: string, requester: Requester): number {
    return this.pacer.waitMs(operation, requester);
  }

  /**
   * Opens the connection that calls take, so that the first does not wait for it. In nobody's name and without a turn, for a gateway must get ready while shared
   * state is away; once, and at most once a second until Connect answers. Throws when Connect cannot be reached; any answer of its will
   * do.
   */
  async warm(instanceId: string): Promise<void> {
    try {
      await this.clients.writes.send(new DescribeInstanceCommand({ InstanceId: instanceId }));
    } catch (error) {
      if (!(error instanceof ConnectServiceException)) throw error;
    }
  }
}

/** The name that Connect has for what the command does. */
export function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}

function continuesList({ input }: { readonly input: ServiceInputTypes }): boolean {
  return 'NextToken' in input && input.NextToken !== undefined;
}

/** Of a request for a further page, whose other values were good enough for the first one, Connect can only have refused the token. */
function badCursor(cause: unknown): GatewayError {
  const message = 'This is not a cursor of this list with these arguments; take pageInfo.endCursor of the page before.';
  return new GatewayError('BAD_USER_INPUT', message, { cause, fields: [{ path: 'after', rule: 'cursor', message }] });
}
