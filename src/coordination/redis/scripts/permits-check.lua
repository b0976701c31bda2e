-- Grants what is due. Answers those of the given waiters that are neither queued nor were granted a permit.
local lost, accounted = {}, {}
for _, waiter in ipairs(grantedHere) do accounted[waiter] = true end
for index = FIRST, #ARGV do
  local waiter = ARGV[index]
  if not accounted[waiter] and redis.call('HEXISTS', waitersKey, waiter) == 0 then table.insert(lost, waiter) end
end
return finish(lost)
