import { readFileSync } from 'node:fs';
import type { RedisConnection } from './redis-connection.js';

/** One step on what lies under one key: an operation of a script, its arguments and its answer as JSON. */
export type RunStep = (key: string, operation: string, asked: object) => Promise<unknown>;

/** The steps of `scripts/<name>.lua`. `nowMs` stands in for Redis' own clock, in tests. */
export function redisSteps(
  name: 'calls' | 'fences',
  connection: RedisConnection,
  nowMs: (() => number) | undefined,
): RunStep {
  const lua = readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
  return async (key, operation, asked) => {
    const args = [operation, JSON.stringify(asked), nowMs?.() ?? ''];
    return JSON.parse(String(await connection.runScript(lua, [key], args))) as unknown;
  };
}
