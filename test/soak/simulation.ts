import { magicNumbers } from '../../src/simulator/magic-numbers.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import type { Phases } from './phases.js';

/** Both reach an agent and take the same time; who hangs up first differs. */
export const destinations = [
  { number: '+12062000000', disconnectReason: 'CUSTOMER_DISCONNECT' },
  { number: magicNumbers.find(({ name }) => name === 'voicemail-beep')!.number, disconnectReason: 'AGENT_DISCONNECT' },
] as const;

/** Why a call to this destination ends. */
export function reasonOf(destination: string): string | undefined {
  return destinations.find(({ number }) => number === destination)?.disconnectReason;
}

const unthrottled = { perSecond: 100_000, burst: 100_000 };

/** A simulator whose calls take the steps of `phases`, and whose events go wrong as EventBridge's may. */
export function settingsOf(
  { seed, lost }: { readonly seed: number; readonly lost: number },
  { timings, stepMs }: Phases,
): SettingChanges {
  return {
    timings,
    concurrentCalls: 1_000_000,
    // The warm-up stops calls of which some may just have ended.
    stopOfEnded: 'accepted',
    // DescribeContact keeps the quota that Connect gives everybody.
    rates: { StartOutboundVoiceContact: unthrottled, StopContact: unthrottled },
    eventDelayMs: 0,
    eventsLost: lost,
    eventsDoubled: 0.05,
    eventsReordered: 0.05,
    eventReorderMs: Math.min(10_000, stepMs / 2),
    eventSeed: seed,
  };
}
