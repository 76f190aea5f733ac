-- Marks a dead letter as replayed, once.
--
-- KEYS[1]  letters   KEYS[2]  replayed   ARGV[1]  id   ARGV[2]  epoch milliseconds
-- Returns 'UNKNOWN' | '' where this call is the first | when it was replayed before.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 'UNKNOWN' end
local before = redis.call('HGET', KEYS[2], ARGV[1])
if before then return before end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return ''
