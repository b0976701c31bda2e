import { isOpenInAll, nextOpening, type OpenHours } from '../openings.js';
import { allow, defer, refuse, unknown } from '../outcome.js';
import type { Asked, Rule } from '../rule.js';

export interface HoursSettings extends OpenHours {
  /** Clocks of an older tz database tell no hours; undefined takes any that show what is known of them. */
  readonly leastClockVersion: string | undefined;
}

/** It is within these hours on every clock that the callee may have. */
export function hoursRule(settings: HoursSettings): Rule {
  return (asked) => {
    const { clocks, facts } = asked;
    const { leastClockVersion } = settings;
    // Clocks that show a known instant wrongly are not even of their own version.
    if (!clocks.isAtLeast(clocks.version)) {
      return unknown(
        'GUARD_UNAVAILABLE',
        `The time zone data, ${clocks.version}, shows known instants wrongly. Update the tzdata of the gateway.`,
      );
    }
    if (leastClockVersion !== undefined && !clocks.isAtLeast(leastClockVersion)) {
      return unknown(
        'GUARD_UNAVAILABLE',
        `The time zone data is of ${clocks.version}, and the policy needs ${leastClockVersion}. Update the tzdata of the gateway.`,
      );
    }
    const zones = zonesOf(asked);
    if (zones === undefined) return zoneUnknown;
    if (facts.calleeTimeZone !== undefined && !clocks.offsetsAt(facts.calleeTimeZone, facts.atMs)) return noSuchZone;
    const isOpen = isOpenInAll(zones, settings, facts.atMs, clocks);
    if (isOpen === undefined) return zones.length === 0 ? zoneUnknown : zoneLacking(clocks.version);
    if (isOpen) return allow;
    const where = `${zones.slice(0, 4).join(', ')}${zones.length > 4 ? ` and ${zones.length - 4} more` : ''}`;
    return defer(
      'HOURS_CLOSED',
      `It is outside of the hours in which the callee may be called (${where}). Call again at nextAllowedAt.`,
      nextOpening(zones, settings, facts.atMs, clocks),
    );
  };
}

const zoneUnknown = unknown(
  'ZONE_UNKNOWN',
  'In which time zone the callee is cannot be told from the number. Verify it, and send calleeTimeZone.',
);

/** That is the gateway's fault, and no fact of the call that is not known. */
function zoneLacking(version: string) {
  return unknown(
    'GUARD_UNAVAILABLE',
    `The time zone data, ${version}, lacks a zone that the callee may be in. Update the tzdata of the gateway.`,
  );
}

/** Who names a zone wrongly has not verified it: no setting allows that. */
const noSuchZone = refuse(
  'ZONE_UNKNOWN',
  'calleeTimeZone is no time zone that is known here. Send one such as America/New_York.',
);

/** The verified zone, or all that the number may be in: these too, where the rule follows the area code. */
function zonesOf({ facts: { calleeTimeZone, destination }, isByAreaCode }: Asked): readonly string[] | undefined {
  const candidates = 'names' in destination.candidateZones ? destination.candidateZones.names : undefined;
  if (calleeTimeZone === undefined) return candidates;
  if (!isByAreaCode) return [calleeTimeZone];
  return candidates && [...new Set([...candidates, calleeTimeZone])];
}
