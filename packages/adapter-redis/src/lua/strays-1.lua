-- A piece of the due set: members that the run they name does not have.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  cursor, '0' at first   ARGV[3]  about how many
-- Returns next cursor, '0' at the end, then (member, due)…
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return { '0' } end
local base = ARGV[1] .. ':' .. gen .. ':'
local found = redis.call('ZSCAN', base .. 'due', ARGV[2], 'COUNT', ARGV[3])
local answer = { found[1] }
for i = 1, #found[2], 2 do
  local member = found[2][i]
  local timers = redis.call('HGET', base .. 'r:' .. string.match(member, '^[^|]*'), 'timers')
  if not timers or not string.find('\n' .. timers .. '\n', '\n' .. member .. '\n', 1, true) then
    answer[#answer + 1] = member
    answer[#answer + 1] = found[2][i + 1]
  end
end
return answer
