-- Connect answered 429 to one of a group of attempts.
local attemptGroup = ARGV[FIRST]
redis.call('ZREMRANGEBYSCORE', attemptGroupsKey, '-inf', '(' .. exact(now - ATTEMPT_GROUPS_KEPT_MS))
if redis.call('ZADD', attemptGroupsKey, 'NX', exact(now), attemptGroup) == 1 then
  bucket.tokens = math.max(-usable, bucket.tokens - 1)
  if now - bucket.refusedAt >= REPEATED_WITHIN_MS then
    bucket.steppedAt = now
  elseif now - bucket.steppedAt >= LOWER_EVERY_MS then
    bucket.factor = math.max(LOWEST_FACTOR, bucket.factor * LOWER_BY)
    bucket.steppedAt = now
  end
  bucket.refusedAt = now
  bucket.quietFrom = now
end
return finish({})
