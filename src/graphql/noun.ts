/** Reads one member of a noun, loading the noun when the first member is asked for; null where either is not there. */
export type Read<D> = <T>(pick: (details: D) => T | null | undefined) => Promise<T | null>;

export function readerOf<D>(load: () => Promise<D | null>): Read<D> {
  let loading: Promise<D | null> | undefined;
  return async (pick) => {
    const details = await (loading ??= load());
    return details === null ? null : (pick(details) ?? null);
  };
}
