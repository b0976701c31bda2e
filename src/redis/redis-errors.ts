/**
 * Redis 7 and Valkey begin with the code, also where a script met it, and say the script at the end; Redis 5 and 6 word it within the error of the script. The
 * code of a replica that lost its primary and serves no stale data is MASTERDOWN. A WAIT that was blocked while its server became a replica ends with UNBLOCKED, and a later one
 * is refused in words.
 */
export function isFromReplica(error: unknown): boolean {
  return (
    error instanceof Error &&
    /(?:^|[\s-])(?:READONLY|MASTERDOWN|UNBLOCKED)\b|WAIT cannot be used with replica/.test(error.message)
  );
}

export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/** The server knows no script with this digest, and ran nothing. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** Where a node of a Cluster said that the slot is served, having done nothing: host and port. */
export function movedTo(error: unknown): string | undefined {
  return error instanceof Error ? /^MOVED \d+ (.+:\d+)$/.exec(error.message)?.[1] : undefined;
}

/** Where a node of a Cluster said that a key lies whose slot is being moved, having done nothing itself: host and port. There it must be asked for with ASKING. */
export function askedAt(error: unknown): string | undefined {
  return error instanceof Error ? /^ASK \d+ (.+:\d+)$/.exec(error.message)?.[1] : undefined;
}
