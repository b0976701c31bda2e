import { randomBytes } from 'node:crypto';
import { ActiveCalls } from './active-calls.js';
import { Agenda } from './agenda.js';
import type { Transition } from './call-plan.js';
import { ClientTokens } from './client-tokens.js';
import type { SimulatorClock } from './clock.js';
import type { Contact } from './contact.js';
import type { UpdatedProperty } from './contact-event.wire.js';
import { ContactEvents } from './contact-events.js';
import { Directory } from './directory.js';
import type { Queue, Seed } from './directory.js';
import type { Distortion } from './distortion.js';
import { refusal } from './errors.js';
import { Pager } from './pages.js';
import type { SimulatorSettings } from './settings.js';
import { Queues } from './sqs/queues.js';
import { Throttle } from './throttle.js';

/** The simulated account in one Region: what is configured, every contact placed, and the limits in force. */
export class World {
  readonly directory: Directory;
  readonly tokens: ClientTokens;
  readonly throttle: Throttle;
  readonly pager = new Pager(randomBytes(32));
  readonly agenda: Agenda;
  readonly queues: Queues;
  private readonly active: ActiveCalls;
  private readonly events: ContactEvents;
  private readonly contacts = new Map<string, Contact>();
  private readonly turns = new Map<string, number>();
  private readonly trips = new Set<string>();

  constructor(
    seed: Seed,
    readonly settings: SimulatorSettings,
    readonly clock: SimulatorClock,
  ) {
    this.directory = new Directory(seed);
    this.tokens = new ClientTokens(settings.tokenValidMs);
    this.throttle = new Throttle(settings.rates, clock);
    this.agenda = new Agenda(clock);
    this.active = new ActiveCalls(this.agenda);
    this.queues = new Queues(this.directory, this.agenda, clock, settings.maxReceiveCount);
    this.events = new ContactEvents(this.agenda, this.directory, settings, (body, atMs) => {
      this.queues.events.put(body, atMs);
    });
  }

  get nowMs(): number {
    return this.clock.now();
  }

  get placedCount(): number {
    return this.contacts.size;
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
    this.follow(contact);
  }

  /** Gives a contact another future. */
  replan(contact: Contact, plan: readonly Transition[]): void {
    contact.plan = plan;
    this.follow(contact);
  }

  /** From now on tells other things of a contact than its plan. Throws ResourceNotFoundException where there is none. */
  distort(distortion: Distortion): void {
    const contact = this.contacts.get(distortion.contactId);
    if (!contact) throw refusal('ResourceNotFoundException', 'The contact was not found.');
    contact.distortion = distortion;
    const reason = distortion.disconnectReason;
    if (reason === undefined) return;
    this.replan(
      contact,
      contact.plan.map((step) => (step.kind === 'disconnected' ? { ...step, reason } : step)),
    );
  }

  /** Notes that a contact was changed from outside; an event tells of it if there is a name for what was changed. */
  changed(contact: Contact, updatedProperties: readonly UpdatedProperty[]): void {
    contact.changedAtMs = this.nowMs;
    if (updatedProperties.length > 0) this.events.dataUpdated(contact, updatedProperties, this.nowMs);
  }

  /** How many calls of an instance take up its quota now. */
  activeCalls(instanceId: string, trafficType?: Contact['trafficType']): number {
    if (trafficType !== undefined) return this.active.count(instanceId, trafficType);
    return this.active.count(instanceId, 'GENERAL') + this.active.count(instanceId, 'CAMPAIGN');
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

  /** Ends everything that was still to happen; who waits for a message gets none. */
  close(): void {
    this.agenda.clear();
    this.queues.clear();
  }

  private follow(contact: Contact): void {
    this.active.follow(contact);
    this.events.follow(contact, this.nowMs);
  }

  private isVisible(contact: Contact): boolean {
    if (contact.distortion?.isHidden) return false;
    return this.nowMs - contact.initiatedAtMs >= this.settings.consistencyDelayMs;
  }
}
