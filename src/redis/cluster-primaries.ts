import { Command, type Cluster, type Redis } from 'ioredis';
import type { Unsubscribe } from '../listeners.js';

/** How long after a sign of a change the nodes are asked who serves which slots. */
const refreshDelayMs = 200;

/** Who serves which keys of a Cluster, as its nodes told last. A primary is named by its host and port. */
export class ClusterPrimaries {
  #refreshing: NodeJS.Timeout | undefined;

  constructor(private readonly cluster: Cluster) {
    cluster.on('end', () => {
      clearTimeout(this.#refreshing);
      this.#refreshing = undefined;
    });
  }

  get all(): ReadonlySet<string> {
    return new Set(this.cluster.slots.flatMap(([primary]) => (primary === undefined ? [] : [primary])));
  }

  /** Those that can be asked. */
  get connected(): readonly Redis[] {
    const names = this.all;
    return this.cluster.nodes('master').filter((node) => node.status === 'ready' && names.has(nameOfNode(node)));
  }

  ofKey(key: string): string | undefined {
    return this.cluster.slots[new Command('get', [key]).getSlot()]?.[0];
  }

  /** Asks the nodes soon; however often this is called meanwhile, once. */
  refreshSoon(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      if (this.cluster.status === 'ready') this.cluster.refreshSlotsCache();
    }, refreshDelayMs);
  }

  /** Tells each time the nodes have told. */
  onRefreshed(listener: () => void): Unsubscribe {
    this.cluster.on('refresh', listener);
    return () => this.cluster.off('refresh', listener);
  }
}

export function nameOfNode({ options: { host = '', port = 0 } }: Redis): string {
  return `${host}:${port}`;
}
