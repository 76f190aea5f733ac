-- Remembers the input of a start.
--
-- KEYS[1]  the reservation   ARGV[1]  input hash   ARGV[2]  milliseconds to keep it
-- Returns the hash that was there before, or false where this call is the first.
local before = redis.call('GET', KEYS[1])
if before then return before end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
