import { routes } from './routes.js';
import { settingsShape } from './settings.js';
import type { Problem } from './shapes.js';

const shape = settingsShape(routes.map(({ operation: { name } }) => name));

/** Everything that is wrong with changes of the settings, each with the name of its setting. */
export function settingProblems(changes: unknown): readonly string[] {
  const problems: Problem[] = [];
  shape.read(changes, '', problems);
  return problems.map(({ message }) => message);
}
