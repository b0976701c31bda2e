import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { SimulatorOptions } from '../../src/simulator/server.js';
import { simulatorUnderTest, type SimulatorUnderTest } from './start-simulator.js';

/** One simulator for all tests beside or below it, given to `keep` before the first of them. Before each of them it forgets everything. */
export function shareSimulator(keep: (simulator: SimulatorUnderTest) => void, options: SimulatorOptions = {}): void {
  let simulator: SimulatorUnderTest;
  beforeAll(async () => {
    simulator = await simulatorUnderTest(options);
    keep(simulator);
  });
  beforeEach(() => {
    simulator.reset();
  });
  afterAll(() => simulator.stop());
}
