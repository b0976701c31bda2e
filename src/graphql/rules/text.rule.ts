import { Checked } from './checked.js';
import type { RuleProblem } from './checked.js';

/** Names what keeps `text` from being well-formed Unicode of `least` to `most` characters (code points, as Amazon Connect counts them). */
export function textProblem(text: string, least: number, most: number): RuleProblem | undefined {
  // Half of a surrogate pair has no UTF-8 form, so it could not arrive as it was sent.
  if (/\p{Surrogate}/u.test(text))
    return { rule: 'wellFormed', message: 'has half of a surrogate pair; it must be well-formed Unicode' };
  // A character is at most two units long: counting is for what lies between.
  const isBetween = text.length > most && text.length <= 2 * most;
  const characters = isBetween ? Array.from(text).length : text.length;
  if (text.length >= least && characters <= most) return undefined;
  if (least === 0) return { rule: 'textLength', message: `must have at most ${most} characters` };
  return { rule: 'textLength', message: `must have ${least} to ${most} characters` };
}

/** The value must be well-formed Unicode of `least` to `most` characters. */
export function IsText(least: number, most: number): PropertyDecorator {
  return Checked('text', (value) => {
    const problem = textProblem(String(value), least, most);
    return problem ? [problem] : [];
  });
}
