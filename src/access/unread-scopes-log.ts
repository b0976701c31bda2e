import type { JWTPayload } from 'jose';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { ScopeSettings, UnreadScopes } from './scope-claims.js';

/** Whoever has a token can send it as often as they like. */
const silenceMs = 10 * 60_000;

const lines: Readonly<Record<UnreadScopes, string>> = {
  missing: 'no claim of AUTH_SCOPE_CLAIMS is in a token',
  malformed: 'a claim of AUTH_SCOPE_CLAIMS is neither a string nor a list of strings',
  unprefixed: 'no scope in a token begins with AUTH_SCOPE_PREFIX',
};

/**
 * Tells an operator, and nobody else, that scopes of an accepted token were not read: each reason once in ten minutes at most, with the names of
 * claims and no value.
 */
export class UnreadScopesLog {
  readonly #quietUntilMs = new Map<UnreadScopes, number>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  tell(unread: UnreadScopes, claims: JWTPayload, { scopeClaims }: ScopeSettings): void {
    const nowMs = this.clock.monotonic();
    if (nowMs < (this.#quietUntilMs.get(unread) ?? Number.NEGATIVE_INFINITY)) return;
    this.#quietUntilMs.set(unread, nowMs + silenceMs);
    this.log.warn({ scopeClaims, tokenClaims: Object.keys(claims) }, lines[unread]);
  }
}
