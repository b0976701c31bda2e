import type {
  $Command,
  ConnectClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-connect';
import { expiredBeforeSending, isAuthorised } from '../../access/authority.js';
import type { InstanceAccess } from '../../access/instances.js';
import type { Clock } from '../../clock.js';
import { changeOf, type Connect } from '../../connect/connect.js';
import { connectIdFrom, parseConnectArn, type ResourceKey } from '../../connect/ids.js';
import { GatewayError } from '../../errors.js';
import { callerOf, type RequestContext } from '../../request.js';
import { shownWithinMs } from '../contact-sight.js';
import type { ContactService } from '../contact.service.js';
import type { PlacedContacts } from '../placed-contacts.js';
import type { FollowedContacts } from '../timeline/followed-contacts.js';
import { changeError, noSuchContact } from './change-errors.js';
import type { ContactChangeInput } from './contact-change.input.js';

/** What every change of a contact goes through: whose contact it is, the request, the line in the log, and that what was read before is out of date. */
export class ContactChanges {
  constructor(
    private readonly connect: Connect,
    private readonly contacts: ContactService,
    private readonly placed: PlacedContacts,
    private readonly access: InstanceAccess,
    private readonly followedContacts: FollowedContacts,
    private readonly clock: Clock,
  ) {}

  /** The contact that is meant. Throws FORBIDDEN where the caller names an instance that is not theirs. */
  async keyOf({ contactId, instanceId }: ContactChangeInput, context: RequestContext): Promise<ResourceKey> {
    const caller = callerOf(context);
    const id = connectIdFrom(contactId);
    const named = instanceId ? connectIdFrom(instanceId) : parseConnectArn(contactId)?.instanceId;
    if (named !== undefined) return { instanceId: this.access.forWrite(caller, named), id };
    const placedIn = await this.contacts.instanceOf(id, context);
    return { instanceId: this.access.forIdAlone(caller, placedIn) ?? this.access.forWrite(caller), id };
  }

  /** The id of the first contact of its chain, which keeps the attributes and recordings. Throws NOT_FOUND where there is no such contact. */
  async initialIdOf(key: ResourceKey, context: RequestContext): Promise<string> {
    const contact = await this.contacts.find(key, context);
    if (!contact) throw noSuchContact();
    return (await contact.detail('initialContactId')) ?? key.id;
  }

  /** Whether the contact is known to have ended. Throws GatewayError when Connect cannot be asked. */
  async hasEnded(key: ResourceKey, context: RequestContext): Promise<boolean> {
    const contact = await this.contacts.find(key, context);
    return contact !== null && (await contact.detail('disconnectTimestamp')) !== null;
  }

  /** Makes the change, and notes who made it. Throws GatewayError: only after OUTCOME_UNKNOWN may it have been made. */
  async carryOut<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    key: ResourceKey,
    command: $Command<I, O, ConnectClientResolvedConfig>,
    context: RequestContext,
  ): Promise<void> {
    const caller = callerOf(context);
    const { subject, tenant } = caller;
    // For whoever must find out later who changed what; what it was changed to, only the contact knows.
    const operation = changeOf(command);
    const facts = { operation, contactId: key.id, instanceId: key.instanceId, subject, tenant };
    try {
      const requireAuthority = () => {
        if (!isAuthorised(caller, this.clock)) throw expiredBeforeSending();
      };
      await this.connect.change(command, { tenant, subject, signal: context.signal, requireAuthority });
      context.log.info(facts, 'contact changed');
    } catch (failure) {
      const error = changeError(operation, failure, context.signal);
      if (!error) throw failure;
      if (error.code === 'OUTCOME_UNKNOWN') context.log.info(facts, 'contact perhaps changed');
      throw error.code === 'NOT_FOUND' ? await this.#notFound(key, error) : error;
    } finally {
      // A refusal, too, may tell that the contact is no longer what was read.
      this.followedContacts.changed(key);
      await this.contacts.changed(key, context);
      // What the first of the chain keeps was changed there.
      const { InitialContactId: firstId = key.id } = command.input as { readonly InitialContactId?: string };
      if (firstId !== key.id) await this.contacts.changed({ instanceId: key.instanceId, id: firstId }, context);
    }
  }

  /** What to say of a contact that Connect does not find in this instance. */
  async #notFound(key: ResourceKey, error: GatewayError): Promise<GatewayError> {
    const placement = await this.placed.placementOf(key);
    if (placement === undefined) return placingUntold(error);
    if (placement === null) return error;
    return this.placed.agoMs(key.id, placement) < shownWithinMs ? notVisibleYet(error) : notFoundAnyMore(error);
  }
}

/** While shared state is away nobody knows where a call was placed, nor that it was placed moments ago: it may be live. */
function placingUntold(cause: GatewayError): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Amazon Connect does not find this contact here, and where and when it was placed cannot be told at the moment; nothing was changed. Name its instanceId, or ask again.',
    { cause, retryAfterMs: 1_000 },
  );
}

/** Whether the call rings, rang or was never dialed, nobody can tell: to say that it has ended would be a guess. */
function notFoundAnyMore(cause: GatewayError): GatewayError {
  return new GatewayError(
    'NOT_FOUND',
    'Amazon Connect accepted this call, but does not find it now; nothing was changed. Read the contact: where its outcome is UNKNOWN it was never shown.',
    { cause },
  );
}

/** Connect is eventually consistent: what it accepted a moment ago it may not find yet. */
function notVisibleYet(cause: GatewayError): GatewayError {
  return new GatewayError(
    'NOT_FOUND',
    'Amazon Connect does not find this contact yet, which was placed moments ago. Ask again.',
    { cause, retryable: true, retryAfterMs: 1_000 },
  );
}
