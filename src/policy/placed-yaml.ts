import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { DocumentPath, PlacedProblem, Problem } from './problems.js';

/** A file of YAML that was parsed: its content, and where in it something is. */
export interface PlacedYaml {
  readonly content: unknown;
  readonly place: (problem: Problem) => PlacedProblem;
}

/**
 * `file` only names the file in problems. What a person would read otherwise than a parser is a problem: tags, keys that are no text or merge others in, older
 * YAML. Of aliases no more are followed than a person writes. Nothing throws.
 */
export function parseYaml(file: string, text: string): PlacedYaml | { readonly problems: readonly PlacedProblem[] } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { ...dialect, lineCounter: lines });
  const at = (offset: number) => {
    const { line, col: column } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, column) };
  };
  const misread = [...parsed.errors, ...parsed.warnings].map(({ pos: [offset], message }) => {
    const [first = ''] = message.split('\n');
    return { ...at(offset), message: `is no YAML: ${first.replace(/ at line \d+, column \d+:$/, '')}` };
  });
  const surprises = misread.length > 0 ? [] : surprisesIn(parsed);
  if (misread.length + surprises.length > 0) {
    return { problems: [...misread, ...surprises.map(({ offset, message }) => ({ ...at(offset), message }))] };
  }
  let content: unknown;
  try {
    content = parsed.toJS({ maxAliasCount: 100 });
  } catch {
    return { problems: [{ ...at(0), message: 'has more aliases than are followed; write the values out' }] };
  }
  return {
    content,
    place: ({ path, message, isOfKey = false }) => ({
      ...at(offsetOf(parsed, path, isOfKey)),
      message: path.length > 0 ? `${path.join('.')} ${message}` : `the file ${message}`,
    }),
  };
}

/** Tags beyond those of JSON make values that look like others; keys are text as it is written, so that 0123 is not 123 and no key is there twice. */
const dialect = { version: '1.2', uniqueKeys: true, stringKeys: true, resolveKnownTags: false, merge: false } as const;

interface Surprise {
  readonly offset: number;
  readonly message: string;
}

function surprisesIn(parsed: Document.Parsed): readonly Surprise[] {
  const { version } = parsed.directives.yaml;
  if (version !== '1.2') return [{ offset: 0, message: `is YAML ${version}; leave the line %YAML out, for YAML 1.2` }];
  const surprises: Surprise[] = [];
  visit(parsed, {
    Alias(_key, alias) {
      if (alias.resolve(parsed)) return;
      surprises.push({ offset: alias.range?.[0] ?? 0, message: `*${alias.source} is an alias of nothing before it` });
    },
    Pair(_key, { key }) {
      if (!isScalar(key) || key.value !== '<<' || key.type !== 'PLAIN') return;
      surprises.push({ offset: key.range?.[0] ?? 0, message: '<< merges nothing here; write the values out' });
    },
  });
  return surprises;
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
