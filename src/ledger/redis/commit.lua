-- Changes several records at once where each still has the version that it was read with.
-- KEYS: the records, each "format version changedAtMs value". ARGV: the time the writer computed with, how far behind and how far ahead that may be, in
-- tests the time or "", the channel of news, the ids to tell as JSON, "1" where a WAIT comes behind; then for each key the version or "" for none, and what it becomes ("=" stays, "-" goes)
-- and for how long.
-- Answers whether it was done, the time, and the records as they were.
local time = redis.call('TIME')
local now = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)
local behind = now - tonumber(ARGV[1])
local isDone = behind <= tonumber(ARGV[2]) and behind >= -tonumber(ARGV[3])
local answer = { 0, tostring(now) }

-- From Redis 7.2 on, and in Valkey, WAIT counts the replicas that have what its own connection wrote last. What was only found may be another connection's write that no replica has: it is told
-- to expire when it would anyway, which goes the way of a write.
local function touch()
  if ARGV[7] ~= '1' then return end
  for index, key in ipairs(KEYS) do
    if answer[index + 2] ~= '' then
      local ttl = redis.call('PTTL', key)
      if ttl < 0 then
        redis.call('SET', key, answer[index + 2])
      else
        redis.call('PEXPIRE', key, math.max(ttl, 1))
      end
      return
    end
  end
end

for index, key in ipairs(KEYS) do
  local text = redis.call('GET', key) or ''
  answer[index + 2] = text
  -- What has no version is somebody else's, and equals none.
  if (string.match(text, '^%d+ (%S+) ') or text) ~= ARGV[index * 3 + 5] then isDone = false end
end
if not isDone then
  touch()
  return answer
end
local hasWritten = false
for index, key in ipairs(KEYS) do
  local becomes = ARGV[index * 3 + 6]
  if becomes == '-' then
    hasWritten = redis.call('DEL', key) > 0 or hasWritten
  elseif becomes ~= '=' then
    redis.call('SET', key, becomes, 'PX', ARGV[index * 3 + 7])
    hasWritten = true
  end
end
if not hasWritten then touch() end
-- News are a hint: where they may not be told, what was changed is changed all the same.
for _, id in ipairs(cjson.decode(ARGV[6])) do redis.pcall('PUBLISH', ARGV[5], id) end
return { 1, tostring(now) }
