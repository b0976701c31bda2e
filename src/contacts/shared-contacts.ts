import type { Contact as DescribedContact } from '@aws-sdk/client-connect';
import DataLoader from 'dataloader';
import { keyOfName, nameOfKey, type ResourceKey } from '../connect/ids.js';
import { mergeFacts } from '../coordination/fact-merge.js';
import type { Requester } from '../coordination/requester.js';
import type { ContactFact, KnownContact, Timelines } from '../coordination/timelines.js';
import { GatewayError } from '../errors.js';
import type { Placement } from '../ledger/call-record.js';
import type { QueueService } from '../queues/queue.service.js';
import { StoreUnavailable } from '../store-health.js';
import { hiddenContact, type HiddenContact } from './contact-sight.js';
import type { DescribedContacts } from './described-contacts.js';
import type { PlacedContacts } from './placed-contacts.js';
import { standardQueueIdOf, toFacts, unnamedQueue, type ContactFacts } from './timeline/contact-facts.js';
import { factsFrom, reportFrom, type ContactReport } from './timeline/contact-report.js';
import { statusOf } from './timeline/contact-state.js';

export interface SharedContactsParts {
  readonly described: DescribedContacts;
  readonly placed: PlacedContacts;
  readonly timelines: Timelines;
  readonly queues: Pick<QueueService, 'standardId'>;
}

/** What is told of a contact once Connect was asked for it. */
export type AskedContact =
  | {
      readonly is: 'shown';
      readonly contact: DescribedContact;
      readonly facts: ContactFacts;
      /** Why the other replicas do not know what Connect told. */
      readonly unshared: StoreUnavailable | undefined;
    }
  /** Connect does not show it. The facts are those that others told. */
  | { readonly is: HiddenContact; readonly placement: Placement | null; readonly facts: ContactFacts };

const nothing: ContactFacts = new Map();

/**
 * Asks Connect for contacts; the only place that makes facts of its answers. They are recorded for all replicas before anybody here is told, so that whoever is told of the
 * contact through another replica afterwards is told no less. While shared state is away, this replica tells them all the same.
 */
export class SharedContacts {
  readonly #known: DataLoader<string, KnownContact | undefined>;

  constructor(private readonly parts: SharedContactsParts) {
    const { described, timelines } = parts;
    this.#known = new DataLoader((names) => timelines.find(names), { cache: false, maxBatchSize: 200 });
    timelines.invalidated((name) => {
      if (name === undefined) described.invalidateAll();
      else described.invalidate(keyOfName(name));
    });
  }

  /** What replicas know of the contact; undefined where that is nothing. Throws StoreUnavailable. */
  known(key: ResourceKey): Promise<KnownContact | undefined> {
    return this.#known.load(nameOfKey(key));
  }

  /** Invalidates what any replica cached of the contact, which was changed just now. Throws StoreUnavailable where the others were not notified. */
  async invalidate(key: ResourceKey): Promise<void> {
    this.parts.described.invalidate(key);
    await this.parts.timelines.invalidate(nameOfKey(key));
  }

  /**
   * Asks in the name of one who reads the contact; the facts are those known, merged with what Connect tells. They are recorded only where that is new to those who
   * follow: reading old contacts fills no store. Throws GatewayError.
   */
  async askForReader(
    key: ResourceKey,
    requester: Requester,
    wasJustPlaced: () => Promise<boolean>,
  ): Promise<AskedContact> {
    const [described, known] = await Promise.all([this.parts.described.find(key, requester), this.#knownIfUp(key)]);
    if (described.is === 'hidden') return this.#hidden(key, known ?? nothing, described.placement);
    const { contact } = described;
    const told = factsFrom(reportFrom(contact));
    const { facts, changed } = mergeFacts(known ?? nothing, told);
    // Followers of a call placed just now are told INITIATED, without asking Connect, while nothing is known.
    const isNews = known ? changed : statusOf(facts) !== 'INITIATED' && (await wasJustPlaced());
    return { is: 'shown', contact, facts, unshared: isNews ? await this.#record(key, told) : undefined };
  }

  /**
   * Asks in the name of one who follows the contact, `again` also where Connect told of it a moment ago; the facts are what Connect tells, with what may be told of the
   * queue to all who follow. `known` answers what is known here at that moment. Throws GatewayError.
   */
  async askForFollowers(
    key: ResourceKey,
    requester: Requester,
    { known, again = false }: { readonly known: () => ContactFacts; readonly again?: boolean },
  ): Promise<AskedContact> {
    const described = await this.parts.described.find(key, requester, { again });
    if (described.is === 'hidden') return this.#hidden(key, known(), described.placement);
    const { contact } = described;
    const queueId = await this.#queueOf(key, contact.QueueInfo?.Id, known(), requester);
    const told = factsFrom(reportFrom(contact, queueId));
    const unshared = await this.#record(key, told);
    return { is: 'shown', contact, facts: toFacts(told), unshared };
  }

  /** Undefined also while shared state is away: Connect tells nearly as much. */
  async #knownIfUp(key: ResourceKey): Promise<ContactFacts | undefined> {
    try {
      return (await this.known(key))?.facts;
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  #hidden(key: ResourceKey, facts: ContactFacts, placement: Placement | null): AskedContact {
    return { is: hiddenContact(this.parts.placed.signsOf(key, facts, placement)), placement, facts };
  }

  /** Why shared state did not take the facts; undefined where it did. */
  async #record(key: ResourceKey, told: readonly ContactFact[]): Promise<StoreUnavailable | undefined> {
    try {
      await this.parts.timelines.record(nameOfKey(key), told);
      return undefined;
    } catch (error) {
      if (error instanceof StoreUnavailable) return error;
      throw error;
    }
  }

  /** What may be told of the queue to whoever follows. Where the standard queues cannot be asked for, nothing is said of it. */
  async #queueOf(
    { instanceId }: ResourceKey,
    id: string | undefined,
    known: ContactFacts,
    requester: Requester,
  ): Promise<ContactReport['queueId']> {
    if (id === undefined) return undefined;
    const named = standardQueueIdOf(known);
    if (named === id) return named;
    try {
      return (await this.parts.queues.standardId({ instanceId, id }, requester)) ?? unnamedQueue;
    } catch (error) {
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
  }
}
