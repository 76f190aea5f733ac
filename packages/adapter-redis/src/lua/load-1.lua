-- States of runs, from a view that is what its writer left.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  epoch   ARGV[3]  histOff   ARGV[4…]  run ids
-- Returns the states in the order asked, false where the view does not hold one; nil where the view was wiped, has another
-- epoch, or ends before histOff.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'histOff', 'gen')
if not meta[1] or tonumber(meta[1]) ~= tonumber(ARGV[2]) or tonumber(meta[2]) < tonumber(ARGV[3]) then return false end
local states = {}
for i = 4, #ARGV do
  states[i - 3] = redis.call('HGET', ARGV[1] .. ':' .. meta[3] .. ':r:' .. ARGV[i], 'state') or false
end
return states
