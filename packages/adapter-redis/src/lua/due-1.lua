-- Timers that are due by the server's own clock, earliest first.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  grace in milliseconds   ARGV[3]  limit
-- Returns member, due, member, due …
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return {} end
local time = redis.call('TIME')
local before = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[2])
return redis.call('ZRANGEBYSCORE', ARGV[1] .. ':' .. gen .. ':due', '-inf', string.format('%.0f', before), 'WITHSCORES', 'LIMIT', 0, ARGV[3])
