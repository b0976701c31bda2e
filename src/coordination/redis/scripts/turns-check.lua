-- Grants what is due. Answers those of the given tickets that neither wait nor were granted.
local lost, accounted = {}, {}
for _, ticket in ipairs(grantedHere) do accounted[ticket] = true end
for index = FIRST, #ARGV do
  local ticket = ARGV[index]
  if not accounted[ticket] and redis.call('HEXISTS', ticketsKey, ticket) == 0 then table.insert(lost, ticket) end
end
return finish(lost)
