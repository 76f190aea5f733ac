-- Adds dead letters and moves the position forwards.
--
-- KEYS[1]  position   KEYS[2]  letters: hash id, letter   KEYS[3]  order: zset of ids by place   KEYS[4]  replayed: hash id, ms
-- ARGV[1]  next offset   ARGV[2]  letters kept at most   ARGV[3…]  id, letter …
-- Returns how many were new.
local added = 0
for i = 3, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) == 1 then
    local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
    redis.call('ZADD', KEYS[3], tonumber(last[2] or '0') + 1, ARGV[i])
    added = added + 1
  end
end
local over = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[2])
if over > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, over - 1)) do
    redis.call('HDEL', KEYS[2], id)
    redis.call('HDEL', KEYS[4], id)
    redis.call('ZREM', KEYS[3], id)
  end
end
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return added
