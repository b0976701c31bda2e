import type { Agenda } from './agenda.js';
import type { Contact } from './contact.js';

/** How many calls take up an instance's quota, counted as they begin and end. */
export class ActiveCalls {
  readonly #counts = new Map<string, number>();
  readonly #cancel = new Map<Contact, () => void>();

  constructor(private readonly agenda: Agenda) {}

  /** Counts a call from now until its plan disconnects it; again with a new plan, until that one does. */
  follow(contact: Contact): void {
    const cancel = this.#cancel.get(contact);
    if (cancel) cancel();
    else this.#add(contact, 1);
    const endsAtMs = contact.plan.find(({ kind }) => kind === 'disconnected')!.atMs;
    const end = this.agenda.at(endsAtMs, () => {
      this.#cancel.delete(contact);
      this.#add(contact, -1);
    });
    this.#cancel.set(contact, end);
  }

  count(instanceId: string, trafficType: Contact['trafficType']): number {
    return this.#counts.get(`${trafficType} ${instanceId}`) ?? 0;
  }

  #add({ instanceId, trafficType }: Contact, change: number): void {
    this.#counts.set(`${trafficType} ${instanceId}`, this.count(instanceId, trafficType) + change);
  }
}
