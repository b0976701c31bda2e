import { Redis } from 'ioredis';

/** A client of the test's own. By default ioredis holds the process for 2 s where the server ends before its client. */
export function redisClient(url: string): Redis {
  return new Redis(url, { disconnectTimeout: 50 });
}
