import { readFileSync, statSync } from 'node:fs';

const mebibyte = 2 ** 20;

/**
 * Reads a file that people or tools write. Throws where it is none, as a device or a pipe, which may never end, and where it is larger than `maxBytes`: by default
 * far larger than such a file is.
 */
export function readSmallFile(path: string, maxBytes = 4 * mebibyte): Buffer {
  const stats = statSync(path);
  // Of a folder the file system says so itself.
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file');
  if (stats.size > maxBytes) throw new Error(`it is larger than ${maxBytes / mebibyte} MiB`);
  return readFileSync(path);
}

/** The code of an error of the file system, which names no path, and of others the message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
