const statuses = ['INITIATED', 'RINGING', 'IN_FLOW', 'QUEUED', 'WITH_AGENT', 'AFTER_CONTACT_WORK', 'ENDED'];

/** One event of a subscription, as the client reads it. */
export interface WatchResult {
  readonly data?: {
    readonly contactUpdated: {
      readonly id: string;
      readonly status: string;
      readonly disconnectReason: string | null;
      readonly timeline: readonly { readonly type: string; readonly source: string }[];
    } | null;
  } | null;
  readonly errors?: readonly {
    readonly extensions: { readonly code: string; readonly retryable: boolean; readonly retryAfterMs?: number };
  }[];
}

export const selection = 'id status outcome disconnectReason timeline { type at source }';

/** Follows one contact, over as many subscriptions as it takes, and remembers what it was told. */
export class Watcher {
  updates = 0;
  /** When each subscription was asked for. */
  readonly subscribedAtMs: number[] = [];
  /** By its type, when an event was read that came while the subscription stood. */
  readonly eventsReadAtMs = new Map<string, number>();
  endedAtMs: number | undefined;
  isComplete = false;
  disconnectReason: string | null = null;
  /** What should never have come, in words of ours. */
  readonly wrongs: string[] = [];
  #rank = -1;
  #hasFirst = false;
  readonly #types = new Set<string>();

  /** `isPrompt`: reads at once what comes. */
  constructor(
    readonly contactId: string,
    readonly isPrompt: boolean,
  ) {}

  /** At least one update has come. */
  get isInformed(): boolean {
    return this.updates > 0;
  }

  get status(): string | undefined {
    return statuses[this.#rank];
  }

  subscribes(): void {
    this.#hasFirst = false;
    this.subscribedAtMs.push(Date.now());
  }

  next({ data, errors }: WatchResult, atMs: number): void {
    this.updates += 1;
    for (const { extensions } of errors ?? []) this.wrongs.push(`an update with the error ${extensions.code}`);
    const update = data?.contactUpdated;
    if (update?.id !== this.contactId) {
      this.wrongs.push(update ? 'an update of another contact' : 'no contact');
      return;
    }
    const rank = statuses.indexOf(update.status);
    if (rank < this.#rank) this.wrongs.push(`back from ${String(this.status)} to ${update.status}`);
    this.#rank = Math.max(rank, this.#rank);
    if (update.status === 'ENDED') this.endedAtMs ??= atMs;
    this.disconnectReason = update.disconnectReason;
    for (const { type, source } of update.timeline) {
      if (source !== 'CONTACT_EVENT' || this.#types.has(type)) continue;
      this.#types.add(type);
      // What the first update knows may have come at any time before.
      if (this.#hasFirst) this.eventsReadAtMs.set(type, atMs);
    }
    this.#hasFirst = true;
  }

  complete(): void {
    this.isComplete = true;
    if (this.status !== 'ENDED') this.wrongs.push(`complete at ${String(this.status)}`);
  }

  refused(code: string): void {
    this.wrongs.push(`refused for good with ${code}`);
  }
}
