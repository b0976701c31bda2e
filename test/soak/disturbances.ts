import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../chaos/replica.js';
import type { Crowd } from './crowd.js';
import { until } from './pace.js';
import type { Phases } from './phases.js';
import type { Rig } from './rig.js';

/** What happened when; `toMs` when it was over. */
export interface Disturbance {
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Disturbed {
  readonly disturbances: readonly Disturbance[];
  /** At the height, just before the first restart. */
  readonly height: readonly Usage[];
  /** Whether the gateway that was asked to stop did so by itself. */
  readonly stoppedCleanly: boolean;
}

/** How long a client may be deaf: longer than a gateway waits for a sign of life. */
const deafMs = 45_000;
/** How long it may take until anybody is served. */
const servedWithinMs = 60_000;

/** Lets happen what happens in production, at set steps of the soak; the first gateway lives through all of it. */
export async function disturb(rig: Rig, crowd: Crowd, { stepMs }: Phases, isThorough: boolean): Promise<Disturbed> {
  const disturbances: Disturbance[] = [];
  let height: readonly Usage[] = [];
  let stoppedCleanly = false;
  const [first, second] = rig.seats;

  const beginMs = Date.now();

  async function at<T>(step: number, what: string, act: () => Promise<T>): Promise<T> {
    await sleep(beginMs + step * stepMs - Date.now());
    const fromMs = Date.now();
    const result = await act();
    disturbances.push({ what, fromMs, toMs: Date.now() });
    return result;
  }

  await Promise.all([
    sleep(1.2 * stepMs).then(() => crowd.standStill(Math.min(deafMs, 1.5 * stepMs))),
    at(2.2, 'Redis hangs up on everybody', () => rig.cutRedis()),
    at(2.7, 'memory is measured', async () => {
      height = [await rig.measure(first), await rig.measure(second)];
    }),
    at(2.9, 'a gateway is stopped, started again and found again', async () => {
      // Otherwise nobody would be there to find it again, on however slow a machine.
      await until(() => crowd.isServedBy(1), servedWithinMs);
      stoppedCleanly = await rig.restart(second, 'stop');
      await crowd.goHome(stepMs / 5);
    }).then(async () => {
      if (!isThorough) return;
      // Never while it still starts, on however slow a machine.
      await at(4.3, 'a gateway is killed, started again and found again', async () => {
        await rig.restart(second, 'kill');
        await crowd.goHome(stepMs / 5);
      });
      await at(5.3, 'SQS fails to delete', () =>
        rig.simulator.inject({ operation: 'DeleteMessageBatch', status: 500, times: 5 }),
      );
    }),
  ]);
  return { disturbances, height, stoppedCleanly };
}
