import { mayBeOf } from '../../src/numbers/known-names.js';
import type { LineType } from '../../src/numbers/line-type.js';
import type { Condition, FactName, Judged } from '../../src/policy/condition.js';
import type { CallFacts } from '../../src/policy/facts.js';

type Term = Omit<Condition, 'anyOf'>;

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

/** The rules for a condition as they are meant: every fact of every term is looked at. */
export function judgePlainly(condition: Condition | undefined, facts: CallFacts): Judged {
  if (!condition) return { holds: true, missing: [], isByAreaCode: false };
  const { anyOf = [{}], ...all } = condition;
  const whole = judgeTerm(all, facts);
  const parts = anyOf.map((term) => judgeTerm(term, facts));
  const holding = parts.filter(({ holds }) => holds);
  const open = parts.filter(({ isFalse }) => !isFalse);
  const holds = whole.holds && holding.length > 0;
  const isOpen = !holds && !whole.isFalse && open.length > 0;
  // Where one of the terms holds, the others need not.
  const asked = holding.length > 0 ? [whole] : [whole, ...open];
  return {
    holds,
    missing: isOpen ? [...new Set(asked.flatMap(({ missing }) => missing))] : [],
    isByAreaCode: holds && [whole, ...holding].some(({ isByAreaCode }) => isByAreaCode),
  };
}

function judgeTerm(term: Term, facts: CallFacts): Judged & { readonly isFalse: boolean } {
  const known = (Object.keys(term) as readonly FactName[]).map((name) => {
    const fact = factOf(name, facts);
    const values = fact === undefined ? [] : [fact].flat();
    return {
      name,
      isMissing: fact === undefined,
      fits: [term[name] ?? []].flat().some((wanted) => values.includes(wanted) || mayFit(name, wanted, facts)),
    };
  });
  const holds = known.every(({ fits }) => fits);
  return {
    holds,
    isFalse: known.some(({ fits, isMissing }) => !fits && !isMissing),
    missing: known.filter(({ isMissing }) => isMissing).map(({ name }) => name),
    isByAreaCode: holds && term.areaCodeState !== undefined,
  };
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
function factOf(name: string, facts: CallFacts): string | readonly string[] | undefined {
  return Object.hasOwn(questions, name) ? questions[name as FactName](facts) : undefined;
}
