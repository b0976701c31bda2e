import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { FenceClosing, FenceEntered, FenceEntry, Fences } from './state.js';

interface Post {
  readonly connectToken: string;
  readonly untilMs: number;
  readonly contactId: string | undefined;
}

/** The fences of one process, by the same rules as scripts/fences.lua. */
export class MemoryFences implements Fences {
  readonly #posts: LRUCache<string, Post>;

  constructor(
    private readonly clock: Clock,
    maxPosts: number,
  ) {
    this.#posts = new LRUCache({ max: maxPosts });
  }

  enter(key: string, { connectToken, holdMs, allowRepeat }: FenceEntry): Promise<FenceEntered> {
    const nowMs = this.clock.monotonic();
    const post = this.#posts.get(key);
    const own = this.#own(key, connectToken);
    if (post && !own && post.untilMs > nowMs) {
      if (allowRepeat) return Promise.resolve({ entered: true });
      return Promise.resolve({ entered: false, retryAfterMs: post.untilMs - nowMs, contactId: post.contactId });
    }
    const untilMs = Math.max(nowMs + holdMs, own?.untilMs ?? 0);
    this.#posts.set(key, { connectToken, untilMs, contactId: own?.contactId });
    return Promise.resolve({ entered: true });
  }

  close(key: string, { connectToken, windowMs, contactId }: FenceClosing): Promise<void> {
    const known = this.#own(key, connectToken)?.contactId;
    const untilMs = this.clock.monotonic() + windowMs;
    this.#posts.set(key, { connectToken, untilMs, contactId: contactId ?? known });
    return Promise.resolve();
  }

  release(key: string, connectToken: string): Promise<void> {
    if (this.#own(key, connectToken)) this.#posts.delete(key);
    return Promise.resolve();
  }

  #own(key: string, connectToken: string): Post | undefined {
    const post = this.#posts.get(key);
    return post?.connectToken === connectToken ? post : undefined;
  }
}
