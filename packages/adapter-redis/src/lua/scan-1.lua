-- A piece of all the runs of a view that is what its writer left.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  epoch   ARGV[3]  histOff   ARGV[4]  cursor, '0' at first   ARGV[5]  about how many
-- Returns {next cursor, '0' at the end; state (whole-run.lua), {entry …}; …}; nil where the view was wiped, has another epoch, or ends before histOff.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'histOff', 'gen')
if not meta[1] or tonumber(meta[1]) ~= tonumber(ARGV[2]) or tonumber(meta[2]) < tonumber(ARGV[3]) then return false end
local base = ARGV[1] .. ':' .. meta[3] .. ':'
local found = redis.call('ZSCAN', base .. 'all', ARGV[4], 'COUNT', ARGV[5])
local answer = { found[1] }
for i = 1, #found[2], 2 do
  -- One that ended long ago may have expired while its place on the list has not.
  local state = whole(base .. 'r:' .. found[2][i])
  if state then
    local entries = {}
    for _, entry in ipairs(redis.call('XRANGE', base .. 'e:' .. found[2][i], '-', '+')) do entries[#entries + 1] = entry[2][2] end
    answer[#answer + 1] = state
    answer[#answer + 1] = entries
  end
end
return answer
