/** What tells one Connect resource from another: ids are unique within an instance. */
export interface ResourceKey {
  readonly instanceId: string;
  readonly id: string;
}

/** Whether `text` has the shape of a Connect resource id. Anything else names nothing, and never gets into a path of Connect's API. */
export function isResourceId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,255}$/.test(text);
}

/** The key as one string, for maps, caches and stores: Redis keys contain it, so it must stay as it is. The id of an instance has no slash. */
export function nameOfKey({ instanceId, id }: ResourceKey): string {
  return `${instanceId}/${id}`;
}

/** The way back from `nameOfKey`. */
export function keyOfName(name: string): ResourceKey {
  const slash = name.indexOf('/');
  return { instanceId: name.slice(0, slash), id: name.slice(slash + 1) };
}
