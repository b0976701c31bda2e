-- Puts back permits that were granted to callers who had gone away.
giveBack(tonumber(ARGV[FIRST]))
return finish({})
