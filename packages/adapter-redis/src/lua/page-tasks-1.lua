-- A stretch of what a partition's runs ask people, newest first.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  list: tasks, or t:<hash of an assignee>
-- ARGV[3]  highest score, or +inf   ARGV[4]  offset from there   ARGV[5]  limit
-- Returns task, score, summary, …
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return {} end
local base = ARGV[1] .. ':' .. gen .. ':'
local found = redis.call('ZREVRANGEBYSCORE', base .. ARGV[2], ARGV[3], '-inf', 'WITHSCORES', 'LIMIT', ARGV[4], ARGV[5])
local page = {}
for i = 1, #found, 2 do
  page[#page + 1] = found[i]
  page[#page + 1] = found[i + 1]
  page[#page + 1] = redis.call('HGET', base .. 'asked', found[i]) or ''
end
return page
