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
import { GatewayError } from '../errors.js';
import type { Capacity } from '../state/turns.js';
import type { ConnectClients } from './client.js';
import { mayHaveBeenPlaced, translateConnectError } from './errors.js';
import type { Pacer, TurnWish } from './pacer.js';

/** A read waits no longer than this for its turn. */
const readMaxWaitMs = 5_000;

/** The call was neither refused nor confirmed: the phone may ring. Only a contact id ends the doubt. */
export class UncertainPlacing extends Error {
  override readonly name = 'UncertainPlacing';
}

/** The one door to Amazon Connect: every request takes a turn, every failure comes out as a GatewayError. */
export class Connect {
  constructor(
    private readonly clients: ConnectClients,
    private readonly pacer: Pacer,
  ) {}

  /** The answer to a request that places no call. Throws GatewayError: NOT_FOUND, THROTTLED, UPSTREAM_UNAVAILABLE and the like. */
  async send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: $Command<I, O, ConnectClientResolvedConfig>,
  ): Promise<O> {
    await this.pacer.turn(operationOf(command), { maxWaitMs: readMaxWaitMs, tenant: '', kind: 'GENERAL' });
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
  ): Promise<O | null> {
    try {
      return await this.send(command);
    } catch (error) {
      const isUnknown =
        error instanceof GatewayError && (error.code === 'NOT_FOUND' || error.code === 'BAD_USER_INPUT');
      if (isUnknown && !error.fields) return null;
      throw error;
    }
  }

  /** Waits for a turn to send `operation`. Throws GatewayError without taking one: THROTTLED, UPSTREAM_UNAVAILABLE; or the reason of the wish's signal. */
  turn(operation: string, wish: TurnWish): Promise<void> {
    return this.pacer.turn(operation, wish);
  }

  /**
   * Sends **one** StartOutboundVoiceContact request, for which the caller has taken its turn; the contact id it was given. Throws
   * UncertainPlacing when a phone may ring all the same, and otherwise GatewayError: then nothing was placed.
   */
  async startOutboundVoiceContact(input: StartOutboundVoiceContactCommandInput): Promise<string> {
    if (!input.ClientToken) throw new TypeError('Without a ClientToken the SDK would make a new one for every attempt');
    let contactId: string | undefined;
    try {
      ({ ContactId: contactId } = await this.clients.calls.send(new StartOutboundVoiceContactCommand(input)));
    } catch (cause) {
      const error = translateConnectError(cause);
      if (error.code === 'THROTTLED') await this.pacer.throttled('StartOutboundVoiceContact', randomUUID());
      if (mayHaveBeenPlaced(cause)) throw new UncertainPlacing('No readable answer came back', { cause });
      throw error;
    }
    if (typeof contactId !== 'string' || contactId === '') throw new UncertainPlacing('The answer has no ContactId');
    return contactId;
  }

  /** What is left of an operation's quota. Throws UPSTREAM_UNAVAILABLE. */
  capacity(operation: string, tenant: string): Promise<Capacity> {
    return this.pacer.capacity(operation, tenant);
  }

  /** How long a request of this kind would have to wait for its turn now. */
  waitMs(operation: string): number {
    return this.pacer.waitMs(operation);
  }

  /** Opens the connection that calls take, so that the first does not wait for it. Throws when Connect cannot be reached; any answer of its will do. */
  async warm(instanceId: string): Promise<void> {
    try {
      await this.clients.calls.send(new DescribeInstanceCommand({ InstanceId: instanceId }));
    } catch (error) {
      if (!(error instanceof ConnectServiceException)) throw error;
    }
  }
}

function operationOf(command: object): string {
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
