-- One step on one intended call, whose record is kept as JSON under KEYS[1].
-- ARGV: the operation, its arguments as JSON, in tests the time. Answers JSON.
local asked = cjson.decode(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)
local text = redis.call('GET', KEYS[1])
local record = text and cjson.decode(text)

local function keep()
  record.changedAt = now
  redis.call('SET', KEYS[1], cjson.encode(record), 'PX', asked.keptForMs)
end

local function tell()
  redis.call('PUBLISH', asked.channel, asked.key)
end

-- By owner and epoch alone: nobody took the call over, though the lease may have run out.
local function isOwners()
  return record and record.owner == asked.owner and record.epoch == asked.epoch
end

local function judge()
  if not record then return { is = 'free' } end
  local leaseLeftMs = (record.leaseUntil or 0) - now
  -- Nothing was sent: whoever comes next may even ask for another call.
  if record.state == 'claimed' and leaseLeftMs <= 0 then return { is = 'free' } end
  if record.fingerprint ~= asked.fingerprint then return { is = 'conflict' } end
  if record.state == 'placed' then return { is = 'placed', facts = record.facts } end
  if leaseLeftMs > 0 then return { is = 'held', leaseLeftMs = leaseLeftMs } end
  local uncertainForMs = now - record.firstSentAt
  if uncertainForMs > asked.resendWindowMs then return { is = 'lost' } end
  return { is = 'open', uncertainForMs = uncertainForMs }
end

local operations = { look = judge }

local function freshRecord()
  return {
    state = 'claimed',
    fingerprint = asked.fingerprint,
    epoch = (record and record.epoch) or 0,
    leaseUntil = 0,
  }
end

local function markDoubt(sinceMs)
  if record.state == 'claimed' then record.state = 'sending' end
  record.uncertain = true
  record.firstSentAt = math.min(record.firstSentAt or sinceMs, sinceMs)
end

function operations.claim()
  -- The answer to an earlier claim of this owner was lost.
  if record and record.owner == asked.owner then record.leaseUntil = 0 end
  local found = judge()
  if asked.uncertainForMs and found.is ~= 'placed' and found.is ~= 'conflict' then
    if found.is == 'free' then record = freshRecord() end
    markDoubt(now - asked.uncertainForMs)
    keep()
    found = judge()
  end
  if found.is == 'free' then
    record = freshRecord()
  elseif found.is == 'open' then
    record.state = 'unknown'
    record.uncertain = true
  else
    return found
  end
  record.owner = asked.owner
  record.epoch = record.epoch + 1
  record.leaseUntil = now + asked.leaseMs
  keep()
  return { is = 'mine', epoch = record.epoch, uncertainForMs = found.uncertainForMs }
end

function operations.renew()
  if not isOwners() or record.leaseUntil <= now then return false end
  record.leaseUntil = now + asked.leaseMs
  keep()
  return true
end

function operations.markSending()
  if not isOwners() or record.leaseUntil <= now then return false end
  record.state = 'sending'
  record.firstSentAt = record.firstSentAt or now
  record.leaseUntil = now + asked.leaseMs
  keep()
  return true
end

function operations.markUncertain()
  if not isOwners() then return false end
  markDoubt(now)
  keep()
  return true
end

function operations.letGo()
  if not isOwners() then return false end
  if record.firstSentAt then
    record.state = 'unknown'
    record.uncertain = true
  end
  record.leaseUntil = 0
  keep()
  tell()
  return true
end

function operations.release()
  if not isOwners() or record.uncertain then return false end
  redis.call('DEL', KEYS[1])
  tell()
  return true
end

function operations.recordPlaced()
  if record and record.state == 'placed' then
    return { contactId = record.facts.contactId, isFirst = false }
  end
  -- The fingerprint is the placed call's: where the record was lost, another call may have claimed the key since.
  record = {
    state = 'placed',
    fingerprint = asked.fingerprint,
    facts = {
      contactId = asked.contactId,
      instanceId = asked.instanceId,
      contactFlowId = asked.contactFlowId,
      placedAtMs = asked.placedAtMs,
    },
  }
  keep()
  tell()
  return { contactId = record.facts.contactId, isFirst = true }
end

return cjson.encode(operations[ARGV[1]]())
