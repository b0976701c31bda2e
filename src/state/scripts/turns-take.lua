-- Takes a place in line unless its turn would come too late. Answers { 1 where refused, the wait in milliseconds }.
local ticket, kind, tenant, maxWaitMs = ARGV[FIRST], tonumber(ARGV[FIRST + 1]), ARGV[FIRST + 2], tonumber(ARGV[FIRST + 3])
grant()

local known = recordOf(ticket)
if known then
  local place = redis.call('ZRANK', lines[known.kind], known.member) + 1
  return finish({ 0, waitMs(turnsUntil(known.kind, place)) })
end

local score = nextScore(kind, tenant)
local wait = waitMs(turnsUntil(kind, aheadOf(kind, score) + 1))
if wait > maxWaitMs then return finish({ 1, wait }) end

bucket.seq = bucket.seq + 1
local seq = string.format('%016.0f', bucket.seq)
local _, count = tenantIn(kind, tenant)
redis.call('ZADD', lines[kind], exact(score), seq .. ticket)
redis.call('HSET', ticketsKey, ticket, kind .. ' ' .. seq .. ' ' .. replica .. ' ' .. tenant)
redis.call('ZADD', deadlinesKey, exact(now + maxWaitMs + latenessMs), ticket)
setTenant(kind, tenant, score, count + 1)
return finish({ 0, wait })
