import type { Finding } from '../policy/decide.js';
import type { CallFacts } from '../policy/facts.js';
import type { Judgement, PolicyInUse } from './asking.js';
import { clockText } from './clock-text.js';

/** What a decision rested on, for its record: nothing personal. */
export function detailOf(
  { atMs, facts, decision, refusals }: Judgement,
  inUse: PolicyInUse | undefined,
): Readonly<Record<string, unknown>> {
  const findings = decision?.findings ?? [];
  const judged = findings.filter(({ outcome }) => outcome !== undefined);
  return {
    decidedAtMs: atMs,
    ...(facts ? factsTold(facts, inUse) : {}),
    allowedBy: judged.filter(({ outcome }) => outcome?.is === 'ALLOW').map(({ check }) => check),
    findings: judged.filter(({ outcome }) => outcome?.is !== 'ALLOW').map(findingTold),
    ofTheGuard: refusals.filter(({ rule }) => findings.every(({ check }) => check !== rule)).map(({ rule }) => rule),
    notGiven: Object.fromEntries(
      findings.flatMap(({ check, missingFacts }) => (missingFacts.length > 0 ? [[check, missingFacts]] : [])),
    ),
  };
}

function findingTold({ check, outcome, effect, isShadow, liftedBy }: Finding): Readonly<Record<string, unknown>> {
  return {
    check,
    outcome: outcome?.is,
    effect,
    ...(outcome && outcome.is !== 'ALLOW' ? { reason: outcome.reason } : {}),
    ...(outcome?.is === 'DEFER' ? { nextAllowedAtMs: outcome.nextAllowedAtMs } : {}),
    ...(isShadow ? { isShadow } : {}),
    ...(liftedBy === undefined ? {} : { liftedBy }),
  };
}

function factsTold(facts: CallFacts, inUse: PolicyInUse | undefined): Readonly<Record<string, unknown>> {
  const { destination, trafficType, purpose, calleeTimeZone, calleeState, consentReference, atMs } = facts;
  const { callingCode, region, lineType, areaCodeStates, candidateZones } = destination;
  const localTimes = (zone: string) =>
    (inUse?.data.clocks.clocksAt(zone, atMs) ?? []).map(({ date, minuteOfDay }) => `${date}T${clockText(minuteOfDay)}`);
  const zones = 'names' in candidateZones ? candidateZones.names : [];
  return {
    callingCode,
    regionBy: region?.source,
    lineTypeBy: lineType?.source,
    areaCodeStates,
    zones: Object.fromEntries(
      [...zones, ...(calleeTimeZone ? [calleeTimeZone] : [])].map((zone) => [zone, localTimes(zone)]),
    ),
    ...('unknown' in candidateZones ? { zonesUnknown: candidateZones.unknown } : {}),
    trafficType,
    purpose,
    calleeTimeZone,
    calleeState,
    hasConsentReference: consentReference !== undefined,
  };
}
