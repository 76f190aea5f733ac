-- Takes runs that ended long ago off the lists; their own keys have expired by themselves.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  updated before (epoch ms)   ARGV[3]  limit per status
-- Returns how many were taken off.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return 0 end
local base = ARGV[1] .. ':' .. gen .. ':'
local workflows = redis.call('SMEMBERS', base .. 'workflows')
local trimmed = 0
for _, status in ipairs({ 'completed', 'failed', 'cancelled' }) do
  local runs = redis.call('ZRANGEBYSCORE', base .. 's:' .. status, '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
  for _, run in ipairs(runs) do
    redis.call('ZREM', base .. 's:' .. status, run)
    redis.call('ZREM', base .. 'all', run)
    for _, workflow in ipairs(workflows) do redis.call('ZREM', base .. 'w:' .. workflow, run) end
  end
  trimmed = trimmed + #runs
end
return trimmed
