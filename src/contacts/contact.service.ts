import {
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  ListContactReferencesCommand,
  type ReferenceSummary,
  type ReferenceType,
} from '@aws-sdk/client-connect';
import type { Connect } from '../connect/connect.js';
import { isResourceId, nameOfKey, type ResourceKey } from '../connect/ids.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { knownOr } from '../graphql/vendor-enum.js';
import { callerOf, perRequestLoader, type RequestContext } from '../request.js';
import { mergeFacts } from '../coordination/fact-merge.js';
import type { Requester } from '../coordination/requester.js';
import type { Placement } from '../ledger/call-record.js';
import {
  attributesFrom,
  detailsFrom,
  hiddenDetailsFrom,
  type ContactDetails,
  type KnownDetails,
} from './contact-details.js';
import { Channel, InitiationMethod } from './contact-enums.js';
import type { ContactAttribute, ContactReference } from './contact-parts.type.js';
import { shownWithinMs } from './contact-sight.js';
import { Contact } from './contact.type.js';
import type { PlacedContacts } from './placed-contacts.js';
import type { SharedContacts } from './shared-contacts.js';
import { placedFacts } from './timeline/contact-facts.js';
import { momentFrom } from './timeline/contact-report.js';

/** Connect takes six types in one request, and these are all that a voice contact can carry. */
const referenceTypes: ReferenceType[] = ['URL', 'ATTACHMENT', 'NUMBER', 'STRING', 'DATE', 'EMAIL'];

interface AssociatedPage {
  readonly key: ResourceKey;
  readonly request: PageRequest;
}

/** Reads contacts. Callers check access to the instance first. */
export class ContactService {
  readonly #detailsLoader = perRequestLoader<ResourceKey, ContactDetails | null>(nameOfKey, (keys, context) =>
    eachOrError(keys, (key) => this.#details(key, context)),
  );
  readonly #attributesLoader = perRequestLoader<ResourceKey, readonly ContactAttribute[] | null>(
    nameOfKey,
    (keys, context) => eachOrError(keys, (key) => this.#attributes(key, callerOf(context))),
  );
  readonly #referencesLoader = perRequestLoader<ResourceKey, readonly ContactReference[] | null>(
    nameOfKey,
    (keys, context) => eachOrError(keys, (key) => this.#references(key, callerOf(context))),
  );
  readonly #associatedLoader = perRequestLoader<AssociatedPage, Page<Contact> | null>(
    ({ key, request: { first, after } }) => JSON.stringify([nameOfKey(key), first, after]),
    (pages, context) => eachOrError(pages, ({ key, request }) => this.#associated(key, request, context)),
  );
  readonly #placementLoader = perRequestLoader<string, Placement | undefined>(
    (contactId) => contactId,
    (contactIds) => this.placed.find(contactIds),
  );

  constructor(
    private readonly connect: Connect,
    private readonly shared: SharedContacts,
    private readonly placed: PlacedContacts,
  ) {}

  /** Makes a contact of its ids and what is `known` of it; Connect is asked when another field is. */
  contact(key: ResourceKey, context: RequestContext, known: KnownDetails = {}): Contact {
    return new Contact(key, known, () => this.#detailsLoader(context).load(key));
  }

  /** Finds the contact; null where Connect knows none. */
  async find(key: ResourceKey, context: RequestContext): Promise<Contact | null> {
    if (!isResourceId(key.id)) return null;
    const details = await this.#detailsLoader(context).load(key);
    return details && this.contact(key, context);
  }

  /** Something changed the contact just now: what was read of it before, on whatever replica, is out of date. Does not throw. */
  async changed(key: ResourceKey, context: RequestContext): Promise<void> {
    this.#detailsLoader(context).clear(key);
    this.#attributesLoader(context).clearAll();
    this.#referencesLoader(context).clear(key);
    this.#associatedLoader(context).clearAll();
    try {
      await this.shared.invalidate(key);
    } catch (err) {
      // Replicas that cannot be told either forget what they read once shared state is back.
      context.log.warn({ err }, 'other replicas could not be told that a contact was changed');
    }
  }

  /** The instance an id alone stands for, where this gateway placed the call. */
  async instanceOf(contactId: string, context: RequestContext): Promise<string | undefined> {
    return (await this.#placementLoader(context).load(contactId))?.instanceId;
  }

  /** The flow the call was placed with; null for a call placed elsewhere, as Connect does not tell. */
  async contactFlowIdOf({ instanceId, id }: ResourceKey, context: RequestContext): Promise<string | null> {
    const placement = await this.#placementLoader(context).load(id);
    return placement?.instanceId === instanceId ? placement.contactFlowId : null;
  }

  async attributesOf(contact: Contact, context: RequestContext): Promise<readonly ContactAttribute[] | null> {
    const told = await contact.detail('attributes');
    if (told) return told;
    const id = (await contact.detail('initialContactId')) ?? contact.id;
    return this.#attributesLoader(context).load({ instanceId: contact.instanceId, id });
  }

  async referencesOf(contact: Contact, context: RequestContext): Promise<readonly ContactReference[] | null> {
    return (
      contact.knownReferences ??
      this.#referencesLoader(context).load({ instanceId: contact.instanceId, id: contact.id })
    );
  }

  /** A page of the whole tree of contacts that this one belongs to, itself included; null where Connect knows no such contact (yet). */
  associated(key: ResourceKey, request: PageRequest, context: RequestContext): Promise<Page<Contact> | null> {
    return this.#associatedLoader(context).load({ key, request });
  }

  async #associated(
    { instanceId, id }: ResourceKey,
    request: PageRequest,
    context: RequestContext,
  ): Promise<Page<Contact> | null> {
    const answer = await answerTo(
      request,
      this.connect.find(
        new ListAssociatedContactsCommand({
          InstanceId: instanceId,
          ContactId: id,
          MaxResults: request.first,
          NextToken: request.after,
        }),
        callerOf(context),
      ),
    );
    if (!answer) return null;
    const items = (answer.ContactSummaryList ?? []).flatMap((row) => {
      if (row.ContactId === undefined) return [];
      const known = {
        arn: row.ContactArn ?? null,
        initiationTimestamp: momentFrom(row.InitiationTimestamp),
        disconnectTimestamp: momentFrom(row.DisconnectTimestamp),
        initialContactId: row.InitialContactId ?? null,
        previousContactId: row.PreviousContactId ?? null,
        relatedContactId: row.RelatedContactId ?? null,
        initiationMethod: knownOr(InitiationMethod, row.InitiationMethod),
        rawInitiationMethod: row.InitiationMethod ?? null,
        channel: knownOr(Channel, row.Channel),
      };
      return [this.contact({ instanceId, id: row.ContactId }, context, known)];
    });
    return pageFrom(request, { items, nextToken: answer.NextToken });
  }

  async #details(key: ResourceKey, context: RequestContext): Promise<ContactDetails | null> {
    const asked = await this.shared.askForReader(key, callerOf(context), () => this.#wasJustPlaced(key, context));
    if (asked.is === 'none') return null;
    if (asked.is === 'shown') {
      if (asked.unshared)
        context.log.warn({ err: asked.unshared }, 'what Connect told of a contact could not be shared');
      return detailsFrom(asked.contact, asked.facts);
    }
    const facts = asked.placement ? mergeFacts(placedFacts, [...asked.facts.values()]).facts : asked.facts;
    return hiddenDetailsFrom({ facts, isLost: asked.is === 'lost' });
  }

  async #wasJustPlaced({ instanceId, id }: ResourceKey, context: RequestContext): Promise<boolean> {
    const placement = await this.#placementLoader(context).load(id);
    return placement?.instanceId === instanceId && this.placed.agoMs(id, placement) < shownWithinMs;
  }

  async #attributes(
    { instanceId, id }: ResourceKey,
    requester: Requester,
  ): Promise<readonly ContactAttribute[] | null> {
    const answer = await this.connect.find(
      new GetContactAttributesCommand({ InstanceId: instanceId, InitialContactId: id }),
      requester,
    );
    return answer && (attributesFrom(answer.Attributes) ?? []);
  }

  async #references(
    { instanceId, id }: ResourceKey,
    requester: Requester,
  ): Promise<readonly ContactReference[] | null> {
    const answer = await this.connect.find(
      new ListContactReferencesCommand({ InstanceId: instanceId, ContactId: id, ReferenceTypes: referenceTypes }),
      requester,
    );
    return answer && (answer.ReferenceSummaryList ?? []).flatMap((summary) => referenceFrom(summary) ?? []);
  }
}

/** Answers for each key what is loaded for it, or why it could not be. */
function eachOrError<K, V>(keys: readonly K[], load: (key: K) => Promise<V>): Promise<(V | Error)[]> {
  return Promise.all(keys.map((key) => load(key).catch((error: unknown) => error as Error)));
}

/** One item of Connect's tagged union: the type is the name of its only member. */
function referenceFrom(summary: ReferenceSummary): ContactReference | undefined {
  const [member] = Object.entries(summary) as [string, { Name?: string; Value?: string }][];
  if (!member) return undefined;
  const [type, { Name, Value }] = member;
  if (Name === undefined) return undefined;
  const value =
    type === 'Date' && /^-?\d{1,12}$/.test(Value ?? '') ? new Date(Number(Value) * 1_000).toISOString() : Value;
  return { name: Name, type: type.toUpperCase(), value: value ?? null };
}
