-- Joins facts to what is known of one contact, by the same rules as fact-merge.ts.
-- KEYS[1]: a hash of the contact's facts; under a fact's field the milliseconds at which it was said, a space and its value.
-- ARGV: the contact, the channel of news, for how long it is kept, how many events stay; then each fact's field and what lies under it.
-- Answers { 1 where a value changed, the version }.
local key, contact, channel, keptForMs, maxEvents = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local FIRST = 5
-- No fact has a field without a name.
local VERSION = ''

local function isEvent(field) return string.sub(field, 1, 6) == 'event/' end

-- By bytes: Lua's own comparison goes by the locale in which Redis was started. Halving skips what is the same in both.
local byte, sub = string.byte, string.sub
local function isGreater(one, other)
  local same, differ = 0, math.min(#one, #other) + 1
  while differ - same > 1 do
    local middle = math.floor((same + differ) / 2)
    if sub(one, same + 1, middle) == sub(other, same + 1, middle) then same = middle else differ = middle end
  end
  return (byte(one, differ) or -1) > (byte(other, differ) or -1)
end

-- When it was said, and its value.
local function read(fact)
  local space = string.find(fact, ' ', 1, true)
  return tonumber(string.sub(fact, 1, space - 1)), string.sub(fact, space + 1)
end

local function isLater(fact, other)
  if fact == other then return false end
  local saidAt, value = read(fact)
  local otherSaidAt, otherValue = read(other)
  if saidAt ~= otherSaidAt then return saidAt > otherSaidAt end
  return isGreater(value, otherValue)
end

local fields = { VERSION }
for index = FIRST, #ARGV, 2 do table.insert(fields, ARGV[index]) end
local known = redis.call('HMGET', key, unpack(fields))
local version = tonumber(known[1] or 0)
local before = {}
for index = 2, #fields do before[fields[index]] = known[index] or nil end

local joined, newEvents = {}, {}
for index = FIRST, #ARGV, 2 do
  local field, fact = ARGV[index], ARGV[index + 1]
  local other = joined[field] or before[field]
  if not other and isEvent(field) then table.insert(newEvents, field) end
  if not other or isLater(fact, other) then joined[field] = fact end
end

local dropped = {}
if #newEvents > 0 and redis.call('HLEN', key) + #newEvents > maxEvents then
  local events = newEvents
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if isEvent(field) then table.insert(events, field) end
  end
  if #events > maxEvents then table.sort(events, isGreater) end
  for index = maxEvents + 1, #events do
    joined[events[index]] = nil
    table.insert(dropped, events[index])
  end
end

local written, changed = {}, false
for field, fact in pairs(joined) do
  table.insert(written, field)
  table.insert(written, fact)
  if not before[field] then
    changed = true
  elseif not changed then
    local _, value = read(fact)
    local _, valueBefore = read(before[field])
    changed = value ~= valueBefore
  end
end
if #written > 0 then redis.call('HSET', key, unpack(written)) end
if #dropped > 0 then redis.call('HDEL', key, unpack(dropped)) end
if changed then
  version = redis.call('HINCRBY', key, VERSION, 1)
  redis.call('PEXPIRE', key, keptForMs)
  redis.call('PUBLISH', channel, version .. ' ' .. contact)
end
return { changed and 1 or 0, version }
