import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { startTestGateway, type GatewayChanges, type RunningGateway } from './start-gateway.js';

/** How a gateway is shared. */
export interface SharedGatewayChanges extends GatewayChanges {
  /** How much time passes before each test: more than a minute, and a number may be called again. None when left out. */
  readonly passMs?: number;
}

/**
 * One gateway for all tests beside or below it, given to `keep` before the first of them and stopped after the last. Before each of them its
 * simulator forgets every call, request and fault.
 */
export function shareGateway(
  keep: (gateway: RunningGateway) => void,
  { passMs = 0, ...changes }: SharedGatewayChanges = {},
): void {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(changes);
    keep(gateway);
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    if (passMs > 0) gateway.clock.advance(passMs);
    gateway.simulator.reset();
  });
}
