import { randomBytes, randomUUID } from 'node:crypto';
import { ClientTokens } from './client-tokens.js';
import type { SimulatorClock } from './clock.js';
import type { Contact } from './contact.js';
import { isActive } from './contact.js';
import { Directory } from './directory.js';
import type { Queue, Seed } from './directory.js';
import { refusal } from './errors.js';
import { Pager } from './pages.js';
import type { SimulatorSettings } from './settings.js';
import { Throttle } from './throttle.js';

/** The simulated account in one Region: what is configured, every contact placed, and the limits in force. */
export class World {
  readonly directory: Directory;
  readonly tokens = new ClientTokens();
  readonly throttle: Throttle;
  readonly pager = new Pager(randomBytes(32));
  private readonly contacts = new Map<string, Contact>();
  private readonly turns = new Map<string, number>();
  private readonly trips = new Set<string>();

  constructor(
    seed: Seed,
    readonly settings: SimulatorSettings,
    readonly clock: SimulatorClock,
    readonly makeId: () => string = randomUUID,
  ) {
    this.directory = new Directory(seed);
    this.throttle = new Throttle(settings.rates, clock);
  }

  get nowMs(): number {
    return this.clock.now();
  }

  /** Every contact placed, oldest first. */
  get allContacts(): readonly Contact[] {
    return [...this.contacts.values()];
  }

  /** The contacts of an instance that reads can see, oldest first. */
  visibleContacts(instanceId: string): readonly Contact[] {
    return this.allContacts.filter((contact) => contact.instanceId === instanceId && this.isVisible(contact));
  }

  /** The contact, or ResourceNotFoundException: also for a contact of another instance and for one too young to be visible. */
  contact(instanceId: string, contactId: string): Contact {
    const contact = this.findContact(instanceId, contactId);
    if (!contact) throw refusal('ResourceNotFoundException', 'The contact was not found.');
    return contact;
  }

  /** Like `contact`, but `undefined` where there is none. Throws ResourceNotFoundException for an unknown instance. */
  findContact(instanceId: string, contactId: string): Contact | undefined {
    this.directory.instance(instanceId);
    const contact = this.contacts.get(contactId);
    return contact?.instanceId === instanceId && this.isVisible(contact) ? contact : undefined;
  }

  /** The contact with this id whether or not reads can see it yet. */
  placedContact(contactId: string): Contact {
    return this.contacts.get(contactId)!;
  }

  /** Adds a contact: from here on the call is placed. */
  place(contact: Contact): void {
    this.contacts.set(contact.id, contact);
  }

  /** How many calls of an instance take up its quota now. */
  activeCalls(instanceId: string, trafficType?: Contact['trafficType']): number {
    const isCounted = (contact: Contact): boolean =>
      contact.instanceId === instanceId &&
      (trafficType === undefined || contact.trafficType === trafficType) &&
      isActive(contact, this.nowMs);
    return this.allContacts.filter(isCounted).length;
  }

  /** The agent whose turn it is in this queue: in rotation, busy or not. */
  nextAgentId(queue: Queue): string | undefined {
    const turn = this.turns.get(queue.id) ?? 0;
    this.turns.set(queue.id, turn + 1);
    return queue.agentIds[turn % queue.agentIds.length];
  }

  /** True the first time it is asked for this key. */
  isFirst(key: string): boolean {
    const isNew = !this.trips.has(key);
    this.trips.add(key);
    return isNew;
  }

  private isVisible(contact: Contact): boolean {
    return this.nowMs - contact.initiatedAtMs >= this.settings.consistencyDelayMs;
  }
}
