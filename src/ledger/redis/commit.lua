-- Changes several records at once, counts calls and appends decisions with them, where each record still has the version that it was read with and no limit is reached.
-- KEYS: the records, each "format version changedAtMs value"; then for each count the sorted sets of the calls that are held, scored by until when, and of those that were
-- dialed, scored by when; then for each decision its hash, the sorted set of the decisions about its call, scored by how many there were before, and that of an hour, scored by when.
-- ARGV: the time the writer computed with, how far behind and how far ahead that may be, in
-- tests the time or "", the channel of news, the ids to tell as JSON, "1" where a WAIT comes behind, the counts as JSON, each ["release", call] or ["hold" or "count", call,
-- for how long it is held, for how long one that was dialed is kept, [[within, max], ...]], the number of decisions; then for each record the version or "" for none, and what it
-- becomes ("=" stays, "-" goes) and for how long; then for each decision how it is named in sorted sets, for how long it is kept, what it says, and who asked and what stands for the
-- number, or "".
-- Answers whether it was done, the time, for each count and limit how many other calls count and after how long they are fewer than max (below 0: they are) as JSON, and the records as they were.
local time = redis.call('TIME')
local now = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)
local behind = now - tonumber(ARGV[1])
local isDone = behind <= tonumber(ARGV[2]) and behind >= -tonumber(ARGV[3])
local counts = cjson.decode(ARGV[8])
local decisions = tonumber(ARGV[9])
local records = #KEYS - 2 * #counts - 3 * decisions
local answer = { 0, tostring(now), '[]' }

-- Milliseconds as Redis reads them in a score, without an exponent.
local function exact(ms) return string.format('%.17g', ms) end

-- From Redis 7.2 on, and in Valkey, WAIT counts the replicas that have what its own connection wrote last. What was only found may be another connection's write that no replica has: it is told
-- to expire when it would anyway, which goes the way of a write.
local function touch()
  if ARGV[7] ~= '1' then return end
  for index = 1, records do
    local key = KEYS[index]
    if answer[index + 3] ~= '' then
      local ttl = redis.call('PTTL', key)
      if ttl < 0 then
        redis.call('SET', key, answer[index + 3])
      else
        redis.call('PEXPIRE', key, math.max(ttl, 1))
      end
      return
    end
  end
  -- Where nothing is written, each decision has been there before.
  if decisions > 0 then
    local row = KEYS[#KEYS - 2]
    redis.call('PEXPIRE', row, math.max(redis.call('PTTL', row), 1))
  end
end

for index = 1, records do
  local text = redis.call('GET', KEYS[index]) or ''
  answer[index + 3] = text
  -- What has no version is somebody else's, and equals none.
  if (string.match(text, '^%d+ (%S+) ') or text) ~= ARGV[index * 3 + 7] then isDone = false end
end

-- How one limit stands for `call`, which does not count against itself.
local function standing(held, dialed, call, within, max)
  local calls = redis.call('ZCOUNT', held, '(' .. exact(now), '+inf')
  local own = redis.call('ZSCORE', held, call)
  if own and tonumber(own) > now then calls = calls - 1 end
  local from = '(' .. exact(now - within)
  calls = calls + redis.call('ZCOUNT', dialed, from, '+inf')
  own = redis.call('ZSCORE', dialed, call)
  if own and tonumber(own) > now - within then calls = calls - 1 end
  if calls < max or max == 0 then return { calls, -1 } end
  -- When so many of them have stopped to count that there is room for one.
  local ends = {}
  local room = calls - max + 1
  local function note(key, least, forMs)
    local found = redis.call('ZRANGEBYSCORE', key, least, '+inf', 'WITHSCORES', 'LIMIT', 0, room + 1)
    for at = 1, #found, 2 do
      if found[at] ~= call then ends[#ends + 1] = tonumber(found[at + 1]) + forMs - now end
    end
  end
  note(held, '(' .. exact(now), 0)
  note(dialed, from, within)
  table.sort(ends)
  return { calls, ends[room] }
end

local standings = {}
for index, count in ipairs(counts) do
  standings[index] = {}
  for at, limit in ipairs(count[5] or {}) do
    local stands = standing(KEYS[records + 2 * index - 1], KEYS[records + 2 * index], count[2], limit[1], limit[2])
    standings[index][at] = stands
    if stands[1] >= limit[2] then isDone = false end
  end
end
if #counts > 0 then answer[3] = cjson.encode(standings) end
if not isDone then
  touch()
  return answer
end
local hasWritten = false
-- Calls first: a user who may not do one of this leaves a call that counts and was not recorded, never one that was recorded and does not count.
for index, count in ipairs(counts) do
  local held, dialed = KEYS[records + 2 * index - 1], KEYS[records + 2 * index]
  local does, call, holdMs, keptMs = count[1], count[2], count[3], count[4]
  if does == 'release' then
    hasWritten = redis.call('ZREM', held, call) + redis.call('ZREM', dialed, call) > 0 or hasWritten
  else
    -- No call has this name. Its score, below 0, says for how long a step before wanted those that were dialed to be kept.
    local keptBeforeMs = -(redis.call('ZSCORE', dialed, ':kept') or 0)
    redis.call('ZREMRANGEBYSCORE', held, '-inf', exact(now))
    redis.call('ZREMRANGEBYSCORE', dialed, '0', exact(now - math.max(keptMs, keptBeforeMs)))
    if does == 'count' then
      redis.call('ZREM', held, call)
      redis.call('ZADD', dialed, exact(now), call)
      if keptMs > keptBeforeMs then redis.call('ZADD', dialed, exact(-keptMs), ':kept') end
      redis.call('PEXPIRE', dialed, math.max(keptMs, keptBeforeMs, redis.call('PTTL', dialed), 1))
      hasWritten = true
    elseif not redis.call('ZSCORE', dialed, call) then
      redis.call('ZADD', held, exact(math.max(now + holdMs, redis.call('ZSCORE', held, call) or 0)), call)
      redis.call('PEXPIRE', held, math.max(holdMs, redis.call('PTTL', held), 1))
      hasWritten = true
    end
  end
end
-- A decision that cannot be appended leaves no record that rests on it. Its hash comes last, for the next try looks for that.
for index = 1, decisions do
  local keys, args = records + 2 * #counts + 3 * index, 3 * records + 9 + 5 * index
  local row, ofCall, ofHour = KEYS[keys - 2], KEYS[keys - 1], KEYS[keys]
  local id, keptMs, says, subject, number = unpack(ARGV, args - 4, args)
  if redis.call('EXISTS', row) == 0 then
    redis.call('ZADD', ofCall, 'NX', redis.call('ZCOUNT', ofCall, '-inf', '+inf'), id)
    redis.call('ZADD', ofHour, 'NX', exact(now), id)
    redis.call('PEXPIRE', ofCall, math.max(keptMs, redis.call('PTTL', ofCall)))
    redis.call('PEXPIRE', ofHour, math.max(keptMs, redis.call('PTTL', ofHour)))
    redis.call('HSET', row, 'at', exact(now), 'says', says)
    if subject ~= '' then redis.call('HSET', row, 'subject', subject) end
    if number ~= '' then redis.call('HSET', row, 'number', number) end
    redis.call('PEXPIRE', row, keptMs)
    hasWritten = true
  end
end
for index = 1, records do
  local key = KEYS[index]
  local becomes = ARGV[index * 3 + 8]
  if becomes == '-' then
    hasWritten = redis.call('DEL', key) > 0 or hasWritten
  elseif becomes ~= '=' then
    redis.call('SET', key, becomes, 'PX', ARGV[index * 3 + 9])
    hasWritten = true
  end
end
if not hasWritten then touch() end
-- News are a hint: where they may not be told, what was changed is changed all the same.
for _, id in ipairs(cjson.decode(ARGV[6])) do redis.pcall('PUBLISH', ARGV[5], id) end
return { 1, tostring(now), '[]' }
