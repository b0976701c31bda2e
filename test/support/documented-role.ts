import { fences } from './pages.js';

/** The statements that give the role of docs/postgres.md its permissions, as they stand there. */
export const documentedRole = (): string => fences('sql').find((sql) => sql.startsWith('CREATE ROLE outdial ')) ?? '';
