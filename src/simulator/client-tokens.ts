/** A ClientToken that placed a contact. */
export interface UsedToken {
  readonly contactId: string;
  /** The rest of the request, to tell a repeat from other input. */
  readonly input: string;
  readonly usedAtMs: number;
  /** Whether the request that placed the contact is still unanswered. */
  isInFlight: boolean;
}

const validMs = 7 * 24 * 60 * 60 * 1_000;

/** ClientTokens of the account, each valid for 7 days within its instance. */
export class ClientTokens {
  private readonly used = new Map<string, UsedToken>();

  /** The contact this token placed, if it did so less than 7 days ago. */
  find(instanceId: string, token: string, nowMs: number): UsedToken | undefined {
    const entry = this.used.get(keyOf(instanceId, token));
    return entry && nowMs - entry.usedAtMs < validMs ? entry : undefined;
  }

  /** Remembers which contact this token placed; the newest replaces an older one. */
  remember(instanceId: string, token: string, entry: UsedToken): void {
    this.used.set(keyOf(instanceId, token), entry);
  }
}

function keyOf(instanceId: string, token: string): string {
  return JSON.stringify([instanceId, token]);
}
