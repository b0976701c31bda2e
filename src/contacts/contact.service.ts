import {
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  ListContactReferencesCommand,
  type Contact as DescribedContact,
  type ReferenceSummary,
  type ReferenceType,
} from '@aws-sdk/client-connect';
import type { Connect } from '../connect/connect.js';
import { isResourceId, keyOfName, nameOfKey, type ResourceKey } from '../connect/resource-key.js';
import { pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { knownOr } from '../graphql/vendor-enum.js';
import { callerOf, perRequestLoader, type RequestContext } from '../request.js';
import { joinFacts } from '../coordination/fact-join.js';
import type { Requester } from '../coordination/requester.js';
import { StoreUnavailable } from '../store-health.js';
import type { KnownContact, Timelines } from '../coordination/timelines.js';
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
import { hiddenContact, shownWithinMs } from './contact-sight.js';
import { Contact } from './contact.type.js';
import type { DescribedContacts } from './described-contacts.js';
import type { PlacedContacts } from './placed-contacts.js';
import { placedFacts, type ContactFacts } from './timeline/contact-facts.js';
import { factsFrom, momentFrom, reportFrom } from './timeline/contact-report.js';
import { statusOf } from './timeline/contact-state.js';

/** Connect takes six types in one request, and these are all that a voice contact can carry. */
const referenceTypes: ReferenceType[] = ['URL', 'ATTACHMENT', 'NUMBER', 'STRING', 'DATE', 'EMAIL'];

interface AssociatedPage {
  readonly key: ResourceKey;
  readonly request: PageRequest;
}

/** Reads contacts. Callers check access to the instance first. */
export class ContactService {
  readonly #detailsLoader = perRequestLoader<ResourceKey, ContactDetails | null>(nameOfKey, (keys, context) =>
    this.#detailsOf(keys, context),
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
    private readonly described: DescribedContacts,
    private readonly placed: PlacedContacts,
    private readonly timelines: Timelines,
  ) {
    timelines.outdated((contact) => {
      if (contact === undefined) described.outdateAll();
      else described.outdate(keyOfName(contact));
    });
  }

  /** A contact known by its ids and what is `known` of it; Connect is asked when another field is. */
  contact(key: ResourceKey, context: RequestContext, known: KnownDetails = {}): Contact {
    return new Contact(key, known, () => this.#detailsLoader(context).load(key));
  }

  /** The contact, or null where Connect knows none. */
  async find(key: ResourceKey, context: RequestContext): Promise<Contact | null> {
    if (!isResourceId(key.id)) return null;
    const details = await this.#detailsLoader(context).load(key);
    return details && this.contact(key, context);
  }

  /** Something changed the contact just now: what was read of it before, on whatever replica, is out of date. Does not throw. */
  async changed(key: ResourceKey, context: RequestContext): Promise<void> {
    this.described.outdate(key);
    this.#detailsLoader(context).clear(key);
    this.#attributesLoader(context).clearAll();
    this.#referencesLoader(context).clear(key);
    this.#associatedLoader(context).clearAll();
    try {
      await this.timelines.outdate(nameOfKey(key));
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
    const answer = await this.connect.find(
      new ListAssociatedContactsCommand({
        InstanceId: instanceId,
        ContactId: id,
        MaxResults: request.first,
        NextToken: request.after,
      }),
      callerOf(context),
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

  async #detailsOf(keys: readonly ResourceKey[], context: RequestContext): Promise<(ContactDetails | null | Error)[]> {
    const known = this.#knownOf(keys);
    // Nobody waits for it where every DescribeContact fails.
    known.catch(() => undefined);
    return Promise.all(
      keys.map(async (key, index) => {
        try {
          const described = await this.described.find(key, callerOf(context));
          const { facts } = (await known)[index] ?? {};
          if (described.is === 'hidden') return this.#hidden(key, facts, described.placement);
          return detailsFrom(described.contact, await this.#joined(key, facts, described.contact, context));
        } catch (error) {
          return error as Error;
        }
      }),
    );
  }

  /** What to tell of a contact that Connect does not show (yet). */
  #hidden(key: ResourceKey, known: ContactFacts = new Map(), placement: Placement | null): ContactDetails | null {
    const is = hiddenContact(this.placed.signsOf(key, known, placement));
    if (is === 'none') return null;
    const facts = placement ? joinFacts(placedFacts, [...known.values()]).facts : known;
    return hiddenDetailsFrom({ facts, isLost: is === 'lost' });
  }

  /** What is known, joined with what Connect tells; whoever watches the contact is told where Connect knows better. */
  async #joined(
    key: ResourceKey,
    known: ContactFacts | undefined,
    described: DescribedContact,
    context: RequestContext,
  ): Promise<ContactFacts> {
    const told = factsFrom(reportFrom(described));
    const joined = joinFacts(known ?? new Map(), told);
    // Who follows a call placed just now is told INITIATED, without asking Connect, while nothing is known.
    const isNews = known
      ? joined.changed
      : statusOf(joined.facts) !== 'INITIATED' && (await this.#wasJustPlaced(key, context));
    if (isNews) {
      this.timelines.record(nameOfKey(key), told).catch((err: unknown) => {
        context.log.warn({ err }, 'what Connect told of a contact could not be shared');
      });
    }
    return joined.facts;
  }

  async #wasJustPlaced({ instanceId, id }: ResourceKey, context: RequestContext): Promise<boolean> {
    const placement = await this.#placementLoader(context).load(id);
    return placement?.instanceId === instanceId && this.placed.agoMs(id, placement) < shownWithinMs;
  }

  /** Undefined also for all of them while shared state is away: Connect tells nearly as much. */
  async #knownOf(keys: readonly ResourceKey[]): Promise<readonly (KnownContact | undefined)[]> {
    try {
      return await this.timelines.find(keys.map(nameOfKey));
    } catch (error) {
      if (error instanceof StoreUnavailable) return [];
      throw error;
    }
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

/** For each key what is loaded for it, or why it could not be. */
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
