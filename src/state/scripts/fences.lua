-- One step on the duplicate-call window of one number, kept as JSON under KEYS[1]: a list with one entry for each call.
-- ARGV: the operation, its arguments as JSON, in tests the time. Answers JSON.
local asked = cjson.decode(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)
local text = redis.call('GET', KEYS[1])
local kept = text and cjson.decode(text) or {}
-- Before there was an entry for each call there was one for the number, which belongs to no call of now.
local stored = kept.entries or {}
if kept.untilMs then
  stored[1] = { call = '', is = kept.contactId and 'placed' or 'entered', untilMs = kept.untilMs, contactId = kept.contactId }
end

local function neededUntil(entry)
  return math.max(entry.untilMs, entry.countsUntilMs or 0)
end

local entries = {}
local own
for _, entry in ipairs(stored) do
  if neededUntil(entry) > now then
    entries[#entries + 1] = entry
    if entry.call == asked.call then own = entry end
  end
end

-- The one that ends first.
local function firstToEnd()
  local first = 1
  for index, entry in ipairs(entries) do
    if neededUntil(entry) < neededUntil(entries[first]) then first = index end
  end
  return first
end

-- Expiry only collects garbage, a while after the last entry stopped to count.
local function save()
  while #entries > asked.maxEntries do table.remove(entries, firstToEnd()) end
  local lastMs = 0
  for _, entry in ipairs(entries) do lastMs = math.max(lastMs, neededUntil(entry)) end
  if lastMs <= now then
    redis.call('DEL', KEYS[1])
  else
    redis.call('SET', KEYS[1], cjson.encode({ entries = entries }), 'PX', math.ceil(lastMs - now) + 60000)
  end
end

local function put(entry)
  if own then
    for name, value in pairs(entry) do own[name] = value end
  else
    entry.call = asked.call
    entries[#entries + 1] = entry
  end
  save()
end

-- The live entry of another call that ends last.
local function standing()
  local last
  for _, entry in ipairs(entries) do
    if entry.call ~= asked.call and entry.untilMs > now and (not last or entry.untilMs > last.untilMs) then last = entry end
  end
  return last
end

-- Until when no further repeat is admitted; nil where one is.
local function fullUntil()
  if own and own.countsUntilMs and own.countsUntilMs > now then return nil end
  local counted = {}
  for _, entry in ipairs(entries) do
    if entry.countsUntilMs and entry.countsUntilMs > now then counted[#counted + 1] = entry.countsUntilMs end
  end
  if #counted >= asked.maxRepeats then
    table.sort(counted)
    return counted[#counted - asked.maxRepeats + 1] or now + asked.repeatsPerMs
  end
  if not own and #entries >= asked.maxEntries then return neededUntil(entries[firstToEnd()]) end
  return nil
end

local operations = {}

function operations.enter()
  local entry = {
    owner = asked.owner,
    untilMs = math.max(now + asked.holdMs, own and own.untilMs or 0),
    is = own and own.is or 'entered',
  }
  if asked.allowRepeat then
    local untilMs = fullUntil()
    if untilMs then return { entered = false, because = 'too many repeats', retryAfterMs = untilMs - now } end
    if not own or not own.countsUntilMs or own.countsUntilMs <= now then entry.countsUntilMs = now + asked.repeatsPerMs end
  else
    local other = standing()
    if other then
      return { entered = false, because = other.is, retryAfterMs = other.untilMs - now, contactId = other.contactId }
    end
  end
  put(entry)
  return { entered = true }
end

function operations.close()
  local untilMs = now + asked.windowMs
  local isPlaced = asked.contactId or (own and own.is == 'placed')
  -- Only that the call was placed ends a longer rest, which it may have had while it waited or was in doubt.
  if own and (not isPlaced or own.is == 'placed') then untilMs = math.max(untilMs, own.untilMs) end
  put({
    untilMs = untilMs,
    is = isPlaced and 'placed' or 'in doubt',
    contactId = asked.contactId or (own and own.contactId),
  })
  return true
end

function operations.release()
  if not own or own.owner ~= asked.owner or own.is ~= 'entered' then return true end
  for index, entry in ipairs(entries) do
    if entry == own then table.remove(entries, index) end
  end
  save()
  return true
end

return cjson.encode(operations[ARGV[1]]())
