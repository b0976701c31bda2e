import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = rootAbove(import.meta.dirname);

/** A harness is compiled into a folder of the repository. */
function rootAbove(folder: string): string {
  return existsSync(join(folder, 'docs')) ? folder : rootAbove(dirname(folder));
}

/** Every page of the documentation, the first one first. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `docs/${file}`),
  'src/simulator/README.md',
];

/** What they say, one after another. */
export const pagesText = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');

interface Fence {
  readonly language: string;
  /** Stands behind the language; empty for most. */
  readonly name: string;
  readonly text: string;
}

const allFences: readonly Fence[] = [...pagesText.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
  ([, language = '', name = '', text = '']) => ({ language, name, text }),
);

/** The code fences of a language, in the order of the pages. */
export function fences(language: string): string[] {
  return allFences.filter((fence) => fence.language === language).map(({ text }) => text);
}

/** The names of the code fences of a language. */
export function fenceNames(language: string): string[] {
  return allFences.filter((fence) => fence.language === language).map(({ name }) => name);
}

/** The one code fence of that name. */
export function fenceNamed(name: string): string {
  const [found, second] = allFences.filter((fence) => fence.name === name);
  if (!found || second)
    throw new Error(`${second ? 'More than one' : 'No'} code fence of the pages has the name ${name}`);
  return found.text;
}
