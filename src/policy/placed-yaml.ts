import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { DocumentPath, PlacedProblem, Problem } from './problems.js';

/** A file of YAML that was parsed: its content, and where in it something is. */
export interface PlacedYaml {
  readonly content: unknown;
  readonly place: (problem: Problem) => PlacedProblem;
}

/** `file` only names the file in problems. Of aliases no more are followed than a person writes. */
export function parseYaml(file: string, text: string): PlacedYaml | { readonly problems: readonly PlacedProblem[] } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2', merge: false });
  const at = (offset: number) => {
    const { line, col: column } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, column) };
  };
  if (parsed.errors.length > 0) {
    return {
      problems: parsed.errors.map(({ pos: [offset], message }) => {
        const [first = ''] = message.split('\n');
        return { ...at(offset), message: `is no YAML: ${first.replace(/ at line \d+, column \d+:$/, '')}` };
      }),
    };
  }
  return {
    content: parsed.toJS({ maxAliasCount: 100 }),
    place: ({ path, message, isOfKey = false }) => ({
      ...at(offsetOf(parsed, path, isOfKey)),
      message: path.length > 0 ? `${path.join('.')} ${message}` : `the file ${message}`,
    }),
  };
}

/** Where the value is, or its key; of what is not there, where it would be. */
function offsetOf(parsed: Document, path: DocumentPath, isOfKey: boolean): number {
  const parent = path.length > 0 ? parsed.getIn(path.slice(0, -1), true) : undefined;
  if (isOfKey && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = path.length > 0 ? parsed.getIn(path, true) : parsed.contents;
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length > 0 ? offsetOf(parsed, path.slice(0, -1), isOfKey) : 0;
}
