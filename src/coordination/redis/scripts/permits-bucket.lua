-- One token bucket and its queues, by the rules of permit-bucket.ts and fair-queue.ts; put in front of every other permits-*.lua.
-- KEYS: all of one slot, in the order in which they are named here. ARGV: as named here, then what the script itself takes.
local bucketKey, attemptGroupsKey = KEYS[1], KEYS[2]
-- The waiters. These three and the deadlines are there together or not at all.
--   order: members of one score, and so in order of their bytes:
--     'T<kind> <seq> <tenant>'                      the tenants, in the order in which they are served next
--     'S<kind> <tenant> <seq> <subject>'            the subjects of a tenant, likewise
--     'W<kind> <tenant> <subject> <seq> <waiter>'   the waiters of a subject, first come first
--   counts: '<kind> <tenant>' and '<kind> <tenant> <subject>' to '<its seq> <how many wait>', and '<kind>' to how many wait
--   waiters: a waiter to '<kind> <seq> <replica> <tenant> <subject>'
-- Tenants and subjects are digests of one length.
local orderKey, countsKey, waitersKey, deadlinesKey = KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local replicasKey, grantedKey = KEYS[7], KEYS[8]
local RESEND, GENERAL, CAMPAIGN = 1, 2, 3

-- Tests give the time; otherwise it is Redis' own, the only clock that all replicas share.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end
local configuredRate, usable, share = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local replica, channelPrefix, operation = ARGV[5], ARGV[6], ARGV[7]
-- When the bucket was created that this replica knew: '' where it knew none.
local knownSince = tonumber(ARGV[8])
local goneAfterMs, latenessMs, longestCounted = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local FIRST = 12

local LOWER_BY, LOWEST_FACTOR, REPEATED_WITHIN_MS, LOWER_EVERY_MS = 0.8, 0.25, 2000, 1000
local RAISE_PER_QUIET_SECOND, ATTEMPT_GROUPS_KEPT_MS = 0.05, 60000
local HAIR = 1e-6

-- Lua's own way to print a number loses digits.
local function exact(number) return string.format('%.17g', number) end

-- The last three are not used here: a replica of an earlier version shares the bucket, and fails where it does not find them.
local numbers = { 'at', 'tokens', 'factor', 'quietFrom', 'refusedAt', 'steppedAt', 'owed', 'seq', 'since', 'v1', 'v2', 'v3' }
local bucket = {}
for index, value in ipairs(redis.call('HMGET', bucketKey, unpack(numbers))) do
  bucket[numbers[index]] = tonumber(value)
end
-- With only some of these nobody can be served. The waiters find out within a second, and are queued again.
local parts = redis.call('EXISTS', orderKey, countsKey, waitersKey, deadlinesKey)
if parts > 0 and (parts < 4 or not bucket.at) then redis.call('DEL', orderKey, countsKey, waitersKey, deadlinesKey) end
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

local function nextSeq()
  bucket.seq = bucket.seq + 1
  return string.format('%016.0f', bucket.seq)
end

-- What begins the members of `order` that are of one ring or of one subject; their seq comes next.
local function tenantsOf(kind) return 'T' .. kind .. ' ' end
local function subjectsOf(kind, tenant) return 'S' .. kind .. ' ' .. tenant .. ' ' end
local function waitersOf(kind, tenant, subject) return 'W' .. kind .. ' ' .. tenant .. ' ' .. subject .. ' ' end
local SEQ_AND_SPACE = 17

local function within(prefix) return '[' .. prefix, '(' .. prefix .. '~' end

local function firstOf(prefix)
  local from, to = within(prefix)
  local member = redis.call('ZRANGEBYLEX', orderKey, from, to, 'LIMIT', 0, 1)[1]
  return member and string.sub(member, #prefix + SEQ_AND_SPACE + 1), member
end

-- The seq of a tenant or subject in its ring, and how many of it wait.
local function countIn(field)
  local record = redis.call('HGET', countsKey, field)
  if not record then return nil, 0 end
  local seq, count = string.match(record, '^(%d+) (%d+)$')
  return seq, tonumber(count)
end

-- Changes how many of it wait. A newcomer, and one that was served, goes to the end of the ring; one without waiters leaves it.
local function changeCount(ring, field, name, by, isServed)
  local seq, count = countIn(field)
  count = count + by
  if seq and (isServed or count == 0) then
    redis.call('ZREM', orderKey, ring .. seq .. ' ' .. name)
    seq = nil
  end
  if count == 0 then return redis.call('HDEL', countsKey, field) end
  if not seq then
    seq = nextSeq()
    redis.call('ZADD', orderKey, 0, ring .. seq .. ' ' .. name)
  end
  redis.call('HSET', countsKey, field, string.format('%s %.0f', seq, count))
end

local function fieldOf(kind, tenant, subject) return kind .. ' ' .. tenant .. (subject and ' ' .. subject or '') end

local function changeCounts(kind, tenant, subject, by, isServed)
  changeCount(subjectsOf(kind, tenant), fieldOf(kind, tenant, subject), subject, by, isServed)
  changeCount(tenantsOf(kind), fieldOf(kind, tenant), tenant, by, isServed)
  if redis.call('HINCRBY', countsKey, kind, by) == 0 then redis.call('HDEL', countsKey, kind) end
end

local function recordOf(waiter)
  local record = redis.call('HGET', waitersKey, waiter)
  if not record then return nil end
  local kind, seq, owner, tenant, subject = string.match(record, '^(%d) (%d+) (%S+) (%S+) (%S+)$')
  kind = tonumber(kind)
  return {
    kind = kind, owner = owner, tenant = tenant, subject = subject,
    member = waitersOf(kind, tenant, subject) .. seq .. ' ' .. waiter,
  }
end

local function add(waiter, kind, tenant, subject, deadline)
  local seq = nextSeq()
  redis.call('ZADD', orderKey, 0, waitersOf(kind, tenant, subject) .. seq .. ' ' .. waiter)
  redis.call('HSET', waitersKey, waiter, table.concat({ kind, seq, replica, tenant, subject }, ' '))
  redis.call('ZADD', deadlinesKey, exact(deadline), waiter)
  changeCounts(kind, tenant, subject, 1, false)
end

local function take(waiter, record, isServed)
  redis.call('ZREM', orderKey, record.member)
  redis.call('HDEL', waitersKey, waiter)
  redis.call('ZREM', deadlinesKey, waiter)
  changeCounts(record.kind, record.tenant, record.subject, -1, isServed)
end

local function remove(waiter)
  local record = recordOf(waiter)
  if not record then return false end
  take(waiter, record, false)
  return true
end

local function dropDead()
  for _, waiter in ipairs(redis.call('ZRANGEBYSCORE', deadlinesKey, '-inf', '(' .. exact(now))) do remove(waiter) end
  redis.call('ZADD', replicasKey, exact(now), replica)
  local gone = {}
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', replicasKey, '-inf', '(' .. exact(now - goneAfterMs))) do
    gone[name] = true
    redis.call('ZREM', replicasKey, name)
    redis.call('HDEL', grantedKey, name)
  end
  if next(gone) then
    for _, waiter in ipairs(redis.call('HKEYS', waitersKey)) do
      if gone[recordOf(waiter).owner] then remove(waiter) end
    end
  end
end
dropDead()

-- What was granted to this replica meanwhile. It may have missed the notifications, so the answer names them.
local grantedHere = {}
for waiter in string.gmatch(redis.call('HGET', grantedKey, replica) or '', '%S+') do table.insert(grantedHere, waiter) end
redis.call('HDEL', grantedKey, replica)
local grantedElsewhere = {}

local function waitingIn(kind) return tonumber(redis.call('HGET', countsKey, kind) or 0) end
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
    local tenant = firstOf(tenantsOf(kind))
    local subject = firstOf(subjectsOf(kind, tenant))
    local waiter = firstOf(waitersOf(kind, tenant, subject))
    local record = recordOf(waiter)
    take(waiter, record, true)
    bucket.tokens = bucket.tokens - 1
    local mine = record.owner == replica
    local waiters = mine and grantedHere or grantedElsewhere[record.owner] or {}
    table.insert(waiters, waiter)
    if not mine then grantedElsewhere[record.owner] = waiters end
  end
end

local function giveBack(count) bucket.tokens = math.min(usable, bucket.tokens + count) end

local function waitMs(permits)
  return math.max(0, math.ceil((permits - bucket.tokens) / ratePerMs() - HAIR))
end

-- How many permits are granted up to that of the waiter at `position` (from 1) of its queue, if nobody else comes.
local function permitsUntil(kind, position)
  if kind == RESEND then return position end
  local resends, generals, campaigns = waitingIn(RESEND), waitingIn(GENERAL), waitingIn(CAMPAIGN)
  if kind == CAMPAIGN then
    local byShare = share > 0 and math.ceil((position - bucket.owed - HAIR) / share) or math.huge
    return resends + math.min(byShare, generals + position)
  end
  local permits = position
  while true do
    local taken = math.min(campaigns, math.floor(bucket.owed + permits * share + HAIR))
    if position + taken == permits then return resends + permits end
    permits = position + taken
  end
end

-- How many of each name of a ring wait, in its order.
local function countsIn(fields)
  local counts = {}
  for from = 1, #fields, 1000 do
    local some = redis.call('HMGET', countsKey, unpack(fields, from, math.min(#fields, from + 999)))
    for _, record in ipairs(some) do table.insert(counts, tonumber(string.match(record, ' (%d+)$'))) end
  end
  return counts
end

-- How many turns of a ring have passed when `name`, which need not be in it yet, has had `nth`: whoever stands before it has had as many by then, whoever
-- stands behind it one less, unless there were no more of them. `field` begins the fields of its counts, `waiting` is how many wait in the ring. In a ring of more
-- than `longestCounted` names it is as though all stood before it and had as many, but no more than there are.
local function turnsOfRing(ring, field, name, nth, waiting)
  local from, to = within(ring)
  local _, own = countIn(field .. name)
  local ringSize = redis.call('ZLEXCOUNT', orderKey, from, to)
  if own == 0 and nth == 1 then return ringSize + 1 end
  if ringSize > longestCounted then return nth + math.min(waiting - own, nth * ringSize) end
  local names, fields = {}, {}
  for index, member in ipairs(redis.call('ZRANGEBYLEX', orderKey, from, to)) do
    names[index] = string.sub(member, #ring + SEQ_AND_SPACE + 1)
    fields[index] = field .. names[index]
  end
  local turns, most = nth, nth
  for index, count in ipairs(countsIn(fields)) do
    if names[index] == name then most = nth - 1 else turns = turns + math.min(count, most) end
  end
  return turns
end

local function countOf(kind, tenant, subject)
  local _, count = countIn(fieldOf(kind, tenant, subject))
  return count
end

-- How long the subject's `nth` of the kind waits if nobody comes or goes.
local function waitMsOf(kind, tenant, subject, nth)
  local _, ofTenant = countIn(fieldOf(kind, tenant))
  local turnsOfTenant = turnsOfRing(subjectsOf(kind, tenant), fieldOf(kind, tenant) .. ' ', subject, nth, ofTenant)
  return waitMs(permitsUntil(kind, turnsOfRing(tenantsOf(kind), kind .. ' ', tenant, turnsOfTenant, waitingIn(kind))))
end

-- Grants what is due, notifies the other replicas, writes the bucket and makes the answer, in which `own` is the script's own part.
local function finish(own)
  grant()
  for owner, waiters in pairs(grantedElsewhere) do
    local granted = table.concat(waiters, ' ')
    local before = redis.call('HGET', grantedKey, owner)
    redis.call('HSET', grantedKey, owner, before and before .. ' ' .. granted or granted)
    redis.call('PUBLISH', channelPrefix .. owner, operation .. '\n' .. granted)
  end
  local written = {}
  for _, name in ipairs(numbers) do
    table.insert(written, name)
    table.insert(written, exact(bucket[name]))
  end
  redis.call('HSET', bucketKey, unpack(written))
  return { waiting() > 0 and waitMs(1) or -1, exact(bucket.since), grantedHere, own }
end
