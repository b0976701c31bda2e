import { callSpec, type CallRecord } from '../ledger/call-record.js';
import type { LedgerStore, Stored } from '../ledger/ledger.js';
import { decide, type Decision } from '../policy/decide.js';
import type { CallFacts } from '../policy/facts.js';
import { Asking, type Judgement, type PolicyInUse } from './asking.js';
import { CallBasis } from './call-basis.js';
import type { GuardParts } from './call-guard.js';
import { clockText } from './clock-text.js';
import type { GuardedCall } from './guarded-call.js';

/** A zone that the callee may be in. */
export interface ZoneOutlook {
  readonly name: string;
  /** As in 2026-11-28T21:30-05:00; undefined where the zone is not known. */
  readonly localTime: string | undefined;
  readonly isOpen: boolean;
}

/** What the rules would say of a call now. */
export interface Outlook extends Judgement {
  /** Undefined where none may be used. */
  readonly inUse: PolicyInUse | undefined;
  readonly zones: readonly ZoneOutlook[];
}

/** Asks what a call would be asked before its claim, and writes nothing. Throws StoreUnavailable. */
export async function lookAhead(parts: GuardParts, call: GuardedCall, store: LedgerStore): Promise<Outlook> {
  const { currentPolicy, clock } = parts;
  const inUse = currentPolicy();
  const asking = new Asking({ inUse, clock, isDialing: false }, new CallBasis(parts, call));
  const { records, nowMs: storeNowMs } = await store.read([...asking.reads, callSpec(call.key).key]);
  const read = records.map((stored: Stored | undefined) => stored?.value);
  const { countedAs = call.key } = (read.at(-1) ?? {}) as Partial<CallRecord>;
  const seen = { read, storeNowMs, hasStoreOwnClock: store.hasOwnClock };
  // Which calls are to be counted is known once it was judged without.
  let judgement = asking.judge({ ...seen, counted: undefined });
  const counts = asking.counts?.questions(countedAs) ?? [];
  if (counts.length > 0) {
    const told = await store.commit([], store.nowMs(), [], { counts });
    const counted = told.done ? undefined : told.fresh.counted;
    judgement = asking.judge({ ...seen, counted });
  }
  return { ...judgement, inUse, zones: zonesOf(judgement, inUse) };
}

function zonesOf({ facts, atMs }: Judgement, inUse: PolicyInUse | undefined): readonly ZoneOutlook[] {
  if (!facts || !inUse) return [];
  const { candidateZones } = facts.destination;
  const candidates = 'names' in candidateZones ? candidateZones.names : [];
  const names = facts.calleeTimeZone === undefined ? candidates : [...new Set([facts.calleeTimeZone, ...candidates])];
  return names.map((name) => {
    const [shown] = inUse.data.clocks.clocksAt(name, atMs) ?? [];
    return { name, localTime: shown && textOf(shown), isOpen: isOpenIn(name, facts, inUse) };
  });
}

const nothingCounted = { counted: () => ({ calls: 0, fewerAtMs: undefined }), isListed: () => false };

/** Whether no rule finds it closed, as if the callee were surely there. */
function isOpenIn(zone: string, facts: CallFacts, { policy, data }: PolicyInUse): boolean {
  const destination = { ...facts.destination, candidateZones: { names: [zone], source: 'TABLES' as const } };
  const there: CallFacts = { ...facts, destination, calleeTimeZone: undefined };
  const { refusals }: Decision = decide({ policy, clocks: data.clocks, store: nothingCounted }, there);
  return refusals.every(({ reason }) => reason !== 'HOURS_CLOSED' && reason !== 'ZONE_UNKNOWN');
}

function textOf({
  date,
  minuteOfDay,
  offsetMinutes,
}: NonNullable<ReturnType<PolicyInUse['data']['clocks']['clocksAt']>>[number]): string {
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `${date}T${clockText(minuteOfDay)}${sign}${clockText(Math.abs(offsetMinutes))}`;
}
