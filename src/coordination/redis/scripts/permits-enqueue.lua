-- Queues the waiter unless its permit would come too late, or its subject has as many waiters as it may. Answers { 0, or 1 for too late, or 2 for too many;
-- the wait in milliseconds }. A negative limit of waiters stands for none.
local waiter, kind, tenant, subject = ARGV[FIRST], tonumber(ARGV[FIRST + 1]), ARGV[FIRST + 2], ARGV[FIRST + 3]
local maxWaitMs, maxWaiting = tonumber(ARGV[FIRST + 4]), tonumber(ARGV[FIRST + 5])
grant()

local known = recordOf(waiter)
if known then
  local from = within(waitersOf(known.kind, known.tenant, known.subject))
  local nth = redis.call('ZLEXCOUNT', orderKey, from, '[' .. known.member)
  return finish({ 0, waitMsOf(known.kind, known.tenant, known.subject, nth) })
end

if kind ~= RESEND and maxWaiting >= 0 then
  local generals, campaigns = countOf(GENERAL, tenant, subject), countOf(CAMPAIGN, tenant, subject)
  if generals + campaigns >= maxWaiting then
    local first = math.huge
    if generals > 0 then first = waitMsOf(GENERAL, tenant, subject, 1) end
    if campaigns > 0 then first = math.min(first, waitMsOf(CAMPAIGN, tenant, subject, 1)) end
    return finish({ 2, first })
  end
end

local wait = waitMsOf(kind, tenant, subject, countOf(kind, tenant, subject) + 1)
if wait > maxWaitMs then return finish({ 1, wait }) end
add(waiter, kind, tenant, subject, now + maxWaitMs + latenessMs)
return finish({ 0, wait })
