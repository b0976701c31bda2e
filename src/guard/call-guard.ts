import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { GatewayError } from '../errors.js';
import { keyedHash, type KeyedHash } from '../keyed-hash.js';
import type { CountStep } from '../ledger/call-count.js';
import type { DecisionEntry, DecisionOutcome, Verdict } from '../ledger/decision-entry.js';
import type { DoNotCallKeys } from '../ledger/do-not-call.js';
import type { RecordKey } from '../ledger/ledger.js';
import type { Beside } from '../ledger/ledger-view.js';
import { Asking, type Judgement, type PolicyInUse, type Seen } from './asking.js';
import { CallBasis } from './call-basis.js';
import type { Standings } from './call-counts.js';
import { detailOf } from './decision-detail.js';
import type { GuardedCall } from './guarded-call.js';
import { policyRefused } from './policy-refused.js';

export interface GuardParts {
  /** The newest policy; undefined where there is none that may be used, and no call is placed. */
  readonly currentPolicy: () => PolicyInUse | undefined;
  readonly clock: Clock;
  /** Keys the hashes that calls are counted by, and that stand for numbers in the records of decisions. */
  readonly stateSecret: string;
  /** Left out, no list can be asked. */
  readonly doNotCallKeys: DoNotCallKeys | undefined;
}

/** A question that is asked within one commit of the ledger, which is made only with its answer. */
export interface Question {
  /** The records that the answer rests on. */
  readonly reads: readonly RecordKey[];
  answer(seen: SeenOfCall): Answered;
}

/** What a transition of the call's record sees. */
export interface SeenOfCall extends Omit<Seen, 'counted'>, Pick<Beside, 'counted'> {
  /** Names the call wherever it counts, where its record says so. */
  readonly countedAs: string | undefined;
}

export interface Answered {
  /** Undefined where the call is allowed. */
  readonly refusal: GatewayError | undefined;
  /** What the call counts in from the commit on. Of a call that is refused these only ask, so that the commit is not made, and the question is answered anew. */
  readonly counts: readonly CountStep[];
  /** The record of this decision. */
  readonly decision: DecisionEntry & Verdict;
}

/** How long the record of a decision is kept: five years, as long as some laws want records of calls. */
const decisionsKeptForMs = 5 * 366 * 86_400_000;

/** Of a tenant or a subject that is longer, so many characters are recorded, and a hash of all of it. */
const mostChars = 256;

/** Holds one call to the newest policy whenever it is asked. */
export class CallGuard {
  /** Where the call may count, by whatever policy it was admitted. */
  readonly #countedIn = new Set<KeyedHash>();
  readonly #basis: CallBasis;
  #numberHash: KeyedHash | undefined;

  constructor(
    private readonly parts: GuardParts,
    private readonly call: GuardedCall,
  ) {
    this.#basis = new CallBasis(parts, call);
  }

  /** May the call be admitted, to count for `holdMs`? */
  admit(holdMs: number): Question {
    return this.#question('ADMIT', (asking, call, counted) => asking.counts?.holds(call, holdMs, counted) ?? []);
  }

  /** May it be dialed now? */
  mayDial(): Question {
    return this.#question('MAY_DIAL', (asking, call, counted) => asking.counts?.dials(call, counted) ?? []);
  }

  /** Where it may count. */
  get countedIn(): readonly KeyedHash[] {
    return [...this.#countedIn];
  }

  /** The record of what became of the call after the decision with the id `of`. */
  outcome(of: string, outcome: DecisionOutcome['outcome'], contactId?: string): DecisionEntry {
    return { ...this.#entry(), phase: 'OUTCOME', of, outcome, contactId, detail: {} };
  }

  #question(
    phase: Verdict['phase'],
    stepsOf: (asking: Asking, call: string, counted: Standings) => readonly CountStep[],
  ): Question {
    const { currentPolicy, clock } = this.parts;
    const inUse = currentPolicy();
    const asking = new Asking({ inUse, clock, isDialing: phase === 'MAY_DIAL' }, this.#basis);
    const entry = this.#entry();
    return {
      reads: asking.reads,
      answer: ({ countedAs = this.call.key, counted: asked, ...more }) => {
        const counted = standingsOf(asked, countedAs);
        const judgement = asking.judge({ ...more, counted });
        const isAllowed = judgement.refusals.length === 0;
        const decision = { ...entry, ...verdictOf(judgement, inUse), phase };
        if (!isAllowed) {
          // All that is against it is told at once, by the counts too: of a call that is refused for something else nobody asked them yet.
          const counts = counted ? [] : (asking.counts?.questions(countedAs) ?? []);
          return { refusal: policyRefused(judgement), counts, decision };
        }
        for (const id of asking.counts?.ids ?? []) this.#countedIn.add(id);
        return { refusal: undefined, counts: stepsOf(asking, countedAs, counted), decision };
      },
    };
  }

  #entry() {
    const { key, caller, phoneKey } = this.call;
    const { tenant, subject } = caller;
    const numberHash = (this.#numberHash ??= keyedHash(this.parts.stateSecret, ['decided', phoneKey]));
    const whose = { tenant: this.#storable(tenant), subject: this.#storable(subject) };
    return { id: randomUUID(), call: key, ...whose, numberHash, keptForMs: decisionsKeptForMs };
  }

  /** What a token holds may be no text to a database, or too long for its indexes, and the commit would be refused. */
  #storable(text: string): string {
    const isLong = text.length > mostChars;
    const short = isLong ? `${text.slice(0, mostChars)} ${keyedHash(this.parts.stateSecret, ['cut', text])}` : text;
    return short.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
  }
}

/** Of steps of this call: its record may turn out to give it another name than was asked for. */
function standingsOf(counted: Beside['counted'], call: string): Standings {
  const isOfCall = counted?.steps.every((step) => step.call === call && step.does !== 'release');
  return isOfCall ? counted?.standings : undefined;
}

function verdictOf(judgement: Judgement, inUse: PolicyInUse | undefined) {
  const { refusals, facts } = judgement;
  return {
    isAllowed: refusals.length === 0,
    reasons: [...new Set(refusals.map(({ reason }) => reason))],
    policyVersion: inUse?.policy.version ?? 'none',
    policyHash: inUse?.policy.hash ?? 'none',
    timeZoneVersion: inUse?.data.clocks.version ?? 'none',
    numbersVersion: inUse?.data.numbersVersion ?? 'none',
    region: facts?.destination.region?.value,
    lineType: facts?.destination.lineType?.value,
    detail: detailOf(judgement, inUse),
  };
}
