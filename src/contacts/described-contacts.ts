import { DescribeContactCommand, type Contact as DescribedContact } from '@aws-sdk/client-connect';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { keyOfName, nameOfKey, type ResourceKey } from '../connect/ids.js';
import { SharedFetches } from '../connect/shared-fetches.js';
import { GatewayError } from '../errors.js';
import { noMeters, type Meters } from '../meters.js';
import type { Requester } from '../coordination/requester.js';
import type { Placement } from '../ledger/call-record.js';
import type { PlacedContacts } from './placed-contacts.js';
import { momentFrom, reportFrom } from './timeline/contact-report.js';

const liveTtlMs = 1_000;
/** Recordings and after-contact work still come in for a while. */
const justEndedTtlMs = 5_000;
const endedTtlMs = 300_000;
const settledAfterMs = 60_000;
/** Connect is eventually consistent: for a while after a change it may still tell what was before. */
const changeShowsWithinMs = 60_000;
const cannotTell =
  'Amazon Connect shows no such contact, and whether it was placed here cannot be told at the moment. Ask again.';

/** What DescribeContact answers. */
export type Described =
  | { readonly is: 'shown'; readonly contact: DescribedContact }
  /** Connect shows no such contact, which may be one placed here all the same. */
  | { readonly is: 'hidden'; readonly placement: Placement | null };

/**
 * Caches what DescribeContact tells: for a second while the contact is live or was changed in the last minute, for five seconds when it ended just now, and
 * for five minutes after that. Callers check access first.
 */
export class DescribedContacts {
  readonly #described: LRUCache<string, Described, Requester>;
  readonly #fetches = new SharedFetches();
  readonly #changedLately: LRUCache<string, true>;

  constructor(
    private readonly connect: Connect,
    private readonly placed: PlacedContacts,
    private readonly clock: Clock,
    private readonly meters: Meters = noMeters,
  ) {
    this.#changedLately = new LRUCache({
      max: 20_000,
      ttl: changeShowsWithinMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
    this.#described = new LRUCache({
      max: 20_000,
      ttl: liveTtlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      // What is asked for is answered, though not kept, even where a full cache has no room left for it or it is out of date by then.
      ignoreFetchAbort: true,
      fetchMethod: async (name, _stale, { options, context: requester }) => {
        meters.cacheMissed('contacts');
        const described = await this.#describe(keyOfName(name), requester);
        options.ttl = this.#ttlMsOf(name, described.is === 'shown' ? described.contact : null, requester);
        return described;
      },
    });
  }

  /** What Connect tells of it, asked `again` also where it told that a moment ago. Throws GatewayError when that cannot be told. */
  find(key: ResourceKey, requester: Requester, { again = false } = {}): Promise<Described> {
    const name = nameOfKey(key);
    this.meters.cacheAsked('contacts');
    return this.#fetches.fetch(
      name,
      requester,
      () => this.#described.forceFetch(name, { forceRefresh: again, context: requester }),
      () => this.#describe(key, requester),
    );
  }

  /** Invalidates what is cached of the contact: something happened to it. */
  invalidate(key: ResourceKey): void {
    const name = nameOfKey(key);
    this.#described.delete(name);
    this.#changedLately.set(name, true);
  }

  /** Invalidates everything: something may have happened to any contact. */
  invalidateAll(): void {
    this.#described.clear();
  }

  async #describe(key: ResourceKey, requester: Requester): Promise<Described> {
    const answer = await this.connect.find(
      new DescribeContactCommand({ InstanceId: key.instanceId, ContactId: key.id }),
      requester,
    );
    if (answer?.Contact) return { is: 'shown', contact: answer.Contact };
    const placement = await this.placed.placementOf(key);
    // To say that there is none would end the following of a call that rings.
    if (placement === undefined) throw new GatewayError('UPSTREAM_UNAVAILABLE', cannotTell);
    return { is: 'hidden', placement };
  }

  #ttlMsOf(name: string, contact: DescribedContact | null, requester: Requester): number {
    const endedAt = momentFrom(contact?.DisconnectTimestamp);
    if (!contact || !endedAt || !reportFrom(contact).isOver || this.#changedLately.has(name)) {
      // Of a list longer than Connect's burst, what came first must not be out of date before what came last is here.
      return liveTtlMs + this.connect.waitMs('DescribeContact', requester);
    }
    return this.clock.now() - endedAt.getTime() > settledAfterMs ? endedTtlMs : justEndedTtlMs;
  }
}
