import type { Next, RecordSpec } from './ledger-view.js';
import { keptForeverMs } from './ledger.js';

/** A stop of outbound calls, from its commit on until somebody resumes them. */
export interface Pause {
  readonly id: string;
  /** Left out, the calls of all tenants. */
  readonly tenant?: string | undefined;
  /** As the API names it; left out, all traffic. */
  readonly trafficType?: string | undefined;
  readonly reason: string;
  /** The subject who asked for it. */
  readonly by: string;
  /** On the clock of the store. */
  readonly sinceMs: number;
}

/** The calls that a pause holds. */
export type PauseScope = Pick<Pause, 'tenant' | 'trafficType'>;

/** All pauses that stand; absent where there is none. */
export type PausesRecord = readonly Pause[];

export type PauseAsked = Omit<Pause, 'sinceMs'>;

export interface PausesStep<Answer> extends Next<PausesRecord> {
  readonly answer: Answer;
}

/**
 * A request to Connect leaves within this time of asking the ledger for the mark that it is sent, or not at all. So nothing more is dialed from this long after the commit of a
 * pause, or of an entry of a do-not-call list, on: a mark whose commit did not see it was asked for before.
 */
export const leavesWithinMs = 1_000;

/** So many pauses of the same calls may stand: every commit of a call checks the record, and one of them is enough to hold the calls. */
export const mostPausesOfOneScope = 10;

/** The one record of all pauses. */
export const pausesSpec: RecordSpec<PausesRecord> = {
  key: { kind: 'pauses', id: 'all' },
  keptForMs: () => keptForeverMs,
};

/** The first pause that holds a call of this tenant and traffic. */
export function pauseIn(
  record: PausesRecord | undefined,
  call: { readonly tenant: string; readonly trafficType: string },
): Pause | undefined {
  return record?.find(
    ({ tenant = call.tenant, trafficType = call.trafficType }) =>
      tenant === call.tenant && trafficType === call.trafficType,
  );
}

/**
 * Adds a pause, and answers it. Where a pause of the same calls for the same reason stands, it is answered instead, so that to ask again is safe. Answers undefined, with nothing
 * changed, where `mostPausesOfOneScope` hold these calls already.
 */
export function addPause(
  record: PausesRecord | undefined,
  asked: PauseAsked,
  nowMs: number,
): PausesStep<Pause | undefined> {
  const same = (record ?? []).filter(
    ({ tenant, trafficType }) => tenant === asked.tenant && trafficType === asked.trafficType,
  );
  const standing = same.find(({ id, reason }) => id === asked.id || reason === asked.reason);
  if (standing ?? same.length >= mostPausesOfOneScope) return { record, answer: standing };
  const pause = { ...asked, sinceMs: nowMs };
  return { record: [...(record ?? []), pause], answer: pause };
}

/** Ends the pause with this id, and answers it; undefined where none has it, any more or ever. */
export function endPause(record: PausesRecord | undefined, id: string): PausesStep<Pause | undefined> {
  const ended = record?.find((pause) => pause.id === id);
  if (!ended) return { record, answer: undefined };
  const others = record?.filter((pause) => pause !== ended) ?? [];
  return { record: others.length > 0 ? others : undefined, answer: ended };
}
