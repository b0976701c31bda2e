import { Choices } from './choices.js';
import { runSchedule, type ScheduleSettings } from './schedule.js';

/** A schedule that fails in the same way as the given one and of which as little as possible goes otherwise than dully. */
export async function simplest(
  failing: readonly number[],
  settings: ScheduleSettings,
  mostRuns = 1_500,
): Promise<readonly number[]> {
  let best = trimmed(failing);
  let runs = 0;
  const kind = kindOf((await runSchedule(Choices.given(best), settings)).faults);
  const isSame = async (choices: readonly number[]) => {
    runs += 1;
    const { faults } = await runSchedule(Choices.given(choices), settings);
    return faults.length > 0 && kindOf(faults) === kind;
  };
  for (let before = ''; before !== JSON.stringify(best) && runs < mostRuns;) {
    before = JSON.stringify(best);
    for (
      let size = Math.ceil(best.length / 2);
      size >= 1 && runs < mostRuns;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    ) {
      for (let from = best.length - size; from > -size && runs < mostRuns; from -= size) {
        const start = Math.max(0, from);
        const isDull = best.slice(start, start + size).every((choice) => choice === 0);
        // Without these choices what follows moves up; as zeros they hold their places.
        const shorter = [...best.slice(0, start), ...best.slice(start + size)];
        const duller = best.map((choice, index) => (index >= start && index < start + size ? 0 : choice));
        if (!isDull && (await isSame(duller))) best = trimmed(duller);
        else if (size <= 16 && (await isSame(shorter))) best = trimmed(shorter);
      }
    }
  }
  return best;
}

/** Who did what, in order, in words. */
export async function storyOf(choices: readonly number[], settings: ScheduleSettings): Promise<string> {
  const lines: string[] = [];
  const tell = (atMs: number, who: string, words: string) => {
    lines.push(`${(atMs / 1_000).toFixed(3).padStart(9)} s  ${who} ${words}`);
  };
  await runSchedule(Choices.given(choices), { ...settings, tell });
  // What comes after the last fault does not matter to it.
  return lines.slice(0, lines.findLastIndex((line) => line.includes('!!!')) + 1).join('\n');
}

/** The first fault without what differs from schedule to schedule. */
export function kindOf([first = '']: readonly string[]): string {
  return first.replace(/call \w+( anew)* to \w( with other input)?/g, 'call').replace(/\d+/g, 'n');
}

function trimmed(choices: readonly number[]): readonly number[] {
  let { length } = choices;
  while (length > 0 && choices[length - 1] === 0) length -= 1;
  return choices.slice(0, length);
}
