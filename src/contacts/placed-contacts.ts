import type { Clock } from '../clock.js';
import type { ResourceKey } from '../connect/resource-key.js';
import { StateUnavailable, type Placement, type Placements } from '../state/state.js';

/** DescribeContact is eventually consistent: for this long after placing, "not found" means "not visible yet". */
const visibilityDelayMs = 60_000;

/** What only the placing of a contact through this gateway knew. */
export class PlacedContacts {
  constructor(
    private readonly placements: Placements,
    private readonly clock: Clock,
  ) {}

  /** In the order of the ids; undefined for all of them while shared state is away, for what a placing knew is worth no failed read. */
  async find(contactIds: readonly string[]): Promise<(Placement | undefined)[]> {
    try {
      return await this.placements.find(contactIds);
    } catch (error) {
      if (error instanceof StateUnavailable) return contactIds.map(() => undefined);
      throw error;
    }
  }

  /** Whether it was placed so short a time ago that Connect may not show it yet; undefined while shared state, which knows, is away. */
  async isNew(key: ResourceKey, withinMs = visibilityDelayMs): Promise<boolean | undefined> {
    try {
      const [placement] = await this.placements.find([key.id]);
      return this.wasJustPlaced(key, placement, withinMs);
    } catch (error) {
      if (error instanceof StateUnavailable) return undefined;
      throw error;
    }
  }

  /** The same where the placement of its id, if there is one, was read already. */
  wasJustPlaced({ instanceId }: ResourceKey, placement: Placement | undefined, withinMs = visibilityDelayMs): boolean {
    return placement?.instanceId === instanceId && this.clock.now() - placement.placedAtMs <= withinMs;
  }
}
