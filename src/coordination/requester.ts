/**
 * In whose name Amazon Connect is asked: its requests wait in the queue of this subject of this tenant. Where several wait for one request,
 * it is the one who asked first.
 */
export interface Requester {
  readonly tenant: string;
  readonly subject: string;
}

export function isSameRequester(one: Requester, other: Requester): boolean {
  return one.tenant === other.tenant && one.subject === other.subject;
}

/** Equal for the same requester, and for nobody else. */
export function nameOfRequester({ tenant, subject }: Requester): string {
  return JSON.stringify([tenant, subject]);
}
