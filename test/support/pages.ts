import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

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

/** The code fences of a language, in the order of the pages. */
export function fences(language: string): string[] {
  return [...pagesText.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , content]) => content ?? '');
}
