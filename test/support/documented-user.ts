import { fences } from './pages.js';
import { startRedis, type TestRedis } from './start-redis.js';

/** The rules of the Redis user that docs/redis.md shows, as they stand there. */
export const documentedUser = rulesOf('outdial');

/** The same for the user of the Sentinels. */
export const documentedSentinelUser = rulesOf('outdial-watch');

/** What a Cluster needs besides. */
export const documentedClusterRules: readonly string[] =
  fences('text')
    .find((text) => text.startsWith('+cluster|'))
    ?.trim()
    .split(' ') ?? [];

function rulesOf(user: string): readonly string[] {
  const line = fences('text').find((text) => text.startsWith(`user ${user} `));
  return line?.trim().split(' ').slice(2) ?? [];
}

/** A Redis that is asked as that user, and its URL for the user who may do everything. */
export async function startRedisForUser(
  args: readonly string[] = [],
): Promise<{ readonly redis: TestRedis; readonly adminUrl: string }> {
  const redis = await startRedis(['--user', 'outdial', ...documentedUser, ...args]);
  const url = redis.url.replace('//', '//outdial:password@');
  return { redis: { ...redis, url, address: { kind: 'server', url } }, adminUrl: redis.url };
}
