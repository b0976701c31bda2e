/** A pattern of EventBridge, of the operators that ours uses: lists of the values that may stand there, and objects of such. */
export interface EventPattern {
  readonly [field: string]: EventPattern | readonly string[];
}

/** Whether a rule with this pattern takes the event: each field named by the pattern must have one of the values, to the letter. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, allowed]) => {
    const value = typeof event === 'object' && event !== null ? (event as Record<string, unknown>)[field] : undefined;
    if (!isList(allowed)) return matches(allowed, value);
    return typeof value === 'string' && allowed.includes(value);
  });
}

function isList(allowed: EventPattern | readonly string[]): allowed is readonly string[] {
  if (!Array.isArray(allowed)) return false;
  if (allowed.every((value) => typeof value === 'string')) return true;
  throw new Error('The pattern uses an operator that this matcher does not know.');
}
