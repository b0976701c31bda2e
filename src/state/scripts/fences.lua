-- One step on the fence around one number, whose post is kept as JSON under KEYS[1].
-- ARGV: the operation, its arguments as JSON, in tests the time. Answers JSON.
local asked = cjson.decode(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)
local text = redis.call('GET', KEYS[1])
local post = text and cjson.decode(text)
local isOwn = post and post.connectToken == asked.connectToken

-- Expiry only collects garbage, a while after the post stopped to count.
local function keep(untilMs, contactId)
  local kept = { connectToken = asked.connectToken, untilMs = untilMs, contactId = contactId }
  redis.call('SET', KEYS[1], cjson.encode(kept), 'PX', math.ceil(untilMs - now) + 60000)
end

local operations = {}

function operations.enter()
  if post and not isOwn and post.untilMs > now then
    if asked.allowRepeat then return { entered = true } end
    return { entered = false, retryAfterMs = post.untilMs - now, contactId = post.contactId }
  end
  local untilMs = now + asked.holdMs
  if isOwn then
    keep(math.max(post.untilMs, untilMs), post.contactId)
  else
    keep(untilMs)
  end
  return { entered = true }
end

function operations.close()
  keep(now + asked.windowMs, asked.contactId or (isOwn and post.contactId or nil))
  return true
end

function operations.release()
  if isOwn then redis.call('DEL', KEYS[1]) end
  return true
end

return cjson.encode(operations[ARGV[1]]())
