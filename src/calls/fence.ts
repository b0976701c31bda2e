import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { CallIntent } from './call-keys.js';

interface Post {
  readonly connectToken: string;
  /** Infinite while the call is being submitted. */
  untilMs: number;
  contactId?: string;
}

/** Keeps a tenant from calling one number twice within `windowMs`, whatever keys the two calls have. 0 switches it off. */
export class Fence {
  /** By number every call that still stands; more than one only where `allowRepeat` said so. */
  readonly #posts: LRUCache<string, readonly Post[]>;

  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
  ) {
    this.#posts = new LRUCache({ max: 200_000 });
  }

  /** Throws DUPLICATE_CALL while another call to the number stands, unless `allowRepeat`; the same call may enter again. */
  enter(intent: CallIntent, connectToken: string, allowRepeat: boolean): void {
    if (this.windowMs === 0) return;
    const nowMs = this.clock.monotonic();
    const others = this.#of(intent).filter((post) => post.connectToken !== connectToken && post.untilMs > nowMs);
    const last = others.at(-1);
    if (!allowRepeat && last) {
      throw new GatewayError(
        'DUPLICATE_CALL',
        'This number was called moments ago. To follow that call, read its contact; to call again all the same, set allowRepeat.',
        {
          retryAfterMs: Math.ceil(Math.min(Math.max(...others.map(({ untilMs }) => untilMs)) - nowMs, this.windowMs)),
          ...(last.contactId === undefined ? {} : { details: { contactId: last.contactId } }),
        },
      );
    }
    this.#posts.set(keyOf(intent), [...others, { connectToken, untilMs: Infinity }]);
  }

  /** The call was placed, or may have been: the number rests from now on. */
  close(intent: CallIntent, connectToken: string, contactId?: string): void {
    const post = this.#of(intent).find((one) => one.connectToken === connectToken);
    if (!post) return;
    post.untilMs = this.clock.monotonic() + this.windowMs;
    if (contactId !== undefined) post.contactId = contactId;
  }

  /** The call was provably not placed; others to the number still stand. */
  release(intent: CallIntent, connectToken: string): void {
    const left = this.#of(intent).filter((post) => post.connectToken !== connectToken);
    if (left.length > 0) this.#posts.set(keyOf(intent), left);
    else this.#posts.delete(keyOf(intent));
  }

  #of(intent: CallIntent): readonly Post[] {
    return this.#posts.get(keyOf(intent)) ?? [];
  }
}

function keyOf({ tenant, destinationPhoneNumber }: CallIntent): string {
  return JSON.stringify([tenant, destinationPhoneNumber]);
}
