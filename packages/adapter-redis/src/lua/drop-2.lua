-- Forgets a partition's view: whoever reads it finds it wiped. Its keys are removed after the next claim.
--
-- KEYS[1]  meta   KEYS[2]  set of generations that were left and whose keys are not removed yet
-- Returns 1, or 0 where there was none.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return 0 end
redis.call('SADD', KEYS[2], gen)
redis.call('DEL', KEYS[1])
return 1
