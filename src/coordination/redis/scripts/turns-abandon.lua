-- Takes the ticket out of its line; if it was granted and its replica not told yet, the turn goes back.
local ticket = ARGV[FIRST]
if not remove(ticket) then
  for index, granted in ipairs(grantedHere) do
    if granted == ticket then
      table.remove(grantedHere, index)
      giveBack(1)
      break
    end
  end
end
return finish({})
