import { writeFileSync } from 'node:fs';
import { makeTables, tablesPath } from './make-tables.js';

// npm runs it at the top of the repository.
writeFileSync(tablesPath, await makeTables(process.cwd()));
