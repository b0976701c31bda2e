-- Answers { rate, available, waiting, wait of GENERAL, wait of CAMPAIGN }.
local tenant, subject = ARGV[FIRST], ARGV[FIRST + 1]
grant()
local function waitOf(kind) return waitMsOf(kind, tenant, subject, countOf(kind, tenant, subject) + 1) end
return finish({
  exact(configuredRate * bucket.factor), math.max(0, math.floor(bucket.tokens + HAIR)), waiting(), waitOf(GENERAL), waitOf(CAMPAIGN),
})
