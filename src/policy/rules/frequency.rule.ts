import type { CountedBy, CountQuestion } from '../facts.js';
import { allow, defer, unknown } from '../outcome.js';
import type { Rule } from '../rule.js';

const counted: Readonly<Record<CountedBy, string>> = {
  destination: 'to this number',
  prefix: 'to numbers that begin like this one',
  callerNumber: 'from this caller number',
  tenant: 'of your tenant',
};

/** Fewer than `max` calls count within the time before this one. A call counts once it is on its way, until it provably was not placed. */
export function frequencyRule(question: CountQuestion): Rule {
  const { per, max, withinMs } = question;
  const rule: Rule = ({ facts, store }) => {
    if (per === 'callerNumber' && !facts.callerNumber) {
      return unknown(
        'CALLER_ID_NOT_ALLOWED',
        'The calls of a caller number are counted, and the queue decides on it. Send sourcePhoneNumber.',
      );
    }
    const known = store.counted(question);
    if (!known)
      return unknown('GUARD_UNAVAILABLE', 'The calls cannot be counted, because the store is away. Ask again.');
    if (known.calls < max) return allow;
    const { fewerAtMs } = known;
    const within = `${Math.round(withinMs / 60_000).toLocaleString('en')} minutes`;
    return defer(
      'FREQUENCY_CAP',
      `${max.toLocaleString('en')} calls ${counted[per]} within ${within} are as many as there may be.${fewerAtMs === undefined ? '' : ' Call again at nextAllowedAt.'}`,
      fewerAtMs,
    );
  };
  return Object.assign(rule, { counts: question });
}
