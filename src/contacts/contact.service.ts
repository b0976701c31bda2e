import {
  DescribeContactCommand,
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  ListContactReferencesCommand,
  type ReferenceSummary,
  type ReferenceType,
} from '@aws-sdk/client-connect';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { isResourceId, keyOfName, nameOfKey, type ResourceKey } from '../connect/resource-key.js';
import { pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { knownOr } from '../graphql/vendor-enum.js';
import { perRequestLoader, type RequestContext } from '../request.js';
import { attributesFrom, detailsFrom, type ContactDetails, type KnownDetails } from './contact-details.js';
import { Channel, InitiationMethod } from './contact-enums.js';
import type { ContactAttribute, ContactReference } from './contact-parts.type.js';
import { momentFrom } from './contact-status.js';
import { Contact } from './contact.type.js';
import { StateUnavailable, type Placement, type Placements } from '../state/state.js';

/** Connect takes six types in one request, and these are all that a voice contact can carry. */
const referenceTypes: ReferenceType[] = ['URL', 'ATTACHMENT', 'NUMBER', 'STRING', 'DATE', 'EMAIL'];

const liveTtlMs = 1_000;
/** Recordings and after-contact work still come in for a while. */
const justEndedTtlMs = 5_000;
const endedTtlMs = 300_000;
const settledAfterMs = 60_000;
/** DescribeContact is eventually consistent: for this long after placing, "not found" means "not visible yet". */
const visibilityDelayMs = 60_000;

interface Described {
  /** Null where Connect knows no such contact. */
  readonly details: ContactDetails | null;
}

interface AssociatedPage {
  readonly key: ResourceKey;
  readonly request: PageRequest;
}

/** Reads contacts. Callers check access to the instance first. */
export class ContactService {
  readonly #described: LRUCache<string, Described>;
  readonly #detailsLoader = perRequestLoader<ResourceKey, ContactDetails | null>(nameOfKey, (keys) =>
    Promise.all(keys.map((key) => this.#details(key).catch((error: unknown) => error as Error))),
  );
  readonly #attributesLoader = perRequestLoader<ResourceKey, readonly ContactAttribute[] | null>(nameOfKey, (keys) =>
    Promise.all(keys.map((key) => this.#attributes(key).catch((error: unknown) => error as Error))),
  );
  readonly #referencesLoader = perRequestLoader<ResourceKey, readonly ContactReference[] | null>(nameOfKey, (keys) =>
    Promise.all(keys.map((key) => this.#references(key).catch((error: unknown) => error as Error))),
  );

  readonly #associatedLoader = perRequestLoader<AssociatedPage, Page<Contact> | null>(
    ({ key, request: { first, after } }) => JSON.stringify([key.instanceId, key.id, first, after]),
    (pages, context) =>
      Promise.all(
        pages.map(({ key, request }) =>
          this.#associated(key, request, context).catch((error: unknown) => error as Error),
        ),
      ),
  );

  readonly #placementLoader = perRequestLoader<string, Placement | undefined>(
    (contactId) => contactId,
    (contactIds) => this.#placementsOf(contactIds),
  );

  constructor(
    private readonly connect: Connect,
    private readonly placements: Placements,
    private readonly clock: Clock,
  ) {
    this.#described = new LRUCache({
      max: 20_000,
      ttl: liveTtlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      // What is asked for is answered, even where a full cache has no room left for it.
      ignoreFetchAbort: true,
      fetchMethod: async (name, _stale, { options }) => {
        const details = await this.#describe(keyOfName(name));
        options.ttl = this.#ttlMsOf(details);
        return { details };
      },
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

  async #details(key: ResourceKey): Promise<ContactDetails | null> {
    return (await this.#described.fetch(nameOfKey(key)))?.details ?? null;
  }

  async #describe(key: ResourceKey): Promise<ContactDetails | null> {
    const answer = await this.connect.find(
      new DescribeContactCommand({ InstanceId: key.instanceId, ContactId: key.id }),
    );
    return answer?.Contact ? detailsFrom(answer.Contact) : this.#notVisibleYet(key);
  }

  async #notVisibleYet({ instanceId, id }: ResourceKey): Promise<ContactDetails | null> {
    const [placement] = await this.#placementsOf([id]);
    if (placement?.instanceId !== instanceId) return null;
    if (this.clock.now() - placement.placedAtMs > visibilityDelayMs) return null;
    return detailsFrom({ Id: id, InitiationMethod: 'API', Channel: 'VOICE' });
  }

  /** Undefined also for all of them while shared state is away: what only a placing knew is worth no failed read. */
  async #placementsOf(contactIds: readonly string[]): Promise<(Placement | undefined)[]> {
    try {
      return await this.placements.find(contactIds);
    } catch (error) {
      if (error instanceof StateUnavailable) return contactIds.map(() => undefined);
      throw error;
    }
  }

  #ttlMsOf(details: ContactDetails | null): number {
    if (details?.status !== 'ENDED' || !details.disconnectTimestamp) {
      // Of a list longer than Connect's burst, what came first must not be out of date before what came last is here.
      return liveTtlMs + this.connect.waitMs('DescribeContact');
    }
    const endedMs = this.clock.now() - details.disconnectTimestamp.getTime();
    return endedMs > settledAfterMs ? endedTtlMs : justEndedTtlMs;
  }

  async #attributes({ instanceId, id }: ResourceKey): Promise<readonly ContactAttribute[] | null> {
    const answer = await this.connect.find(
      new GetContactAttributesCommand({ InstanceId: instanceId, InitialContactId: id }),
    );
    return answer && (attributesFrom(answer.Attributes) ?? []);
  }

  async #references({ instanceId, id }: ResourceKey): Promise<readonly ContactReference[] | null> {
    const answer = await this.connect.find(
      new ListContactReferencesCommand({ InstanceId: instanceId, ContactId: id, ReferenceTypes: referenceTypes }),
    );
    return answer && (answer.ReferenceSummaryList ?? []).flatMap((summary) => referenceFrom(summary) ?? []);
  }
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
