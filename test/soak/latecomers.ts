import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from './crowd.js';
import type { Phases } from './phases.js';

/** One of those who watch what somebody watches already, through the other gateway: at once, late, with a break, or seldom reading. */
export async function comeToo(
  crowd: Crowd,
  contactId: string,
  home: number,
  how: number,
  { stepMs }: Phases,
): Promise<void> {
  if (how < 0.2) {
    crowd.watch(contactId, home, 'slow');
  } else if (how < 0.6) {
    // Up to a little after the end.
    await sleep((how - 0.2) * 13 * stepMs);
    crowd.watch(contactId, home);
  } else {
    const { leave, comeBack } = crowd.watch(contactId, home);
    await sleep((how - 0.55) * 10 * stepMs);
    leave();
    await sleep(stepMs / 3);
    comeBack();
  }
}
