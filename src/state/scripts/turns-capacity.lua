-- Answers { rate, available, waiting, wait of GENERAL, wait of CAMPAIGN }.
local tenant = ARGV[FIRST]
grant()
local function waitOf(kind) return waitMs(turnsUntil(kind, aheadOf(kind, nextScore(kind, tenant)) + 1)) end
return finish({
  exact(configuredRate * bucket.factor), math.max(0, math.floor(bucket.tokens + HAIR)), waiting(), waitOf(GENERAL), waitOf(CAMPAIGN),
})
