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
  readonly #posts: LRUCache<string, Post>;

  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
  ) {
    this.#posts = new LRUCache({ max: 200_000 });
  }

  /** Throws DUPLICATE_CALL while another call to the number stands, unless `allowRepeat`; the same call may enter again. */
  enter(intent: CallIntent, connectToken: string, allowRepeat: boolean): void {
    if (this.windowMs === 0) return;
    const post = this.#posts.get(keyOf(intent));
    const nowMs = this.clock.monotonic();
    if (!allowRepeat && post && post.connectToken !== connectToken && post.untilMs > nowMs) {
      throw new GatewayError(
        'DUPLICATE_CALL',
        'This number was called moments ago. To follow that call, read its contact; to call again all the same, set allowRepeat.',
        {
          retryAfterMs: Math.ceil(Math.min(post.untilMs - nowMs, this.windowMs)),
          ...(post.contactId === undefined ? {} : { details: { contactId: post.contactId } }),
        },
      );
    }
    this.#posts.set(keyOf(intent), { connectToken, untilMs: Infinity });
  }

  /** The call was placed, or may have been: the number rests from now on. */
  close(intent: CallIntent, connectToken: string, contactId?: string): void {
    const post = this.#posts.get(keyOf(intent));
    if (post?.connectToken !== connectToken) return;
    post.untilMs = this.clock.monotonic() + this.windowMs;
    if (contactId !== undefined) post.contactId = contactId;
  }

  /** The call was provably not placed. */
  release(intent: CallIntent, connectToken: string): void {
    if (this.#posts.get(keyOf(intent))?.connectToken === connectToken) this.#posts.delete(keyOf(intent));
  }
}

function keyOf({ tenant, destinationPhoneNumber }: CallIntent): string {
  return JSON.stringify([tenant, destinationPhoneNumber]);
}
