-- Changes several records at once where each still has the version that it was read with.
-- KEYS: the records, each "format version changedAtMs JSON". ARGV: the time the writer computed with, how far behind and how far ahead that may be, in
-- tests the time or "", the channel of news, the ids to tell as JSON; then for each key the version or "" for none, and what it becomes ("=" stays, "-" goes) and for how long.
-- Answers whether it was done, the time, and the records as they were.
local time = redis.call('TIME')
local now = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)
local behind = now - tonumber(ARGV[1])
local isDone = behind <= tonumber(ARGV[2]) and behind >= -tonumber(ARGV[3])
local answer = { 0, tostring(now) }
for index, key in ipairs(KEYS) do
  local text = redis.call('GET', key) or ''
  answer[index + 2] = text
  -- What has no version is somebody else's, and equals none.
  if (string.match(text, '^%d+ (%S+) ') or text) ~= ARGV[index * 3 + 4] then isDone = false end
end
if not isDone then return answer end
for index, key in ipairs(KEYS) do
  local becomes = ARGV[index * 3 + 5]
  if becomes == '-' then
    redis.call('DEL', key)
  elseif becomes ~= '=' then
    redis.call('SET', key, becomes, 'PX', ARGV[index * 3 + 6])
  end
end
-- News are a hint: where they may not be told, what was changed is changed all the same.
for _, id in ipairs(cjson.decode(ARGV[6])) do redis.pcall('PUBLISH', ARGV[5], id) end
return { 1, tostring(now) }
