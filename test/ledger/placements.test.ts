import { expect, test } from '@jest/globals';
import { describeLedgers } from './ledgers.js';
import { placementsOn } from './windows-on.js';

const placementIn = (contactFlowId: string) => ({
  instanceId: 'instance',
  contactFlowId,
  placedAtMs: 1_795_262_400_000,
});

describeLedgers('placements', (ledgers) => {
  const replicas = () => {
    const { here, there, clock } = ledgers();
    return { here: { placements: placementsOn(here) }, there: { placements: placementsOn(there) }, clock };
  };

  test('are found on every replica, in the order asked for, with gaps for what nobody placed', async () => {
    const { here, there } = replicas();
    await here.placements.record('one', placementIn('flow-1'));
    await there.placements.record('two', placementIn('flow-2'));
    expect(await there.placements.find(['two', 'unknown', 'one'])).toEqual([
      placementIn('flow-2'),
      undefined,
      placementIn('flow-1'),
    ]);
    expect(await there.placements.find([])).toEqual([]);
  });
});
