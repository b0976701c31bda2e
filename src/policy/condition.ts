import { mayBeOf } from '../numbers/known-names.js';
import type { LineType } from '../numbers/line-type.js';
import type { CallFacts } from './facts.js';

/** What the `when` of a rule may ask, and where a call has it. */
const questions = {
  region: ({ destination }: CallFacts) => destination.region?.value,
  callingCode: ({ destination }: CallFacts) => destination.callingCode,
  lineType: ({ destination }: CallFacts) => possibleTypes(destination.lineType?.value),
  areaCodeState: ({ destination: { areaCodeStates } }: CallFacts) =>
    areaCodeStates.length > 0 ? areaCodeStates : undefined,
  residenceState: ({ calleeState }: CallFacts) => calleeState,
  purpose: ({ purpose }: CallFacts) => purpose,
  trafficType: ({ trafficType }: CallFacts) => trafficType,
} as const;

/** What is a line or a mobile may be either: a rule for one of them judges it, as it judges whoever it may concern. */
function possibleTypes(type: LineType | undefined): readonly LineType[] | undefined {
  if (type === undefined) return undefined;
  return type === 'FIXED_LINE_OR_MOBILE' ? [type, 'FIXED_LINE', 'MOBILE'] : [type];
}

export type FactName = keyof typeof questions;
export const factNames = Object.keys(questions) as readonly FactName[];

/** A value, or any of several. */
type Wanted = string | readonly string[];

type Term = Readonly<Partial<Record<FactName, Wanted>>>;

/** All of its facts, and of `anyOf` at least one of the terms. */
export type Condition = Term & { readonly anyOf?: readonly Term[] };

export interface Judged {
  readonly holds: boolean;
  /** Facts that nobody gave, with which the condition might hold: it does not for want of them. */
  readonly missing: readonly FactName[];
  /** The condition holds, and the area code is a reason why: the clocks of the area code count then, wherever the callee is. */
  readonly isByAreaCode: boolean;
}

/** What a known fact rules out is not asked further: most rules are of other countries or purposes than the call. */
export function judge(condition: Condition | undefined, facts: CallFacts): Judged {
  if (!condition) return always;
  const whole = judgeTerm(condition, facts);
  if (whole.isFalse) return never;
  const { anyOf = [{}] } = condition;
  const parts = anyOf.map((term) => judgeTerm(term, facts));
  const holding = parts.filter(({ holds }) => holds);
  const open = parts.filter(({ isFalse }) => !isFalse);
  const holds = whole.holds && holding.length > 0;
  const isOpen = !holds && open.length > 0;
  // Where one of the terms holds, the others need not.
  const asked = holding.length > 0 ? [whole] : [whole, ...open];
  return {
    holds,
    missing: isOpen ? [...new Set(asked.flatMap(({ missing }) => missing))] : [],
    isByAreaCode: holds && [whole, ...holding].some(({ isByAreaCode }) => isByAreaCode),
  };
}

interface JudgedTerm extends Judged {
  /** A fact that is known does not fit. */
  readonly isFalse: boolean;
}

const always: Judged = { holds: true, missing: [], isByAreaCode: false };
const never: Judged = { holds: false, missing: [], isByAreaCode: false };
const ruledOut: JudgedTerm = { ...never, isFalse: true };

/** Of a condition, without its `anyOf`. */
function judgeTerm(term: Condition, facts: CallFacts): JudgedTerm {
  const missing: FactName[] = [];
  let holds = true;
  for (const name of Object.keys(term) as readonly (keyof Condition)[]) {
    if (name === 'anyOf') continue;
    const fact = factOf(name, facts);
    const fits = doFit(name, term[name] ?? [], fact, facts);
    if (!fits && fact !== undefined) return ruledOut;
    if (fact === undefined) missing.push(name);
    holds &&= fits;
  }
  return { holds, isFalse: false, missing, isByAreaCode: holds && term.areaCodeState !== undefined };
}

function doFit(name: FactName, wanted: Wanted, fact: Wanted | undefined, facts: CallFacts): boolean {
  if (typeof wanted !== 'string') return wanted.some((one) => doFit(name, one, fact, facts));
  const isGiven = typeof fact === 'string' ? fact === wanted : fact?.includes(wanted);
  return isGiven === true || mayFit(name, wanted, facts);
}

/**
 * Of a number in no numbering plan that is known here only its calling code tells the country. It may be of each that has this one, and of each of their states: else
 * a new area code would be free of the rules of its country until somebody lists it.
 */
function mayFit(name: FactName, wanted: string, { destination }: CallFacts): boolean {
  const { callingCode, region, areaCodeStates, lineType } = destination;
  if (callingCode === undefined || region !== undefined || lineType !== undefined) return false;
  if (name === 'region') return mayBeOf(wanted, callingCode);
  return name === 'areaCodeState' && callingCode === callingCodeOfStates && areaCodeStates.length === 0;
}

const callingCodeOfStates = '1';

/** Undefined too for what only a later version can tell, which rules in shadow may ask for. */
function factOf(name: string, facts: CallFacts): Wanted | undefined {
  return Object.hasOwn(questions, name) ? questions[name as FactName](facts) : undefined;
}
