/** Leads from the beginning of the document to a value. */
export type DocumentPath = readonly (string | number)[];

/** What is wrong with a value of the document, and what to write instead. */
export interface Problem {
  readonly path: DocumentPath;
  readonly message: string;
  /** The key is wrong, not its value. */
  readonly isOfKey?: boolean;
}

/** Where in the file a problem is; lines and columns count from 1. */
export interface PlacedProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function problemText({ file, line, column, message }: PlacedProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}
