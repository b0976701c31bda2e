import pg from 'pg';

interface Subscription {
  readonly onMessage: (message: string) => void;
  readonly onMaybeMissed: () => void;
}

/** Who hears which channel (`LISTEN`), on whatever connection. */
export class PostgresNews {
  readonly #subscriptions = new Map<string, Subscription>();

  async subscribe(channel: string, subscription: Subscription, client: pg.Client | undefined): Promise<void> {
    this.#subscriptions.set(channel, subscription);
    if (!client) return;
    await listen(client, channel);
    subscription.onMaybeMissed();
  }

  /** Hears all channels on this connection. */
  async hear(client: pg.Client): Promise<void> {
    client.on('notification', ({ channel, payload = '' }) => this.#subscriptions.get(channel)?.onMessage(payload));
    for (const channel of this.#subscriptions.keys()) await listen(client, channel);
  }

  mayBeMissed(): void {
    for (const { onMaybeMissed } of this.#subscriptions.values()) onMaybeMissed();
  }
}

async function listen(client: pg.Client, channel: string): Promise<void> {
  await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
}
