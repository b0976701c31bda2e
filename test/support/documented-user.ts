import { fences } from './pages.js';
import { startRedis, type TestRedis } from './start-redis.js';

/** The rules of the Redis user that docs/redis.md shows, as they stand there. */
export const documentedUser: readonly string[] =
  fences('text')
    .find((text) => text.startsWith('user outdial '))
    ?.trim()
    .split(' ')
    .slice(2) ?? [];

/** A Redis that is asked as that user, and its URL for the user who may do everything. */
export async function startRedisForUser(
  args: readonly string[] = [],
): Promise<{ readonly redis: TestRedis; readonly adminUrl: string }> {
  const redis = await startRedis(['--user', 'outdial', ...documentedUser, ...args]);
  return { redis: { ...redis, url: redis.url.replace('//', '//outdial:password@') }, adminUrl: redis.url };
}
