-- A stretch of one of a partition's lists of runs, newest update first.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  list: all, s:<status> or w:<workflow>
-- ARGV[3]  highest score, or +inf   ARGV[4]  offset from there   ARGV[5]  limit
-- Returns run, score, state, … with '' for the state of a run that has expired.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return {} end
local base = ARGV[1] .. ':' .. gen .. ':'
local found = redis.call('ZREVRANGEBYSCORE', base .. ARGV[2], ARGV[3], '-inf', 'WITHSCORES', 'LIMIT', ARGV[4], ARGV[5])
local page = {}
for i = 1, #found, 2 do
  page[#page + 1] = found[i]
  page[#page + 1] = found[i + 1]
  page[#page + 1] = redis.call('HGET', base .. 'r:' .. found[i], 'state') or ''
end
return page
