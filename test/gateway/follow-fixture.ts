import { afterEach } from '@jest/globals';
import { sleep } from '../../src/clock.js';
import { follow, type FollowOptions, type Following } from '../support/follow.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';

/** The gateway that the test has started. After it the gateway is stopped, and so is all that was followed. */
export let gateway: RunningGateway;
const followings: Following[] = [];

afterEach(async () => {
  await Promise.all(followings.splice(0).map((each) => each.stop()));
  await gateway.stop();
});

/** With events; resolves once the gateway waits for them. */
export async function start(changes: GatewayChanges = {}): Promise<void> {
  gateway = await startTestGateway({ takesEvents: true, ...changes });
  if (gateway.config.events) await gateway.simulator.whenRequested('ReceiveMessage', 1);
}

/** Without events of its own the simulator leaves the queue to the test. */
export const silent = { simulator: { eventsLost: 1 } } as const;

export async function followed(id: string, options?: FollowOptions): Promise<Following> {
  const following = await follow(gateway, id, options);
  followings.push(following);
  return following;
}

/** Puts events on the queue; resolves once they are dealt with. */
export async function deliver(...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const received = gateway.simulator.requests().ReceiveMessage ?? 0;
    gateway.simulator.putMessage(body);
    await gateway.simulator.whenRequested('ReceiveMessage', received + 1);
  }
}

/** Lets time pass for everybody. */
export const pass = (ms: number): Promise<void> => gateway.clock.runUntil(sleep(gateway.clock, ms));

export const described = () => gateway.simulator.requests().DescribeContact ?? 0;

export const nowIso = () => new Date(gateway.clock.now()).toISOString();

/** What a query tells of the status. */
export async function statusOf(id: string): Promise<unknown> {
  const { data } = await gateway.ask<{ contact: { status: string } | null }, { id: string }>(
    'query ($id: ID!) { contact(id: $id) { status } }',
    { id },
  );
  return data?.contact?.status;
}
