-- Takes a place unless its turn would come too late, or its subject has as many as it may. Answers { 0, or 1 for too late, or 2 for too many; the wait in
-- milliseconds }. The number that a subject may have is negative where it is any.
local ticket, kind, tenant, subject = ARGV[FIRST], tonumber(ARGV[FIRST + 1]), ARGV[FIRST + 2], ARGV[FIRST + 3]
local maxWaitMs, maxWaiting = tonumber(ARGV[FIRST + 4]), tonumber(ARGV[FIRST + 5])
grant()

local known = recordOf(ticket)
if known then
  local from = within(ticketsOf(known.kind, known.tenant, known.subject))
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
add(ticket, kind, tenant, subject, now + maxWaitMs + latenessMs)
return finish({ 0, wait })
