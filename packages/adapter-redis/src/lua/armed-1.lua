-- Whether a timer is armed.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  member of the timer
-- Returns 1 where it is, 0 otherwise.
local gen = redis.call('HGET', KEYS[1], 'gen')
return gen and redis.call('ZSCORE', ARGV[1] .. ':' .. gen .. ':due', ARGV[2]) and 1 or 0
