import type { CallFacts } from './facts.js';

/** What the `when` of a rule may ask, and where a call has it. */
const questions = {
  region: ({ destination }: CallFacts) => destination.region,
  callingCode: ({ destination }: CallFacts) => destination.callingCode,
  lineType: ({ destination }: CallFacts) => destination.lineType,
  areaCodeState: ({ destination }: CallFacts) => destination.areaCodeState,
  residenceState: ({ calleeState }: CallFacts) => calleeState,
  purpose: ({ purpose }: CallFacts) => purpose,
  trafficType: ({ trafficType }: CallFacts) => trafficType,
} as const;

export type FactName = keyof typeof questions;

/** A value, or any of several. */
type Wanted = string | readonly string[];

type Term = Readonly<Partial<Record<FactName, Wanted>>>;

/** All of its facts, and of `anyOf` at least one of the terms. */
export type Condition = Term & { readonly anyOf?: readonly Term[] };

export interface Judged {
  readonly holds: boolean;
  /** Facts that nobody gave and that the condition asks for: it does not hold for want of them. */
  readonly missing: readonly FactName[];
  /** The condition holds, and the area code is a reason why: the clocks of the area code count then, wherever the callee is. */
  readonly isByAreaCode: boolean;
}

export function judge(condition: Condition | undefined, facts: CallFacts): Judged {
  if (!condition) return { holds: true, missing: [], isByAreaCode: false };
  const { anyOf, ...all } = condition;
  const whole = judgeTerm(all, facts);
  const parts = (anyOf ?? []).map((term) => judgeTerm(term, facts));
  const holding = parts.filter(({ holds }) => holds);
  const holds = whole.holds && (anyOf === undefined || holding.length > 0);
  return {
    holds,
    missing: holds ? [] : [...new Set([whole, ...parts].flatMap(({ missing }) => missing))],
    isByAreaCode: holds && [whole, ...holding].some(({ isByAreaCode }) => isByAreaCode),
  };
}

function judgeTerm(term: Term, facts: CallFacts): Judged {
  const names = Object.keys(term) as readonly FactName[];
  const missing = names.filter((name) => factOf(name, facts) === undefined);
  const holds = names.every((name) => {
    const value = factOf(name, facts);
    return value !== undefined && [term[name]].flat().includes(value);
  });
  return { holds, missing, isByAreaCode: holds && term.areaCodeState !== undefined };
}

/** Undefined too for what only a later version can tell, which rules in shadow may ask for. */
function factOf(name: string, facts: CallFacts): string | undefined {
  return Object.hasOwn(questions, name) ? questions[name as FactName](facts) : undefined;
}
