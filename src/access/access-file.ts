/** Which instances each tenant may use, by the content of ACCESS_FILE; undefined where that has another form. */
export function readAccessFile(json: string): ReadonlyMap<string, readonly string[]> | undefined {
  try {
    const { tenants } = JSON.parse(json) as { tenants: Record<string, { instanceIds: unknown }> };
    const entries = Object.entries(tenants).map(([tenant, { instanceIds }]) => [tenant, instanceIds] as const);
    return entries.every(hasIds) ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}

function hasIds(entry: readonly [string, unknown]): entry is readonly [string, readonly string[]] {
  const [, ids] = entry;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string' && id !== '');
}
