import { readFileSync, statSync } from 'node:fs';

const mostBytes = 4 * 2 ** 20;

/** Reads a file that people or tools write. Throws where it is none, as a device or a pipe, which may never end, and where it is far larger than such a file is. */
export function readSmallFile(path: string): Buffer {
  const stats = statSync(path);
  // Of a folder the file system says so itself.
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file');
  if (stats.size > mostBytes) throw new Error(`it is larger than ${mostBytes / 2 ** 20} MiB`);
  return readFileSync(path);
}
