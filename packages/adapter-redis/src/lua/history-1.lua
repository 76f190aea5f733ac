-- Entries of a run's history.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  run   ARGV[3]  seq to begin at   ARGV[4]  limit
-- Returns false where the run is unknown, otherwise entries; a transition is never split, so there may be more than the limit.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return false end
local base = ARGV[1] .. ':' .. gen .. ':'
if redis.call('EXISTS', base .. 'r:' .. ARGV[2]) == 0 then return false end
local stream = base .. 'e:' .. ARGV[2]
local found = redis.call('XRANGE', stream, ARGV[3] .. '-0', '+', 'COUNT', ARGV[4])
local entries = {}
for i = 1, #found do entries[i] = found[i][2][2] end
if #found == tonumber(ARGV[4]) then
  local last = found[#found][1]
  local seq = string.match(last, '^(%d+)-')
  local rest = redis.call('XRANGE', stream, '(' .. last, seq .. '-18446744073709551615')
  for i = 1, #rest do entries[#entries + 1] = rest[i][2][2] end
end
return entries
