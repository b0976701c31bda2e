-- One token bucket and its lines, the same word for word as turn-bucket.ts; put in front of every other turns-*.lua.
-- KEYS: all of one slot, in the order in which they are named here. ARGV: as named here, then what the script itself takes.
local bucketKey, ticketsKey, deadlinesKey, tenantsKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local replicasKey, grantedKey, flightsKey = KEYS[5], KEYS[6], KEYS[7]
local lines = { KEYS[8], KEYS[9], KEYS[10] }
local RESEND, GENERAL, CAMPAIGN = 1, 2, 3

-- Tests give the time; otherwise it is Redis' own, the only clock that all replicas share.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end
local configuredRate, usable, share = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local replica, channelPrefix, operation = ARGV[5], ARGV[6], ARGV[7]
-- When the bucket was made that this replica knew: '' where it knew none.
local knownSince = tonumber(ARGV[8])
local goneAfterMs, latenessMs = tonumber(ARGV[9]), tonumber(ARGV[10])
local FIRST = 11

local LOWER_BY, LOWEST_FACTOR, REPEATED_WITHIN_MS, LOWER_EVERY_MS = 0.8, 0.25, 2000, 1000
local RAISE_PER_QUIET_SECOND, FLIGHTS_KEPT_MS = 0.05, 60000
local HAIR = 1e-6

-- Lua's own way to print a number loses digits.
local function exact(number) return string.format('%.17g', number) end

local numbers = { 'at', 'tokens', 'factor', 'quietFrom', 'refusedAt', 'steppedAt', 'owed', 'seq', 'since', 'v1', 'v2', 'v3' }
local bucket = {}
for index, value in ipairs(redis.call('HMGET', bucketKey, unpack(numbers))) do
  bucket[numbers[index]] = tonumber(value)
end
if not bucket.at then
  bucket = {
    at = now, tokens = usable, factor = 1, quietFrom = now, refusedAt = -1e15, steppedAt = -1e15,
    owed = 0, seq = 0, since = now, v1 = 0, v2 = 0, v3 = 0,
  }
end
local function ratePerMs() return configuredRate * bucket.factor / 1000 end

bucket.tokens = math.min(usable, bucket.tokens + math.max(0, now - bucket.at) * ratePerMs())
-- Another bucket than the one this replica knew: shared state was lost, and with it how much Connect has counted.
if knownSince and knownSince ~= bucket.since then bucket.tokens = math.min(bucket.tokens, 0) end
bucket.at = now
bucket.quietFrom = math.min(bucket.quietFrom, now)
local quietSeconds = math.floor((now - bucket.quietFrom) / 1000)
if quietSeconds > 0 then
  bucket.factor = math.min(1, bucket.factor + quietSeconds * RAISE_PER_QUIET_SECOND)
  bucket.quietFrom = bucket.quietFrom + quietSeconds * 1000
end

-- A ticket's record: its kind, its place among those of the same score, its replica, its tenant.
local function recordOf(ticket)
  local record = redis.call('HGET', ticketsKey, ticket)
  if not record then return nil end
  local kind, seq, owner, tenant = string.match(record, '^(%d) (%d+) (%S+) (.*)$')
  return { kind = tonumber(kind), member = seq .. ticket, owner = owner, tenant = tenant }
end

local function tenantIn(kind, tenant)
  local record = redis.call('HGET', tenantsKey, kind .. ' ' .. tenant)
  if not record then return 0, 0 end
  local last, count = string.match(record, '^(%d+) (%d+)$')
  return tonumber(last), tonumber(count)
end

local function setTenant(kind, tenant, last, count)
  local field = kind .. ' ' .. tenant
  if count <= 0 then
    redis.call('HDEL', tenantsKey, field)
  else
    redis.call('HSET', tenantsKey, field, string.format('%.0f %.0f', last, count))
  end
end

-- A tenant's turns that were never taken do not count against it: its last score goes back with them.
local function leave(ticket, record, score)
  redis.call('HDEL', ticketsKey, ticket)
  local last, count = tenantIn(record.kind, record.tenant)
  if last == score then last = last - 1 end
  setTenant(record.kind, record.tenant, last, count - 1)
end

local function remove(ticket)
  local record = recordOf(ticket)
  redis.call('ZREM', deadlinesKey, ticket)
  if not record then return false end
  local score = tonumber(redis.call('ZSCORE', lines[record.kind], record.member))
  redis.call('ZREM', lines[record.kind], record.member)
  leave(ticket, record, score)
  return true
end

local function dropDead()
  for _, ticket in ipairs(redis.call('ZRANGEBYSCORE', deadlinesKey, '-inf', '(' .. exact(now))) do remove(ticket) end
  redis.call('ZADD', replicasKey, exact(now), replica)
  local gone = {}
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', replicasKey, '-inf', '(' .. exact(now - goneAfterMs))) do
    gone[name] = true
    redis.call('ZREM', replicasKey, name)
    redis.call('HDEL', grantedKey, name)
  end
  if next(gone) then
    for _, ticket in ipairs(redis.call('HKEYS', ticketsKey)) do
      if gone[recordOf(ticket).owner] then remove(ticket) end
    end
  end
end
dropDead()

-- What was granted to this replica meanwhile. News of it may have been missed: this is where it counts.
local grantedHere = {}
for ticket in string.gmatch(redis.call('HGET', grantedKey, replica) or '', '%S+') do table.insert(grantedHere, ticket) end
redis.call('HDEL', grantedKey, replica)
local grantedElsewhere = {}

local function waitingIn(kind) return redis.call('ZCARD', lines[kind]) end
local function waiting() return waitingIn(RESEND) + waitingIn(GENERAL) + waitingIn(CAMPAIGN) end

local function nextKind()
  if waitingIn(RESEND) > 0 then return RESEND end
  local generals, campaigns = waitingIn(GENERAL), waitingIn(CAMPAIGN)
  if campaigns == 0 then return generals > 0 and GENERAL or nil end
  if generals == 0 then return CAMPAIGN end
  bucket.owed = bucket.owed + share
  if bucket.owed < 1 - HAIR then return GENERAL end
  bucket.owed = bucket.owed - 1
  return CAMPAIGN
end

local function grant()
  while bucket.tokens >= 1 - HAIR do
    local kind = nextKind()
    if not kind then return end
    local popped = redis.call('ZPOPMIN', lines[kind])
    local ticket, score = string.sub(popped[1], 17), tonumber(popped[2])
    local record = recordOf(ticket)
    -- Without one, part of the shared state was lost: its replica will find that out and ask again.
    if record then
      bucket['v' .. kind] = score
      redis.call('ZREM', deadlinesKey, ticket)
      leave(ticket, record, score)
      bucket.tokens = bucket.tokens - 1
      local mine = record.owner == replica
      local tickets = mine and grantedHere or grantedElsewhere[record.owner] or {}
      table.insert(tickets, ticket)
      if not mine then grantedElsewhere[record.owner] = tickets end
    end
  end
end

local function giveBack(count) bucket.tokens = math.min(usable, bucket.tokens + count) end

local function waitMs(turns)
  return math.max(0, math.ceil((turns - bucket.tokens) / ratePerMs() - HAIR))
end

-- How many turns from now the one at `place` (from 1) of its line comes, if nobody else comes.
local function turnsUntil(kind, place)
  if kind == RESEND then return place end
  local resends, generals, campaigns = waitingIn(RESEND), waitingIn(GENERAL), waitingIn(CAMPAIGN)
  if kind == CAMPAIGN then
    local byShare = share > 0 and math.ceil((place - bucket.owed - HAIR) / share) or math.huge
    return resends + math.min(byShare, generals + place)
  end
  local turns = place
  while true do
    local taken = math.min(campaigns, math.floor(bucket.owed + turns * share + HAIR))
    if place + taken == turns then return resends + turns end
    turns = place + taken
  end
end

local function nextScore(kind, tenant)
  local last = tenantIn(kind, tenant)
  return math.max(bucket['v' .. kind], last) + 1
end

-- How many would come before somebody new of this tenant.
local function aheadOf(kind, score) return redis.call('ZCOUNT', lines[kind], '-inf', exact(score)) end

-- Grants what is due, tells the others, writes the bucket and makes the answer, in which `own` is the script's own part.
local function finish(own)
  grant()
  for owner, tickets in pairs(grantedElsewhere) do
    local news = table.concat(tickets, ' ')
    local before = redis.call('HGET', grantedKey, owner)
    redis.call('HSET', grantedKey, owner, before and before .. ' ' .. news or news)
    redis.call('PUBLISH', channelPrefix .. owner, operation .. '\n' .. news)
  end
  local written = {}
  for _, name in ipairs(numbers) do
    table.insert(written, name)
    table.insert(written, exact(bucket[name]))
  end
  redis.call('HSET', bucketKey, unpack(written))
  return { waiting() > 0 and waitMs(1) or -1, exact(bucket.since), grantedHere, own }
end
