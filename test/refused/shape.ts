/** One thing that a hostile client may send, and that the gateway is to refuse. */
export interface Shape {
  readonly name: string;
  /** A socket sends it as the payload of `subscribe`. */
  readonly over: 'post' | 'stream' | 'socket';
  /** Who sends it: somebody with every scope, somebody with none, or nobody. */
  readonly as: 'all' | 'none' | 'nobody';
  readonly body: string;
}

/** The largest body that the gateway reads, and no more. */
export const bodyBytes = 256 * 1024;

/** As many as fit into `bytes`, with what stands between them. */
export function filled(item: string, bytes: number, between = ','): string {
  const count = Math.max(1, Math.floor((bytes + between.length) / (Buffer.byteLength(item) + between.length)));
  return Array.from({ length: count }, () => item).join(between);
}

/** As many as fit into `bytes`, each its own. */
export function filledWith(item: (index: number) => string, bytes: number, between = ','): string {
  const items: string[] = [];
  for (let left = bytes; ;) {
    const next = item(items.length);
    left -= Buffer.byteLength(next) + between.length;
    if (left < 0) return items.join(between);
    items.push(next);
  }
}
