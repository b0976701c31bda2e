/** A ClientToken that placed a contact. */
export interface UsedToken {
  readonly contactId: string;
  /** The rest of the request, to tell a repeat from other input. */
  readonly input: string;
  readonly usedAtMs: number;
  /** Whether the request that placed the contact is still unanswered. */
  isInFlight: boolean;
}

/** ClientTokens of the account, each valid within its instance for `validMs` after the request that placed its contact. */
export class ClientTokens {
  private readonly used = new Map<string, UsedToken>();

  constructor(private readonly validMs: number) {}

  /** The contact this token placed, if it is still valid. */
  find(instanceId: string, token: string, nowMs: number): UsedToken | undefined {
    const entry = this.used.get(keyOf(instanceId, token));
    return entry && nowMs - entry.usedAtMs < this.validMs ? entry : undefined;
  }

  /** Remembers which contact this token placed; the newest replaces an older one. */
  remember(instanceId: string, token: string, entry: UsedToken): void {
    this.used.set(keyOf(instanceId, token), entry);
  }
}

function keyOf(instanceId: string, token: string): string {
  return JSON.stringify([instanceId, token]);
}
