import { readFileSync } from 'node:fs';
import { checkFacts } from '../fact-merge.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import type { RedisConnection } from '../../redis/redis-connection.js';
import { maxEventFacts, timelineKeptForMs, type ContactFact, type KnownContact, type Timelines } from '../timelines.js';

const script = readFileSync(new URL('./scripts/timelines.lua', import.meta.url), 'utf8');
/** Where the script keeps the version among the facts. */
const versionField = '';

/** The timelines of all replicas; the rules are in scripts/timelines.lua. */
export class RedisTimelines implements Timelines {
  readonly #listeners = new Listeners<number | undefined>();
  readonly #invalidatedListeners = new Listeners<string | undefined>();

  constructor(
    /** Begins every key and channel. */
    private readonly prefix: string,
    private readonly connection: RedisConnection,
  ) {
    // A message is the version, a space and the contact.
    connection.subscribe(
      this.#channel,
      (message) => {
        const space = message.indexOf(' ');
        this.#listeners.notify(message.slice(space + 1), Number(message.slice(0, space)));
      },
      () => {
        this.#listeners.notifyAll(undefined);
      },
    );
    connection.subscribe(
      this.#invalidatedChannel,
      (contact) => {
        this.#invalidatedListeners.notifyAll(contact);
      },
      () => {
        this.#invalidatedListeners.notifyAll(undefined);
      },
    );
  }

  async record(contact: string, facts: readonly ContactFact[]): Promise<{ changed: boolean; version: number }> {
    checkFacts(facts);
    const args: (string | number)[] = [contact, this.#channel, timelineKeptForMs, maxEventFacts];
    for (const { field, value, saidAtMs } of facts) args.push(field, `${saidAtMs} ${value}`);
    const answer = await this.connection.runScript(script, [this.#keyOf(contact)], args);
    const [changed, version] = answer as [number, number];
    return { changed: changed === 1, version };
  }

  find(contacts: readonly string[]): Promise<(KnownContact | undefined)[]> {
    // Written one after another without waiting, that is one round trip.
    return Promise.all(
      contacts.map(async (contact) =>
        knownFrom(await this.connection.send((redis) => redis.hgetall(this.#keyOf(contact)))),
      ),
    );
  }

  changed(contact: string, listener: (version: number | undefined) => void): Unsubscribe {
    return this.#listeners.add(contact, listener);
  }

  async claimPolling(contact: string, holdMs: number): Promise<boolean> {
    const key = `${this.prefix}reconciling:{${contact}}`;
    // Redis takes no time of less than a millisecond.
    const answer = await this.connection.send((redis) =>
      redis.set(key, '1', 'PX', Math.max(1, Math.ceil(holdMs)), 'NX'),
    );
    return answer === 'OK';
  }

  async invalidate(contact: string): Promise<void> {
    await this.connection.send((redis) => redis.publish(this.#invalidatedChannel, contact));
  }

  invalidated(listener: (contact: string | undefined) => void): Unsubscribe {
    return this.#invalidatedListeners.add('', listener);
  }

  get #channel(): string {
    return `${this.prefix}timelines`;
  }

  get #invalidatedChannel(): string {
    return `${this.prefix}outdated`;
  }

  /** With a hash tag, so that whatever belongs to a contact lies in one slot of a Redis Cluster. */
  #keyOf(contact: string): string {
    return `${this.prefix}timeline:{${contact}}`;
  }
}

function knownFrom(hash: Readonly<Record<string, string>>): KnownContact | undefined {
  const version = hash[versionField];
  if (version === undefined) return undefined;
  const facts = new Map<string, ContactFact>();
  for (const [field, text] of Object.entries(hash)) {
    if (field === versionField) continue;
    const space = text.indexOf(' ');
    facts.set(field, { field, value: text.slice(space + 1), saidAtMs: Number(text.slice(0, space)) });
  }
  return { facts, version: Number(version) };
}
