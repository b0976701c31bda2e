import { LinkedList, type Link } from './linked-list.js';
import type { Requester } from './requester.js';

/** Those of one subject, first come first. */
class SubjectQueue<T> {
  readonly items = new LinkedList<T>();
  link!: Link<SubjectQueue<T>>;

  constructor(
    readonly subject: string,
    readonly tenant: TenantQueue<T>,
  ) {}

  get size(): number {
    return this.items.size;
  }
}

/** Those of one tenant: its subjects, in the order in which they are served next. */
class TenantQueue<T> {
  readonly ring = new LinkedList<SubjectQueue<T>>();
  readonly subjects = new Map<string, SubjectQueue<T>>();
  size = 0;
  link!: Link<TenantQueue<T>>;

  constructor(readonly tenant: string) {}
}

/** Something in a FairQueue; what `remove` takes. */
export interface Queued<T> {
  readonly subject: SubjectQueue<T>;
  readonly link: Link<T>;
}

/**
 * Serves tenants by turns, within a tenant its subjects by turns, and within a subject first come first. Whoever is served goes to the back of its ring,
 * and whoever comes begins there: so one who stays away saves nothing up, one who leaves owes nothing, and of `n` who keep waiting each is served once in `n` turns.
 * This is start-time fair queueing on two levels where every turn costs the same.
 */
export class FairQueue<T> {
  readonly #ring = new LinkedList<TenantQueue<T>>();
  readonly #tenants = new Map<string, TenantQueue<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add({ tenant, subject }: Requester, item: T): Queued<T> {
    let ofTenant = this.#tenants.get(tenant);
    if (!ofTenant) {
      ofTenant = new TenantQueue(tenant);
      ofTenant.link = this.#ring.add(ofTenant);
      this.#tenants.set(tenant, ofTenant);
    }
    let ofSubject = ofTenant.subjects.get(subject);
    if (!ofSubject) {
      ofSubject = new SubjectQueue(subject, ofTenant);
      ofSubject.link = ofTenant.ring.add(ofSubject);
      ofTenant.subjects.set(subject, ofSubject);
    }
    ofTenant.size += 1;
    this.#size += 1;
    return { subject: ofSubject, link: ofSubject.items.add(item) };
  }

  /** The next one, which leaves the queue. */
  take(): T | undefined {
    const tenant = this.#ring.first?.value;
    const subject = tenant?.ring.first?.value;
    const link = subject?.items.first;
    if (!tenant || !subject || !link) return undefined;
    this.#leave(subject, link);
    if (subject.size > 0) tenant.ring.moveToEnd(subject.link);
    if (tenant.size > 0) this.#ring.moveToEnd(tenant.link);
    return link.value;
  }

  /** Takes out what is still in this queue. */
  remove({ subject, link }: Queued<T>): void {
    this.#leave(subject, link);
  }

  /** How many of the requester's are here. */
  countOf({ tenant, subject }: Requester): number {
    return this.#tenants.get(tenant)?.subjects.get(subject)?.size ?? 0;
  }

  /** In how many turns the requester's `nth` is served at the latest if nobody comes or goes, exactly so in rings of up to `longestCounted`; it need not be here yet. */
  turnsUntil({ tenant, subject }: Requester, nth: number): number {
    const ofTenant = this.#tenants.get(tenant);
    const ofSubject = ofTenant?.subjects.get(subject);
    const turnsOfTenant = ofTenant ? turnsUntil(ofTenant.ring, ofSubject, nth, ofTenant.size) : nth;
    return turnsUntil(this.#ring, ofTenant, turnsOfTenant, this.#size);
  }

  /** Which one of its subject's this is, from 1. */
  nthOf({ subject, link }: Queued<T>): number {
    let nth = 1;
    for (let one = subject.items.first; one && one !== link; one = one.next) nth += 1;
    return nth;
  }

  #leave(subject: SubjectQueue<T>, link: Link<T>): void {
    const { tenant } = subject;
    subject.items.remove(link);
    tenant.size -= 1;
    this.#size -= 1;
    if (subject.size === 0) {
      tenant.ring.remove(subject.link);
      tenant.subjects.delete(subject.subject);
    }
    if (tenant.size === 0) {
      this.#ring.remove(tenant.link);
      this.#tenants.delete(tenant.tenant);
    }
  }
}

/** Of a ring with more names the turns are not counted one by one for a further request of somebody who waits already: each such request would cost as much as there are names. */
export const longestCounted = 1_000;

/**
 * How many turns of the ring have passed when its member has had `nth`; without a member, a new one at the end. Whoever stands before it has had as many by then, whoever
 * stands behind it one less, unless there were no more of them. `waiting` is how many wait in the ring. The scripts have the same rule.
 */
function turnsUntil<M extends { readonly size: number }>(
  ring: LinkedList<M>,
  member: M | undefined,
  nth: number,
  waiting: number,
): number {
  // Each of the ring has at least one.
  if (member === undefined && nth === 1) return ring.size + 1;
  if (ring.size > longestCounted) {
    // As though all stood before it and had as many, but no more than there are.
    const others = waiting - (member?.size ?? 0);
    return nth + Math.min(others, nth * ring.size);
  }
  let turns = nth;
  let most = nth;
  for (let link = ring.first; link; link = link.next) {
    if (link.value === member) most = nth - 1;
    else turns += Math.min(link.value.size, most);
  }
  return turns;
}
