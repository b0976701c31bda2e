-- Takes the waiter out of its queue; if it was granted a permit and its replica is not told yet, the permit goes back.
local waiter = ARGV[FIRST]
if not remove(waiter) then
  for index, granted in ipairs(grantedHere) do
    if granted == waiter then
      table.remove(grantedHere, index)
      giveBack(1)
      break
    end
  end
end
return finish({})
