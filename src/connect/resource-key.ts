/** What tells one Connect resource from another: ids are unique within an instance. */
export interface ResourceKey {
  readonly instanceId: string;
  readonly id: string;
}

/** Whether `text` has the shape of a Connect resource id. Anything else names nothing, and never gets into a path of Connect's API. */
export function isResourceId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,255}$/.test(text);
}

/** The key as one string, for maps and caches. */
export function nameOfKey({ instanceId, id }: ResourceKey): string {
  return JSON.stringify([instanceId, id]);
}

/** The way back from `nameOfKey`. */
export function keyOfName(name: string): ResourceKey {
  const [instanceId, id] = JSON.parse(name) as [string, string];
  return { instanceId, id };
}
