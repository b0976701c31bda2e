import { randomUUID } from 'node:crypto';
import type { Agenda } from './agenda.js';
import type { Contact } from './contact.js';
import { progressIn, progressOf } from './contact.js';
import { eventOnWire } from './contact-event.wire.js';
import type { ContactEvent, UpdatedProperty } from './contact-event.wire.js';
import type { Directory } from './directory.js';
import { distorted } from './distortion.js';
import { arrivalsOf } from './event-fate.js';
import { plannedEvents } from './event-plan.js';
import { asInTheSamples } from './event-style.js';
import { jsonOf } from './json.js';
import { seededChances } from './seeded-chance.js';
import type { SimulatorSettings } from './settings.js';

/** How far the events of a contact are. */
interface Sent {
  count: number;
  cancelNext: () => void;
}

/** Tells the event bus of each contact as it lives: best effort, so late, doubled, out of order or never, as the settings say. */
export class ContactEvents {
  /** Of contacts that are not over. */
  readonly #sent = new Map<Contact, Sent>();

  constructor(
    private readonly agenda: Agenda,
    private readonly directory: Directory,
    private readonly settings: SimulatorSettings,
    /** Where an event's JSON goes when it arrives. */
    private readonly deliver: (body: string, atMs: number) => void,
  ) {}

  /** Sends the events of a contact's plan as their moments come; again with a new plan, those of it that were not sent yet. */
  follow(contact: Contact, nowMs: number): void {
    const sent = this.#sent.get(contact) ?? { count: 0, cancelNext: () => undefined };
    this.#sent.set(contact, sent);
    sent.cancelNext();
    this.#scheduleNext(contact, sent, nowMs);
  }

  /** Tells of a change from outside, also of a contact that is over. */
  dataUpdated(contact: Contact, updatedProperties: readonly UpdatedProperty[], atMs: number): void {
    contact.dataUpdates += 1;
    const progress = progressOf(contact, atMs);
    this.#send({ id: randomUUID(), type: 'CONTACT_DATA_UPDATED', atMs, contact, progress, updatedProperties });
  }

  #scheduleNext(contact: Contact, sent: Sent, notBeforeMs: number): void {
    const { initiatedAtMs, plan, changedAtMs } = contact;
    const next = plannedEvents(initiatedAtMs, plan, this.settings.verdictEvents)[sent.count];
    if (!next) {
      this.#sent.delete(contact);
      return;
    }
    // Where a stop took away what an event was waiting for, the event comes with the stop.
    sent.cancelNext = this.agenda.at(Math.max(next.atMs, notBeforeMs), (atMs) => {
      sent.count += 1;
      const progress = progressIn(next.happened, changedAtMs);
      this.#send({ id: randomUUID(), type: next.type, atMs, contact, progress });
      this.#scheduleNext(contact, sent, atMs);
    });
  }

  #send(event: ContactEvent): void {
    const { ordinal, dataUpdates } = event.contact;
    const key = `${ordinal} ${event.type} ${event.type === 'CONTACT_DATA_UPDATED' ? dataUpdates : 1}`;
    const plain = eventOnWire(event, this.directory);
    const isPlain = this.settings.eventStyle === 'plain';
    const envelope = isPlain ? plain : asInTheSamples(plain, seededChances(this.settings.eventSeed, `style ${key}`));
    for (const delayMs of arrivalsOf(key, this.settings)) {
      this.agenda.at(event.atMs + delayMs, (atMs) => {
        const arriving = distorted(envelope, event.contact.distortion);
        if (arriving) this.deliver(jsonOf(arriving), atMs);
      });
    }
  }
}
