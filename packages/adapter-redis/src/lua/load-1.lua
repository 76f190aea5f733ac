-- States of runs, from a view that is what its writer left.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  epoch   ARGV[3]  histOff   ARGV[4]  bytes   ARGV[5…]  run ids
-- Returns the states (whole-run.lua) in the order asked, false where the view does not hold one, up to the one that reaches so many bytes; nil where
-- the view was wiped, has another epoch, or ends before histOff.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'histOff', 'gen')
if not meta[1] or tonumber(meta[1]) ~= tonumber(ARGV[2]) or tonumber(meta[2]) < tonumber(ARGV[3]) then return false end
local states, bytes = {}, 0
for i = 5, #ARGV do
  local state = whole(ARGV[1] .. ':' .. meta[3] .. ':r:' .. ARGV[i]) or false
  states[i - 4] = state
  bytes = bytes + bytesOf(state)
  if bytes >= tonumber(ARGV[4]) then break end
end
return states
