-- States of runs for people: whatever the view has just now.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2…]  run ids
-- Returns the states (whole-run.lua) in the order asked, false where the view does not hold one.
local gen = redis.call('HGET', KEYS[1], 'gen')
local states = {}
for i = 2, #ARGV do
  states[i - 1] = gen and whole(ARGV[1] .. ':' .. gen .. ':r:' .. ARGV[i]) or false
end
return states
